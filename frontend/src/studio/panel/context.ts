// What every part of the panel is given.
import type { Editor, Element, Moddle } from "../types";
import type { Writer } from "../bo";
import { flowsOf, is, text } from "../bo";
import { h, iconButton } from "../html";
import { t } from "../page";
import { line } from "./fields";

export interface Context {
  editor: Editor;
  writer: Writer;
  element: Element;
  owner: Moddle;
  /** Draws the panel anew, the reader's place kept. */
  redraw(): void;
  open(tab: string): void;
}

/** What the reader calls an element; what has no name is called by its kind. */
export function called(element: Element | undefined): string {
  if (!element) return "";
  const name = text(element, "name");
  if (name) return name;
  if (is(element, "bpmn:Gateway")) return flowsOf(element, "outgoing").length > 1 ? t("判断") : t("汇聚");
  for (const [type, kind] of [["StartEvent", "开始"], ["EndEvent", "结束"], ["Event", "事件"], ["SubProcess", "子流程"], ["Activity", "步骤"]] as const) {
    if (is(element, `bpmn:${type}`)) return t(kind);
  }
  return element.id;
}

/** The name in both languages. */
export function names(context: Context): HTMLElement[] {
  const { element, editor, writer } = context;
  return [
    line({ key: "name", label: t("名称"), value: text(element, "name"), change: (value) => editor.get("modeling").updateLabel(element, value) }),
    line({ key: "name-en", label: t("英文名称"), lang: "en", value: text(element, "nameEn"), change: (value) => writer.set(element, { "bihuan:nameEn": value }) }),
  ];
}

/** Up, down, away: the three buttons at the end of a row. */
export function rowButtons(at: number, count: number, move: (from: number, to: number) => void, remove: (at: number) => void): HTMLElement {
  const up = iconButton(t("上移"), "up", () => move(at, at - 1));
  const down = iconButton(t("下移"), "down", () => move(at, at + 1));
  up.disabled = at === 0;
  down.disabled = at >= count - 1;
  return h("span", { class: "row-acts" }, up, down, iconButton(t("去掉"), "trash", () => remove(at)));
}

export function moved<Item>(items: Item[], from: number, to: number): Item[] {
  const result = [...items];
  const [item] = result.splice(from, 1);
  if (item !== undefined) result.splice(to, 0, item);
  return result;
}
