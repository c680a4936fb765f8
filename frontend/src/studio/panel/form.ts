// Which form a step fills in, and which of its groups.
import { text } from "../bo";
import { h } from "../html";
import { page, t } from "../page";
import type { Context } from "./context";
import { check, group, select } from "./fields";

export function form(context: Context): HTMLElement[] {
  const { element, writer } = context;
  const code = text(element, "form");
  const chosen = page.forms.find((each) => each.key === code);
  const read = (): string[] => text(element, "groups").split(/\s+/).filter(Boolean);
  const groups = read();
  const field = select(
    { key: "form", label: t("表单"), value: code, change: (value) => writer.set(element, { "bihuan:form": value, "bihuan:groups": "" }) },
    page.forms.map((each) => ({ key: each.key, name: `${each.key} ${each.name}` })),
    t("不用填表"),
  );
  if (!chosen) return [field, h("p", { class: "hint" }, page.forms.length ? t("选一张表单，做这一步的人就按它填写。") : t("这份草稿还没有表单。"))];
  const tick = (key: string) => (on: boolean) => {
    const now = read();
    const known = now.length ? now : chosen.groups.map((each) => each.key);
    const next = chosen.groups.map((each) => each.key).filter((each) => (each === key ? on : known.includes(each)));
    // All groups is said by saying nothing: then groups that are added later are filled in as well.
    writer.set(element, { "bihuan:groups": next.length === chosen.groups.length ? "" : next.join(" ") });
  };
  const ticks = chosen.groups.map((each) =>
    check(`group-${each.key}`, t("{name}（{n} 项，{m} 项必填）", { name: each.name, n: each.fields, m: each.required }), !groups.length || groups.includes(each.key), tick(each.key)),
  );
  return [field, group(t("这一步填哪几组"), ...ticks)];
}
