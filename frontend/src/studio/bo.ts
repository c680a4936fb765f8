// Reading and changing what a chart says beyond its picture. Every change goes through the command stack.
import type { Editor, Element, Moddle, Words } from "./types";
import type { Sentence } from "./moddle";

const upper = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

export function text(element: Element | Moddle, name: string): string {
  const value = ("businessObject" in element ? element.businessObject : element).get(name);
  return typeof value === "string" ? value : "";
}

export function is(element: Element | Moddle | undefined, ...types: string[]): boolean {
  if (!element) return false;
  const semantic = "businessObject" in element ? element.businessObject : element;
  // bpmn-js asks about shapes that are not made yet, too: these are nothing in particular.
  return typeof semantic?.$instanceOf === "function" && types.some((type) => semantic.$instanceOf(type));
}

function list(owner: Moddle, name: string): Moddle[] {
  const value = owner.get(name);
  return Array.isArray(value) ? (value as Moddle[]) : [];
}

export function flowsOf(element: Element, way: "incoming" | "outgoing"): Element[] {
  return element[way].filter((each) => each.type === "bpmn:SequenceFlow");
}

/** The process that is drawn: of the pool if there is one. Elements in the file's order. */
export function processOf(editor: Editor): Moddle | null {
  const roots = list(editor.getDefinitions(), "rootElements");
  return roots.find((each) => each.$type === "bpmn:Process") ?? null;
}

/** What carries changes of the process: commands want an element of the canvas. */
export function processElement(editor: Editor): Element {
  const root = editor.get("canvas").getRootElement();
  return root.type === "bpmn:Collaboration" ? (root.children.find((each) => is(each, "bpmn:Participant")) ?? root) : root;
}

function holder(owner: Moddle): Moddle | null {
  return (owner.get("extensionElements") as Moddle | undefined) ?? null;
}

export function extensions(owner: Moddle, type: string): Moddle[] {
  const found = holder(owner);
  return found ? list(found, "values").filter((each) => each.$type === `bihuan:${upper(type)}`) : [];
}

const said = (each: Moddle): string => text(each, "text").trim();

/** The sentences of one kind; a twin belongs to the sentence before it that lacks one, as the server reads them. */
export function sentences(owner: Moddle, name: string): Words[] {
  const found: Words[] = [];
  const all = holder(owner) ? list(holder(owner) as Moddle, "values") : [];
  for (const each of all) {
    if (each.$type === `bihuan:${upper(name)}`) found.push({ zh: said(each), en: "" });
    else if (each.$type === `bihuan:${upper(name)}En`) {
      const last = found.at(-1);
      const lacking = last && !last.en && found.slice(0, -1).every((one) => one.en) ? last : found.find((one) => !one.en);
      if (lacking) lacking.en = said(each);
      else found.push({ zh: "", en: said(each) });
    }
  }
  return found;
}

/** Writes to the element and to what belongs to it, each as one step that can be undone. */
export class Writer {
  constructor(readonly editor: Editor) {}

  /** Properties of the element's own object; "" takes an attribute away. */
  set(element: Element, properties: Record<string, unknown>): void {
    const given = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, value === "" ? undefined : value]));
    this.editor.get("modeling").updateProperties(element, given);
  }

  /** Properties of an object inside of the element. */
  setOf(element: Element, owner: Moddle, properties: Record<string, unknown>): void {
    const given = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, value === "" ? undefined : value]));
    this.editor.get("modeling").updateModdleProperties(element, owner, given);
  }

  make(type: string, properties: Record<string, unknown>, parent: Moddle): Moddle {
    const made = this.editor.get("bpmnFactory").create(type, properties);
    (made as { $parent?: Moddle }).$parent = parent;
    return made;
  }

  /** Puts `fresh` in the place of all extension elements of the given types; others keep their places. */
  replaceExtensions(element: Element, owner: Moddle, types: string[], fresh: (parent: Moddle) => Moddle[]): void {
    const known = holder(owner);
    const parent = known ?? this.make("bpmn:ExtensionElements", { values: [] }, owner);
    const old = list(parent, "values");
    const names = types.map((type) => `bihuan:${upper(type)}`);
    const first = old.findIndex((each) => names.includes(each.$type));
    const kept = old.filter((each) => !names.includes(each.$type));
    const at = first < 0 ? kept.length : old.slice(0, first).filter((each) => !names.includes(each.$type)).length;
    const values = [...kept.slice(0, at), ...fresh(parent), ...kept.slice(at)];
    if (!values.length) {
      if (known) this.setOf(element, owner, { extensionElements: undefined });
      return;
    }
    if (known) this.setOf(element, known, { values });
    else {
      parent.set("values", values);
      this.setOf(element, owner, { extensionElements: parent });
    }
  }

  setSentences(element: Element, owner: Moddle, name: Sentence | "owner" | "reviewBy", words: Words[]): void {
    this.replaceExtensions(element, owner, [name, `${name}En`], (parent) =>
      words
        .filter((each) => each.zh || each.en)
        .flatMap((each) => [
          this.make(`bihuan:${upper(name)}`, { text: each.zh }, parent),
          ...(each.en ? [this.make(`bihuan:${upper(name)}En`, { text: each.en }, parent)] : []),
        ]),
    );
  }

  /** Extension elements that consist of attributes: deadline, phases, variables. */
  setRecords(element: Element, owner: Moddle, type: string, records: Record<string, string>[]): void {
    this.replaceExtensions(element, owner, [type], (parent) =>
      records.map((record) => {
        const filled = Object.fromEntries(Object.entries(record).filter(([, value]) => value !== ""));
        return this.make(`bihuan:${upper(type)}`, filled, parent);
      }),
    );
  }
}

export function record(owner: Moddle, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, text(owner, name)]));
}

export const PHASE = ["id", "name", "nameEn", "customerName", "customerNameEn", "customerText", "customerTextEn"] as const;
export const VARIABLE = ["name", "type", "values", "label", "labelEn"] as const;
export const DEADLINE = ["anchor", "duration", "workdays", "calendar", "warn", "escalateTo"] as const;

export interface Variable {
  name: string;
  type: string;
  values: string[];
  label: string;
}

export function variables(editor: Editor): Variable[] {
  const owner = processOf(editor);
  if (!owner) return [];
  return extensions(owner, "variable").map((each) => ({
    name: text(each, "name"),
    type: text(each, "type"),
    values: text(each, "values").split(/\s+/).filter(Boolean),
    label: text(each, "label"),
  }));
}

/** The event's one definition: what it waits for or throws. */
export function definition(element: Element): Moddle | null {
  return list(element.businessObject, "eventDefinitions")[0] ?? null;
}
