// A condition in data: names are completed while typing, and the server says at once whether it can be read.
import type { Editor, Element, Moddle } from "../types";
import { is, text, variables } from "../bo";
import { h } from "../html";
import { page, send, t } from "../page";
import { bare } from "./fields";

interface Hint {
  insert: string;
  words: string;
}

function hints(editor: Editor): Hint[] {
  const declared = variables(editor).flatMap((each) => [
    { insert: each.name, words: each.label },
    ...each.values.map((value) => ({ insert: `${each.name} == "${value}"`, words: each.label })),
  ]);
  const counted = editor
    .get("elementRegistry")
    .filter((each) => is(each, "bpmn:Activity") && !each.labelTarget && /^[A-Za-z_]\w*$/.test(each.id))
    .map((each) => ({ insert: `times.${each.id}`, words: t("“{name}”做过几次", { name: text(each, "name") || each.id }) }));
  return [...declared, ...counted];
}

/** The name that is being written before the cursor. */
function begun(entry: HTMLInputElement | HTMLTextAreaElement): string {
  return /[\p{L}_][\p{L}\p{N}_.]*$/u.exec(entry.value.slice(0, entry.selectionStart ?? 0))?.[0] ?? "";
}

class Completion {
  private at = 0;
  private shown: Hint[] = [];
  readonly list: HTMLUListElement;

  constructor(
    private readonly entry: HTMLInputElement | HTMLTextAreaElement,
    private readonly all: Hint[],
    key: string,
  ) {
    this.list = h("ul", { class: "completion", role: "listbox", id: `c-${key}`, "aria-label": t("可以用的变量"), hidden: true });
    entry.setAttribute("role", "combobox");
    entry.setAttribute("aria-autocomplete", "list");
    entry.setAttribute("aria-controls", `c-${key}`);
    entry.setAttribute("aria-expanded", "false");
    entry.addEventListener("input", () => this.look());
    entry.addEventListener("blur", () => window.setTimeout(() => this.shut(), 150));
    entry.addEventListener("keydown", (event) => this.keys(event as KeyboardEvent));
  }

  private look(): void {
    const word = begun(this.entry).toLowerCase();
    const fits = this.all.filter((each) => each.insert.toLowerCase().includes(word) || each.words.includes(word));
    const begins = (each: Hint): number => (each.insert.toLowerCase().startsWith(word) ? 0 : 1);
    // A name that is written out needs no list.
    const open = word !== "" && !fits.some((each) => each.insert.toLowerCase() === word);
    this.shown = open ? fits.sort((one, two) => begins(one) - begins(two)).slice(0, 8) : [];
    this.at = 0;
    this.draw();
  }

  private draw(): void {
    this.list.replaceChildren(
      ...this.shown.map((each, index) => {
        const line = h("li", { role: "option", id: `${this.list.id}-${index}`, "aria-selected": String(index === this.at), onpointerdown: () => this.take(index) });
        line.append(h("code", {}, each.insert), h("span", { class: "cut" }, each.words));
        return line;
      }),
    );
    const open = this.shown.length > 0;
    this.list.hidden = !open;
    this.entry.setAttribute("aria-expanded", String(open));
    if (open) this.entry.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
    else this.entry.removeAttribute("aria-activedescendant");
  }

  private shut(): void {
    this.shown = [];
    this.draw();
  }

  private take(index: number): void {
    const hint = this.shown[index];
    if (!hint) return;
    const end = this.entry.selectionStart ?? this.entry.value.length;
    this.entry.setRangeText(hint.insert, end - begun(this.entry).length, end, "end");
    this.shut();
    this.entry.dispatchEvent(new InputEvent("input", { bubbles: true }));
    this.shut();
    window.setTimeout(() => this.entry.focus());
  }

  private keys(event: KeyboardEvent): void {
    if (!this.shown.length || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.at = (this.at + (event.key === "ArrowDown" ? 1 : -1) + this.shown.length) % this.shown.length;
      this.draw();
    } else if (event.key === "Enter" || event.key === "Tab") this.take(this.at);
    else if (event.key === "Escape") this.shut();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** A field for an expression. `boolean`: it must say yes or no. */
export function expression(editor: Editor, key: string, label: string, value: string, change: (value: string) => void, placeholder = ""): HTMLElement {
  const entry = bare({ key, label, value, placeholder, change });
  entry.classList.add("mono");
  entry.setAttribute("spellcheck", "false");
  entry.setAttribute("dir", "ltr");
  const completion = new Completion(entry, hints(editor), key);
  const verdict = h("span", { class: "hint", role: "status" });
  let timer = 0;
  const ask = async (): Promise<void> => {
    const source = entry.value.trim();
    if (!source) {
      verdict.textContent = "";
      entry.removeAttribute("aria-invalid");
      return;
    }
    const names = variables(editor).map((each) => each.name);
    const answer = await send<{ problem: string }>(page.urls.expression, { text: source, names });
    if (entry.value.trim() !== source || answer.status !== 200 || !answer.body) return;
    const problem = answer.body.problem;
    verdict.textContent = problem || t("可以读懂");
    verdict.className = problem ? "hint c-red" : "hint c-green";
    entry.setAttribute("aria-invalid", problem ? "true" : "false");
  };
  entry.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), 250);
  });
  if (value) void ask();
  return h("div", { class: "field" }, h("label", { for: `p-${key}` }, label), h("div", { class: "completed" }, entry, completion.list), verdict);
}

export function conditionOf(flow: Element): string {
  const found = flow.businessObject.get("conditionExpression") as Moddle | undefined;
  return found ? text(found, "body") : "";
}

export function setCondition(editor: Editor, flow: Element, body: string): void {
  const made = body ? editor.get("bpmnFactory").create("bpmn:FormalExpression", { body }) : undefined;
  if (made) (made as { $parent?: Moddle }).$parent = flow.businessObject;
  editor.get("modeling").updateProperties(flow, { conditionExpression: made });
}
