// An approval step: how several decide, and who.
import { is, text } from "../bo";
import { page, t, type Choice } from "../page";
import type { Context } from "./context";
import { check, group, line, select } from "./fields";

const QUORUM = /^(?:[1-9][0-9]?|100%|[1-9][0-9]?%)$/;

function modes(): Choice[] {
  return [
    { key: "any", name: t("或签：一人表态即可") },
    { key: "all", name: t("会签：全部同意才算通过") },
    { key: "vote", name: t("票签：够数同意就算通过") },
    { key: "sequential", name: t("依次审批：一个接一个，全部同意") },
  ];
}

function approvers(context: Context): string[] {
  return text(context.element, "approvers").split(/\s+/).filter(Boolean);
}

function roles(context: Context): HTMLElement {
  const chosen = approvers(context);
  // In the order in which they are ticked: one after another they decide in it.
  const tick = (key: string) => (on: boolean) => {
    const now = approvers(context);
    const next = on ? [...now, key] : now.filter((each) => each !== key);
    context.writer.set(context.element, { "bihuan:approvers": next.join(" ") });
  };
  const known = [...chosen.map((key) => page.roles.find((each) => each.key === key) ?? { key, name: key }), ...page.roles.filter((each) => !chosen.includes(each.key))];
  const named = (each: Choice): string => (chosen.includes(each.key) ? `${chosen.indexOf(each.key) + 1}. ${each.name}` : each.name);
  return group(t("哪些角色审批"), ...known.map((each) => check(`approver-${each.key}`, named(each), chosen.includes(each.key), tick(each.key))));
}

/** Nothing for a step that approves nothing. */
export function approval(context: Context): HTMLElement[] {
  const { element, writer } = context;
  const mode = text(element, "approval");
  if (!is(element, "bpmn:UserTask") || (text(element, "status") !== "pending_approval" && !mode)) return [];
  const value = mode === "single" ? "" : mode;
  const change = (chosen: string): void =>
    writer.set(element, { "bihuan:approval": chosen, "bihuan:approvalQuorum": chosen === "vote" ? "2" : "", ...(chosen ? {} : { "bihuan:approvers": "" }) });
  const found = [select({ key: "approval", label: t("怎么审批"), value, change, hint: t("退回的箭头算不同意，其他箭头算同意；写方案的人不能审批自己的方案。") }, modes(), t("一人审批：谁办谁定"))];
  if (!value) return found;
  if (value === "vote") {
    const quorum = text(element, "approvalQuorum");
    const keep = (typed: string): void => {
      if (QUORUM.test(typed)) writer.set(element, { "bihuan:approvalQuorum": typed });
    };
    found.push(line({ key: "approval-quorum", label: t("几人同意算通过"), value: quorum, change: keep, hint: t("人数如 2，或比例如 60%。") }));
  }
  return [...found, roles(context)];
}
