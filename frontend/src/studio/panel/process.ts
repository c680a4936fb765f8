// The whole chart: what it is for, its stages with the customer's words, its declared names.
import { extensions, is, PHASE, record, sentences, text, VARIABLE } from "../bo";
import type { Sentence } from "../moddle";
import type { Words } from "../types";
import { button, h } from "../html";
import { page, t } from "../page";
import { moved, rowButtons, type Context } from "./context";
import { bare, bareSelect, framed, line, lines, select } from "./fields";

type Record = { [name: string]: string };

function pair(context: Context, name: Sentence, label: string): HTMLElement[] {
  const read = (): Words => sentences(context.owner, name)[0] ?? { zh: "", en: "" };
  const known = read();
  const write = (part: Partial<Words>): void => context.writer.setSentences(context.element, context.owner, name, [{ ...read(), ...part }]);
  return [
    lines({ key: name, label, value: known.zh, change: (zh) => write({ zh }) }),
    bare({ key: `${name}-en`, label: t("{title}，英文", { title: label }), lang: "en", placeholder: "English", value: known.en, change: (en) => write({ en }) }),
  ];
}

export function process(context: Context): (HTMLElement | null)[] {
  const { owner, element, writer, editor } = context;
  const single = (name: "owner" | "reviewBy") => (value: string) => writer.setSentences(element, owner, name, value ? [{ zh: value, en: "" }] : []);
  const date = h("input", { type: "date", class: "input s", id: "p-review", "data-field": "review" });
  date.value = sentences(owner, "reviewBy")[0]?.zh ?? "";
  date.addEventListener("change", () => single("reviewBy")(date.value));
  const rename = (name: string): void => {
    writer.setOf(element, owner, { name });
    if (is(element, "bpmn:Participant")) editor.get("modeling").updateLabel(element, name);
  };
  return [
    line({ key: "chart-name", label: t("流程名称"), value: text(owner, "name"), placeholder: page.name, change: rename }),
    line({ key: "chart-name-en", label: t("英文名称"), lang: "en", value: text(owner, "nameEn"), change: (value) => writer.setOf(element, owner, { "bihuan:nameEn": value }) }),
    ...pair(context, "purpose", t("目标")),
    ...pair(context, "startsWhen", t("起点")),
    ...pair(context, "endsWhen", t("终点")),
    select({ key: "owner", label: t("负责人"), value: sentences(owner, "owner")[0]?.zh ?? "", change: single("owner") }, page.roles, t("还没有定")),
    framed("review", t("下次评审"), [date]),
    line({ key: "version", label: t("版本号"), value: text(owner, "version"), change: (value) => writer.setOf(element, owner, { "bihuan:version": value }) }),
  ];
}

/** A list of records: one box each. `draw` shows the fields of one. What is written begins from what stands there at that moment, not from what was drawn: two fields may be changed before the panel is drawn again. */
function records(
  context: Context,
  type: string,
  names: readonly string[],
  add: { words: string; fresh: (known: Record[]) => Record },
  draw: (each: Record, at: number, set: (name: string) => (value: string) => void) => (Node | null)[],
): HTMLElement {
  const read = (): Record[] => extensions(context.owner, type).map((each) => record(each, names));
  const known = read();
  const write = (next: (now: Record[]) => Record[]): void => context.writer.setRecords(context.element, context.owner, type, next(read()));
  const row = (each: Record, at: number): HTMLElement => {
    const set = (name: string) => (value: string) => write((now) => now.map((one, index) => (index === at ? { ...one, [name]: value } : one)));
    const acts = rowButtons(at, known.length, (from, to) => write((now) => moved(now, from, to)), (gone) => write((now) => now.filter((_, index) => index !== gone)));
    return h("li", {}, ...draw(each, at, set), acts);
  };
  return h("div", { class: "records" }, known.length ? h("ol", {}, ...known.map(row)) : null, button(add.words, "plus", () => write((now) => [...now, add.fresh(now)])));
}

function free(known: Record[], name: string, stem: string): string {
  const taken = new Set(known.map((each) => each[name]));
  let at = known.length + 1;
  while (taken.has(`${stem}${at}`)) at += 1;
  return `${stem}${at}`;
}

export function phaseList(context: Context): HTMLElement[] {
  const fresh = (known: Record[]): Record => ({ id: free(known, "id", "phase_"), name: t("新阶段") });
  return [
    h("p", { class: "hint" }, t("阶段从左到右；客户看到的是“客户看到”里的话。")),
    records(context, "phase", PHASE, { words: t("加阶段"), fresh }, (each, at, set) => [
      bare({ key: `phase-${at}-name`, label: t("阶段 {n}", { n: at + 1 }), value: each["name"] ?? "", change: set("name") }),
      bare({ key: `phase-${at}-name-en`, label: t("阶段 {n}，英文", { n: at + 1 }), lang: "en", placeholder: "English", value: each["nameEn"] ?? "", change: set("nameEn") }),
      bare({ key: `phase-${at}-customer`, label: t("客户看到"), placeholder: t("客户看到"), value: each["customerName"] ?? "", change: set("customerName") }),
      bare({ key: `phase-${at}-customer-en`, label: t("客户看到，英文"), lang: "en", placeholder: "Customer sees", value: each["customerNameEn"] ?? "", change: set("customerNameEn") }),
      bare({ key: `phase-${at}-text`, label: t("对客户的说明"), placeholder: t("对客户的说明"), value: each["customerText"] ?? "", change: set("customerText") }, 2),
      bare({ key: `phase-${at}-text-en`, label: t("对客户的说明，英文"), lang: "en", placeholder: "What it means", value: each["customerTextEn"] ?? "", change: set("customerTextEn") }),
    ]),
  ];
}

export function variableList(context: Context): HTMLElement[] {
  const types = [
    { key: "string", name: t("文字") },
    { key: "number", name: t("数字") },
    { key: "boolean", name: t("是或否") },
    { key: "choice", name: t("几个里选一个") },
    { key: "list", name: t("列表") },
    { key: "object", name: t("一组值") },
  ];
  const fresh = (known: Record[]): Record => ({ name: free(known, "name", "value_"), type: "string" });
  return [
    h("p", { class: "hint" }, t("条件、表单和决策表里能用的变量在这里声明；表单里同名的项会带进来。")),
    records(context, "variable", VARIABLE, { words: t("加变量"), fresh }, (each, at, set) => [
      bare({ key: `variable-${at}-name`, label: t("变量 {n}", { n: at + 1 }), value: each["name"] ?? "", change: set("name") }),
      bareSelect({ key: `variable-${at}-type`, label: t("种类"), value: each["type"] ?? "string", change: set("type") }, types),
      each["type"] === "choice" ? bare({ key: `variable-${at}-values`, label: t("可选的值，用空格隔开"), placeholder: "high medium low", value: each["values"] ?? "", change: set("values") }) : null,
      bare({ key: `variable-${at}-label`, label: t("怎么称呼"), placeholder: t("怎么称呼"), value: each["label"] ?? "", change: set("label") }),
      bare({ key: `variable-${at}-label-en`, label: t("怎么称呼，英文"), lang: "en", placeholder: "English", value: each["labelEn"] ?? "", change: set("labelEn") }),
    ]),
  ];
}
