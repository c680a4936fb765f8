// A step: who does it, how long it takes, what it hands in, where it leads.
import type { Element } from "../types";
import { extensions, flowsOf, is, sentences, text, variables } from "../bo";
import { h, icon } from "../html";
import { laneOf, roleOf } from "../lanes";
import { page, t, type Choice } from "../page";
import { approval } from "./approval";
import { called, names, type Context } from "./context";
import { select } from "./fields";
import { limit } from "./limit";
import { TEACHING, teachingWord } from "./teach";

export const KINDS: [string, string][] = [
  ["bpmn:UserTask", "人工步骤"],
  ["bpmn:ServiceTask", "自动步骤"],
  ["bpmn:SendTask", "发送步骤"],
  ["bpmn:ReceiveTask", "等消息步骤"],
  ["bpmn:BusinessRuleTask", "决策表步骤"],
  ["bpmn:ScriptTask", "计算步骤"],
  ["bpmn:ManualTask", "手工步骤"],
  ["bpmn:Task", "步骤"],
];

export function phases(context: Context): Choice[] {
  return phasesOf(context).map((each) => ({ key: text(each, "id"), name: text(each, "name") || text(each, "id") }));
}

function phasesOf(context: Context) {
  let owner = context.owner;
  while (owner.$parent && owner.$type !== "bpmn:Process") owner = owner.$parent;
  return extensions(owner, "phase");
}

export function phaseField(context: Context): HTMLElement | null {
  const known = phases(context);
  const value = text(context.element, "phase");
  if (!known.length && !value) return null;
  return select(
    { key: "phase", label: t("阶段"), value, change: (chosen) => context.writer.set(context.element, { "bihuan:phase": chosen }) },
    known,
    t("不属于哪个阶段"),
  );
}

/** Rarely changed facts, folded away. */
export function more(context: Context): HTMLElement {
  const { element, writer } = context;
  const status = text(element, "status");
  const holder = text(element, "holder");
  const opened = status !== "" || holder !== "";
  return h(
    "details",
    { class: "more", open: opened },
    h("summary", {}, t("更多")),
    select({ key: "status", label: t("问题的状态"), value: status, change: (value) => writer.set(element, { "bihuan:status": value }) }, page.statuses, t("按默认")),
    is(element, "bpmn:EndEvent")
      ? null
      : select(
          { key: "holder", label: t("等待算谁的时间"), value: holder, change: (value) => writer.set(element, { "bihuan:holder": value }) },
          [
            { key: "department", name: t("部门") },
            { key: "customer", name: t("客户") },
            { key: "nobody", name: t("谁也不算") },
          ],
          t("按默认"),
        ),
  );
}

export function kindField(context: Context, kinds: [string, string][]): HTMLElement {
  const { element, editor } = context;
  return select(
    {
      key: "kind",
      label: t("类型"),
      value: element.type,
      change: (type) => {
        const made = editor.get("bpmnReplace").replaceElement(element, { type });
        editor.get("selection").select(made);
      },
    },
    kinds.map(([key, name]) => ({ key, name: t(name) })),
  );
}

function departments(context: Context): Choice[] {
  const declared = variables(context.editor).filter((each) => each.type === "string" || each.type === "choice");
  return [...page.departments, ...declared.map((each) => ({ key: `=${each.name}`, name: t("由“{name}”决定", { name: each.label || each.name }) }))];
}

function assignments(context: Context): Choice[] {
  const others = context.editor
    .get("elementRegistry")
    .filter((each) => is(each, "bpmn:UserTask") && each.id !== context.element.id && !each.labelTarget)
    .map((each) => ({ key: `same_as:${each.id}`, name: t("谁做了“{name}”谁接着做", { name: text(each, "name") || each.id }) }));
  return [{ key: "", name: t("部门内认领") }, ...others];
}

/** What follows from nobody being named, and from a role that the rest of the lane does not have. */
function whose(context: Context): string {
  const registry = context.editor.get("elementRegistry");
  const role = text(context.element, "role");
  if (!role) return t("没有写谁来做，人人都能认领；泳道的名字不决定谁来做。");
  const lane = laneOf(registry, context.element);
  const others = lane ? roleOf(registry, lane, context.element) : "";
  if (!lane || !others || others === role) return "";
  const name = page.roles.find((each) => each.key === others)?.name ?? others;
  return t("泳道“{lane}”里其他步骤由{role}做；要图和实际一致，把这一步拖到对应的泳道。", { lane: text(lane, "name"), role: name });
}

function people(context: Context): HTMLElement[] {
  const { element, writer } = context;
  const set = (name: string) => (value: string) => writer.set(element, { [`bihuan:${name}`]: value });
  const assign = text(element, "assign");
  return [
    select({ key: "role", label: t("谁来做"), value: text(element, "role"), change: set("role"), hint: whose(context) }, page.roles, t("还没有定")),
    select({ key: "department", label: t("哪个部门"), value: text(element, "department"), change: set("department") }, departments(context), t("不限部门")),
    select({ key: "assign", label: t("怎么分派"), value: assign === "claim" ? "" : assign, change: set("assign") }, assignments(context)),
  ];
}

function machine(context: Context): HTMLElement[] {
  const { element, writer } = context;
  if (is(element, "bpmn:BusinessRuleTask")) {
    return [select({ key: "decision", label: t("决策表"), value: text(element, "decision"), change: (value) => writer.set(element, { "bihuan:decision": value }) }, page.decisions, t("还没有选"))];
  }
  if (is(element, "bpmn:ServiceTask", "bpmn:SendTask")) {
    return [select({ key: "operation", label: t("系统做什么"), value: text(element, "operation"), change: (value) => writer.set(element, { "bihuan:operation": value }) }, page.operations, t("还没有选"))];
  }
  return [];
}

function pick(context: Context): HTMLElement {
  const code = text(context.element, "form");
  const form = page.forms.find((each) => each.key === code);
  const groups = text(context.element, "groups").split(/\s+/).filter(Boolean);
  const counted = form?.groups.filter((each) => !groups.length || groups.includes(each.key)) ?? [];
  const sum = (name: "fields" | "required"): number => counted.reduce((total, each) => total + each[name], 0);
  return h(
    "div",
    { class: "field" },
    h("span", { class: "label" }, t("要交什么")),
    h(
      "button",
      { type: "button", class: "pick", onclick: () => context.open("form") },
      icon("form", true),
      h("span", { class: "grow cut" }, form?.name ?? (code || t("不用填表"))),
      form ? h("span", { class: "t12 ink3 nowrap" }, t("{n} 项，{m} 项必填", { n: sum("fields"), m: sum("required") })) : null,
      icon("right", true),
    ),
  );
}

function taught(context: Context): HTMLElement | null {
  const items = TEACHING.flatMap(([name, , sign, tone]) => {
    const found = sentences(context.owner, name);
    const first = found[0];
    return first ? [h("li", { class: tone }, icon(sign, true), h("span", { class: "cut" }, first.zh || first.en), h("span", { class: "t12 nowrap" }, `${teachingWord(name)} ${found.length}`))] : [];
  });
  if (!items.length) return null;
  return h("div", { class: "field" }, h("span", { class: "label" }, t("怎么教")), h("ul", { class: "lessons" }, ...items));
}

/** The arrows that lead on: of the step itself, or of the decision behind it that the person makes. */
export function ways(context: Context): HTMLElement | null {
  let flows = flowsOf(context.element, "outgoing");
  const behind = flows.length === 1 ? flows[0]?.target : undefined;
  if (behind && is(behind, "bpmn:ExclusiveGateway") && text(behind, "choice") === "person") flows = flowsOf(behind, "outgoing");
  if (!flows.length) return null;
  const show = (flow: Element): HTMLElement => {
    const back = text(flow, "kind") === "return";
    const name = text(flow, "name") || t("继续");
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", onclick: () => context.editor.get("selection").select(flow) },
        icon(back ? "back" : "arrow", true),
        h("b", { class: "cut" }, name),
        h("span", { class: "cut" }, called(flow.target)),
      ),
    );
  };
  return h("div", { class: "field" }, h("span", { class: "label" }, t("做完去哪")), h("ul", { class: "outs" }, ...flows.map(show)));
}

export function step(context: Context): (HTMLElement | null)[] {
  const person = is(context.element, "bpmn:UserTask", "bpmn:ManualTask") || context.element.type === "bpmn:Task";
  return [
    ...names(context),
    kindField(context, KINDS),
    phaseField(context),
    ...(person ? people(context) : machine(context)),
    ...approval(context),
    limit(context, true),
    person ? pick(context) : null,
    taught(context),
    ways(context),
    more(context),
  ];
}
