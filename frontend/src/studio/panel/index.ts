// The panel beside the canvas: everything that is said of what is selected, in tabs.
import { one } from "../../dom";
import type { Editor, Element } from "../types";
import { extensions, is, processElement, processOf, sentences, text, Writer } from "../bo";
import { h, icon, iconButton } from "../html";
import { page, t } from "../page";
import { flow, gateway } from "./arrow";
import type { Context } from "./context";
import { event } from "./event";
import { flushFields, lines } from "./fields";
import { form } from "./form";
import { lane } from "./lane";
import { limit } from "./limit";
import { phaseList, process, variableList } from "./process";
import { Press } from "../../press";
import { KINDS, step } from "./step";
import { suggestions, suggestionsFor } from "./suggest";
import { startLine, teaching, TEACHING } from "./teach";

interface Tab {
  key: string;
  name: string;
  count?: number;
  draw: (context: Context) => (HTMLElement | null)[];
}

function teachingCount(element: Element): number {
  return TEACHING.reduce((sum, [name]) => sum + sentences(element.businessObject, name).length, 0);
}

function stepTabs(element: Element): Tab[] {
  const person = is(element, "bpmn:UserTask", "bpmn:ManualTask") || element.type === "bpmn:Task";
  const groups = page.forms.find((each) => each.key === text(element, "form"))?.groups ?? [];
  const chosen = text(element, "groups").split(/\s+/).filter(Boolean);
  const fields = groups.filter((each) => !chosen.length || chosen.includes(each.key)).reduce((sum, each) => sum + each.fields, 0);
  return [
    { key: "basic", name: t("基本"), draw: step },
    ...(person ? [{ key: "form", name: t("表单"), count: fields, draw: form }] : []),
    { key: "limit", name: t("时限"), count: extensions(element.businessObject, "deadline").length, draw: (context: Context) => [limit(context, false)] },
    { key: "teach", name: t("教学"), count: teachingCount(element), draw: teaching },
  ];
}

function annotation(context: Context): HTMLElement[] {
  const change = (value: string): void => context.editor.get("modeling").updateLabel(context.element, value);
  return [lines({ key: "text", label: t("文字"), value: text(context.element, "text"), change }, 4)];
}

function tabsOf(element: Element | null): Tab[] {
  const basic = (draw: Tab["draw"]): Tab[] => [{ key: "basic", name: t("基本"), draw }];
  if (!element || is(element, "bpmn:Participant", "bpmn:Process", "bpmn:Collaboration")) {
    return [
      { key: "basic", name: t("流程"), draw: process },
      { key: "phases", name: t("阶段"), draw: phaseList },
      { key: "names", name: t("变量"), draw: variableList },
    ];
  }
  if (is(element, "bpmn:SequenceFlow")) return basic(flow);
  if (is(element, "bpmn:Gateway")) return basic(gateway);
  if (is(element, "bpmn:Event")) return basic(event);
  if (is(element, "bpmn:Activity")) return stepTabs(element);
  if (is(element, "bpmn:Lane")) return basic(lane);
  if (is(element, "bpmn:TextAnnotation")) return basic(annotation);
  return [];
}

function kindWord(element: Element | null): string {
  if (!element || is(element, "bpmn:Participant", "bpmn:Process", "bpmn:Collaboration")) return t("整张流程图");
  const known = KINDS.find(([type]) => type === element.type);
  if (known) return t(known[1]);
  for (const [type, name] of [["Gateway", "判断"], ["StartEvent", "开始"], ["EndEvent", "结束"], ["Event", "事件"], ["SequenceFlow", "连线"], ["Lane", "泳道"], ["SubProcess", "子流程"], ["Activity", "步骤"], ["TextAnnotation", "文字"]] as const) {
    if (is(element, `bpmn:${type}`)) return t(name);
  }
  return "";
}

function signOf(element: Element | null): string {
  if (!element) return "flow";
  if (is(element, "bpmn:Gateway")) return "gateway";
  if (is(element, "bpmn:Event")) return "ring";
  if (is(element, "bpmn:SequenceFlow")) return "edge";
  return is(element, "bpmn:UserTask") ? "user" : is(element, "bpmn:Activity") ? "task" : "flow";
}

/** Fields beside which the server's answer stands: it is asked anew at every pause. */
const LIVE = /^(limit|time)-/;

/** The key of the text field of the panel in which somebody writes; "" if nobody does. */
function typedIn(): string {
  const active = document.activeElement;
  const written = active instanceof HTMLTextAreaElement || (active instanceof HTMLInputElement && active.type === "text");
  return written && active.closest("#props") ? (active.dataset["field"] ?? "") : "";
}

export class Panel {
  private tab = "basic";
  private element: Element | null = null;
  private pending = 0;
  private stale = false;
  private readonly press = new Press(() => one("#props"), () => this.soon());
  private readonly writer: Writer;

  constructor(private readonly editor: Editor) {
    this.writer = new Writer(editor);
    const bus = editor.get("eventBus");
    bus.on("selection.changed", () => this.follow());
    one("#props")?.addEventListener("focusout", () => {
      if (this.stale) this.soon();
    });
    // A name that is being typed on the canvas is finished before the panel is used.
    one("#props")?.addEventListener("focusin", () => {
      if (page.editable && editor.get("directEditing").isActive()) editor.get("directEditing").complete();
    });
    bus.on(["commandStack.changed", "import.done", "studio.replaced"], 200, () => this.soon());
  }

  show(): void {
    this.draw();
  }

  /** What is typed and not handed in yet. */
  flush(): void {
    flushFields();
  }

  startSentence(kind: "important" | "caution"): void {
    this.tab = "teach";
    this.follow();
    const context = this.context();
    if (context) startLine(context, kind);
  }

  focusName(): void {
    this.tab = "basic";
    this.draw();
    one<HTMLInputElement>('[data-field="name"]')?.select();
  }

  private follow(): void {
    const selected = this.editor.get("selection").get();
    const [first] = selected;
    const next = selected.length === 1 && first ? (first.labelTarget ?? first) : null;
    if (next !== this.element) flushFields();
    this.element = next;
    this.draw();
  }

  /** Drawn when the present event is over, so that a field that is being entered is there already. */
  private soon(): void {
    const from = typedIn();
    window.clearTimeout(this.pending);
    this.pending = window.setTimeout(() => {
      if (this.press.holds()) return;
      // Whoever writes on in the field that made the change keeps it as it is, with the list of names that is open there.
      if (from !== "" && from === typedIn() && !LIVE.test(from)) {
        this.stale = true;
        return;
      }
      const id = this.element?.id;
      if (id) this.element = this.editor.get("elementRegistry").get(id) ?? null;
      this.draw();
    });
  }

  private context(): Context | null {
    const owner = processOf(this.editor);
    const whole = this.whole();
    const element = whole ? processElement(this.editor) : this.element;
    if (!element || (whole && !owner)) return null;
    return {
      editor: this.editor,
      writer: this.writer,
      element,
      owner: whole && owner ? owner : element.businessObject,
      redraw: () => this.draw(),
      open: (tab) => {
        this.tab = tab;
        this.draw();
      },
    };
  }

  private draw(): void {
    this.stale = false;
    const home = one("#props");
    if (!home) return;
    const active = document.activeElement;
    const field = active instanceof HTMLElement && home.contains(active) ? active.dataset["field"] : undefined;
    const typed = active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement ? active : null;
    const cursor = field && typed && typed.type !== "checkbox" && typed.type !== "date" ? ([typed.selectionStart, typed.selectionEnd] as const) : null;
    const unwritten = field && typed ? typed.value : null;
    const body = one(".props-body", home);
    const scrolled = body?.scrollTop ?? 0;
    const tabs = [...tabsOf(this.element), ...this.proposed()];
    const shown = tabs.find((each) => each.key === this.tab) ?? tabs[0];
    const context = this.context();
    home.replaceChildren(this.head(), this.tabList(tabs, shown), this.body(shown, context));
    const after = one(".props-body", home);
    if (after) after.scrollTop = scrolled;
    if (field) this.refocus(home, field, cursor, unwritten);
  }

  private refocus(home: HTMLElement, field: string, cursor: readonly [number | null, number | null] | null, unwritten: string | null): void {
    const entry = home.querySelector<HTMLInputElement>(`[data-field="${CSS.escape(field)}"]`);
    if (!entry) return;
    entry.focus();
    if (cursor === null) return;
    // Letters typed since the value was handed in stay.
    if (unwritten !== null && unwritten.trim() !== entry.value) {
      entry.value = unwritten;
      entry.dispatchEvent(new InputEvent("input", { bubbles: true }));
    } else if (unwritten !== null) entry.value = unwritten;
    entry.setSelectionRange(cursor[0], cursor[1]);
  }

  private proposed(): Tab[] {
    const found = suggestionsFor(this.editor, this.element);
    return found.length ? [{ key: "suggest", name: t("建议"), count: found.length, draw: (context) => suggestions(context, found) }] : [];
  }

  /** Whether the panel is about the flow as a whole. */
  private whole(): boolean {
    return !this.element || is(this.element, "bpmn:Participant", "bpmn:Process", "bpmn:Collaboration");
  }

  private head(): HTMLElement {
    const name = this.element ? text(this.element, "name") : "";
    const kind = kindWord(this.element);
    const role = this.element ? (page.roles.find((each) => each.key === text(this.element as Element, "role"))?.name ?? "") : "";
    return h(
      "header",
      {},
      h("span", { class: "kind" }, icon(signOf(this.element))),
      h("div", { class: "grow" }, h("b", { class: "t16 bold cut" }, name || (this.whole() ? page.name : t("没有名字"))), h("div", { class: "t12 ink3 cut" }, [kind, role].filter(Boolean).join(" · "))),
      iconButton(t("收起"), "right", () => document.body.classList.toggle("props-shut")),
    );
  }

  private tabList(tabs: Tab[], shown: Tab | undefined): HTMLElement {
    const list = h("div", { class: "tabs", role: "tablist", "aria-label": t("属性") });
    for (const each of tabs) {
      const on = each === shown;
      const tab = h(
        "button",
        { type: "button", role: "tab", id: `tab-prop-${each.key}`, "data-field": `tab-${each.key}`, "aria-selected": String(on), "aria-controls": "pane-props", tabindex: on ? 0 : -1 },
        each.name,
        each.count ? h("span", { class: "count" }, String(each.count)) : null,
      );
      tab.addEventListener("click", () => {
        flushFields();
        this.tab = each.key;
        this.draw();
        document.getElementById(`tab-prop-${each.key}`)?.focus();
      });
      list.append(tab);
    }
    return list;
  }

  private body(shown: Tab | undefined, context: Context | null): HTMLElement {
    const inside = shown && context ? shown.draw(context) : [h("p", { class: "hint" }, t("选中一个步骤、判断或连线，在这里写它的内容。"))];
    const several = this.editor.get("selection").get().length;
    if (several > 1) inside.unshift(h("p", { class: "callout blue" }, t("选中了 {n} 个，可以一起移动、复制或删除。", { n: several })));
    const fields = h("fieldset", { class: "props-fields", disabled: !page.editable }, ...inside.filter((each) => each !== null));
    return h("div", { class: "scroll props-body", id: "pane-props", role: "tabpanel", "aria-labelledby": shown ? `tab-prop-${shown.key}` : null, tabindex: 0 }, fields);
  }
}
