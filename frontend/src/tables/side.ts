// Beside the table: what is wrong with it, with the place in words; and which rule fires for values of one's own.
import { one } from "../dom";
import { h, icon } from "../studio/html";
import { send, t } from "../studio/page";
import { data } from "./data";
import type { Editor } from "./editor";
import { POLICIES } from "./library-zh";

interface Finding {
  kind: string;
  severity: "error" | "warning" | "info";
  numbers: number[];
  rules: string[];
  region: string[];
  example: Record<string, unknown> | null;
  text: string;
}
interface Checked {
  problems: { element: string; text: string }[];
  findings: Finding[];
  left_out: number;
  strange: string[];
}
interface Tried {
  numbers?: number[];
  rules?: string[];
  result?: unknown;
  text: string;
}
type Value = string | number | boolean | null;

const KINDS: Record<string, string> = { gap: "有空缺", overlap: "有重叠", masked: "轮不到", never_matches: "永不成立", undecided: "没查清" };
const TONES = { error: "c-red", warning: "c-gold", info: "ink3" } as const;
const SIGNS = { error: "alert", warning: "info", info: "help" } as const;

// Rows are marked by a constructed style sheet: the library draws its rows anew whenever it likes, and keeps no class.
const marks = new CSSStyleSheet();
document.adoptedStyleSheets = [...document.adoptedStyleSheets, marks];
const rowsOf: Record<"found" | "fired", string[]> = { found: [], fired: [] };

function mark(kind: "found" | "fired", rules: string[]): void {
  rowsOf[kind] = rules;
  const of = (ids: string[], colour: string): string =>
    ids.length ? `${ids.map((id) => `#table [data-row-id="${CSS.escape(id)}"]`).join(",")} { background-color: var(--${colour}) !important; }` : "";
  marks.replaceSync([of(rowsOf.found, "red-tint"), of(rowsOf.fired, "green-tint")].join("\n"));
}

function line(finding: Finding, tryOut: (values: Record<string, unknown>) => void): HTMLElement {
  const { example } = finding;
  return h("li", { class: "dt-finding" },
    h("p", { class: TONES[finding.severity] }, icon(SIGNS[finding.severity], true), h("b", {}, t(KINDS[finding.kind] ?? finding.kind)),
      finding.numbers.length ? h("span", {}, t("规则 {rules}", { rules: finding.numbers.join("、") })) : null),
    h("p", { class: "t13" }, finding.region.length ? finding.region.join("，") : t("任何情况")),
    h("p", { class: "hint" }, finding.text),
    h("span", { class: "row g2" },
      finding.rules.length ? h("button", { type: "button", class: "link", onclick: () => mark("found", finding.rules) }, t("标出来")) : null,
      example ? h("button", { type: "button", class: "link", onclick: () => tryOut(example) }, t("试这个例子")) : null));
}

function problemLine(text: string): HTMLElement {
  return h("li", { class: "dt-finding" }, h("p", { class: "c-red" }, icon("alert", true), h("span", {}, text)));
}

export class Side {
  private running: AbortController | null = null;
  private fields = "";

  constructor(private readonly editor: Editor) {
    const form = one<HTMLFormElement>("#try");
    form?.addEventListener("submit", (event) => event.preventDefault());
    form?.addEventListener("input", () => void this.attempt());
  }

  /** Everything beside the table, for the table as it is now. */
  async refresh(): Promise<void> {
    this.running?.abort();
    const mine = (this.running = new AbortController());
    this.policy();
    this.inputs();
    const xml = await this.editor.xml();
    try {
      const answer = await send<Checked>(data.urls.check, { xml }, mine.signal);
      if (mine.signal.aborted) return;
      if (answer.body && answer.status === 200) this.show(answer.body);
      else if (answer.text) this.show({ problems: [{ element: "", text: answer.text }], findings: [], left_out: 0, strange: [] });
    } catch {
      return;
    }
    await this.attempt();
  }

  private policy(): void {
    const logic = this.editor.logic;
    const key = [logic?.hitPolicy ?? "UNIQUE", logic?.hitPolicy === "COLLECT" ? logic.aggregation : ""].filter(Boolean).join(" ");
    const home = one("#policy");
    const words = POLICIES[key];
    if (home && words) home.textContent = data.english ? words[1] : words[0];
    const title = one("#table-title");
    if (title) title.textContent = logic?.$parent.name || data.key;
  }

  private show(found: Checked): void {
    const home = one("#found");
    const count = one("#found-count");
    if (!home || !count) return;
    const lines = [
      ...found.problems.map((each) => problemLine(each.text)),
      ...found.strange.map((name) => problemLine(t("流程图里没有声明变量 {name}", { name }))),
      ...found.findings.map((each) => line(each, (values) => this.fillIn(values))),
      ...(found.left_out ? [h("li", { class: "hint" }, t("还有 {n} 条同类的没有列出", { n: found.left_out }))] : []),
    ];
    mark("found", []);
    const good = !found.problems.length && !found.findings.length;
    home.replaceChildren(...(good && !found.strange.length ? [h("li", { class: "c-green row g1 t13" }, icon("check", true), t("完整，不矛盾"))] : lines));
    const errors = found.problems.length + found.findings.filter((each) => each.severity === "error").length;
    count.className = errors ? "end c-red t12" : "end ink3 t12";
    count.textContent = errors ? t("{n} 处要改", { n: errors }) : "";
  }

  /** An input for each condition; what was entered stays. */
  private inputs(): void {
    const form = one<HTMLFormElement>("#try");
    const asked = (this.editor.logic?.input ?? []).map((each) => ({ name: each.inputExpression?.text ?? "", label: each.label || each.inputExpression?.text || "", type: each.inputExpression?.typeRef ?? "" }));
    const key = JSON.stringify(asked);
    if (!form || key === this.fields) return;
    this.fields = key;
    const before = new FormData(form);
    form.replaceChildren(...asked.filter((each, at) => each.name && asked.findIndex((other) => other.name === each.name) === at).map((each) => this.input(each, before.get(each.name))));
  }

  private input(asked: { name: string; label: string; type: string }, before: FormDataEntryValue | null): HTMLElement {
    const variable = data.variables.find((each) => each.name === asked.name);
    const id = `try-${asked.name}`;
    const choices = variable?.values.length ? variable.values : asked.type === "boolean" ? [{ value: "true", name: t("是") }, { value: "false", name: t("否") }] : [];
    const control = choices.length
      ? h("select", { class: "input s", id, name: asked.name }, new Option(t("没有值"), ""), ...choices.map((each) => new Option(each.name === each.value ? each.name : `${each.name}（${each.value}）`, each.value)))
      : h("input", { class: "input s", id, name: asked.name, autocomplete: "off", inputmode: asked.type === "number" ? "decimal" : "text", maxlength: 2000 });
    control.dataset["type"] = asked.type || (variable?.type === "number" || variable?.type === "boolean" ? variable.type : "");
    if (typeof before === "string") control.value = before;
    return h("div", { class: "field" }, h("label", { for: id }, asked.label), control);
  }

  private fillIn(values: Record<string, unknown>): void {
    for (const control of one<HTMLFormElement>("#try")?.elements ?? []) {
      const input = control as HTMLInputElement;
      if (!input.name) continue;
      const value = values[input.name];
      input.value = value === null || value === undefined ? "" : String(value);
    }
    one("#try")?.scrollIntoView({ block: "nearest" });
    void this.attempt();
  }

  private values(): Record<string, Value> {
    const found: Record<string, Value> = {};
    for (const control of one<HTMLFormElement>("#try")?.elements ?? []) {
      const input = control as HTMLInputElement;
      if (!input.name) continue;
      const text = input.value.trim();
      const type = input.dataset["type"];
      if (!text) found[input.name] = null;
      else if (type === "number") found[input.name] = Number.isFinite(Number(text)) ? Number(text) : text;
      else found[input.name] = type === "boolean" ? text === "true" : input.value;
    }
    return found;
  }

  private async attempt(): Promise<void> {
    const home = one("#tried");
    if (!home) return;
    const answer = await send<Tried>(data.urls.try, { xml: await this.editor.xml(), values: this.values() });
    if (!answer.body) return;
    if (answer.body.text) {
      mark("fired", []);
      home.className = "t13 c-red";
      home.textContent = answer.body.text;
      return;
    }
    const { numbers = [], rules = [], result } = answer.body;
    mark("fired", rules);
    home.className = numbers.length ? "t13 c-green" : "t13 ink2";
    home.textContent = numbers.length ? t("规则 {rules} 成立 → {result}", { rules: numbers.join("、"), result: this.words(result) }) : t("没有规则成立 → {result}", { result: this.words(result) });
  }

  private words(result: unknown): string {
    if (Array.isArray(result)) return result.length ? result.map((each) => this.words(each)).join("；") : t("没有结果");
    const pairs = Object.entries((result ?? {}) as Record<string, unknown>);
    if (!pairs.length) return t("没有结果");
    return pairs.map(([name, value]) => {
      const variable = data.variables.find((each) => each.name === name);
      const said = variable?.values.find((each) => each.value === value)?.name ?? String(value ?? "—");
      return `${variable?.label ?? name} ${said}`;
    }).join("，");
  }
}
