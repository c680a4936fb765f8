// A lane: its name, and who does the steps in it.
import { text } from "../bo";
import { roleOf, stepsOf } from "../lanes";
import { h } from "../html";
import { page, t } from "../page";
import { names, type Context } from "./context";
import { select } from "./fields";

export function lane(context: Context): HTMLElement[] {
  const { editor, element } = context;
  const registry = editor.get("elementRegistry");
  const steps = stepsOf(registry, element);
  const role = steps.length ? roleOf(registry, element) : "";
  const mixed = new Set(steps.map((each) => text(each, "role"))).size > 1;
  if (!steps.length) return [...names(context), h("p", { class: "hint" }, t("泳道里还没有人工步骤。"))];
  const change = (chosen: string): void => editor.get("commandStack").execute("studio.role", { steps, role: chosen });
  const hint = t("一起改这条泳道里的 {n} 个人工步骤。", { n: steps.length });
  return [...names(context), select({ key: "lane-role", label: t("谁来做"), value: role, hint, change }, page.roles, mixed ? t("各步不同") : t("还没有定"))];
}
