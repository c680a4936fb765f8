// What people propose for the selected element, and whether this draft takes it up.
import type { Editor, Element } from "../types";
import { is } from "../bo";
import { button, h } from "../html";
import { page, send, t, type Suggested } from "../page";
import { toast } from "../../toast";
import type { Context } from "./context";

/** Of the element; what is said of the whole, of a phase, or of what is no longer drawn stands with the whole chart. */
export function suggestionsFor(editor: Editor, element: Element | null): Suggested[] {
  const whole = !element || is(element, "bpmn:Participant", "bpmn:Process", "bpmn:Collaboration");
  if (!whole) return page.suggestions.filter((each) => each.element === element.id);
  const drawn = editor.get("elementRegistry");
  return page.suggestions.filter((each) => !each.element || !drawn.get(each.element));
}

async function take(one: Suggested, context: Context): Promise<void> {
  const answer = await send<{ suggestions: Suggested[] }>(page.urls.take, { suggestion: one.id, taken: !one.taken });
  if (answer.status !== 200 || !answer.body) return toast(answer.text || t("没有记下，请稍后再试"), "bad");
  page.suggestions = answer.body.suggestions;
  context.redraw();
}

function row(one: Suggested, context: Context): HTMLElement {
  const act = one.taken ? t("本稿已采纳") : t("采纳于本稿");
  const press = button(act, one.taken ? "check" : "plus", () => void take(one, context));
  press.setAttribute("aria-pressed", String(one.taken));
  press.dataset["field"] = `take-${one.id}`;
  return h(
    "li",
    { class: "stack g2" },
    h(
      "p",
      { class: "row wrap t12 ink3" },
      one.customer ? h("span", { class: "chip cyan" }, t("客户")) : null,
      one.phase ? h("b", {}, t("阶段：{name}", { name: one.phase })) : null,
      h("span", { dir: "auto" }, one.by),
      h("span", { class: "end" }, t("{n} 人赞成", { n: one.votes })),
    ),
    h("p", { class: "t13 pre", dir: "auto" }, one.text),
    h("div", { class: "row" }, press),
  );
}

export function suggestions(context: Context, found: Suggested[]): HTMLElement[] {
  return [h("ul", { class: "stack g4 proposals" }, ...found.map((each) => row(each, context))), h("p", { class: "hint" }, t("发布时会告诉提建议的人。"))];
}
