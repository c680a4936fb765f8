// Decisions and arrows: who chooses, by which words, under which condition.
import type { Element } from "../types";
import { flowsOf, is, text } from "../bo";
import { h, icon } from "../html";
import { t, type Choice } from "../page";
import { conditionOf, expression, setCondition } from "./condition";
import { called, names, type Context } from "./context";
import { check, select } from "./fields";
import { kindField, phaseField } from "./step";
import { sentenceList } from "./teach";

const GATEWAYS: [string, string][] = [
  ["bpmn:ExclusiveGateway", "判断"],
  ["bpmn:ParallelGateway", "并行"],
  ["bpmn:InclusiveGateway", "包容判断"],
  ["bpmn:EventBasedGateway", "等先到的事件"],
  ["bpmn:ComplexGateway", "复杂网关"],
];

export function arrowKinds(): Choice[] {
  return [
    { key: "", name: t("继续") },
    { key: "return", name: t("退回") },
    { key: "refuse", name: t("拒绝") },
  ];
}

const chooses = (element: Element | undefined): boolean => is(element, "bpmn:ExclusiveGateway", "bpmn:InclusiveGateway");

export function gateway(context: Context): (HTMLElement | null)[] {
  const { element, writer } = context;
  const splits = flowsOf(element, "outgoing").length > 1;
  const person = text(element, "choice") === "person";
  const choice =
    element.type === "bpmn:ExclusiveGateway"
      ? check("choice", t("由做完上一步的人选走哪条"), person, (on) => writer.set(element, { "bihuan:choice": on ? "person" : "" }))
      : null;
  const criterion = chooses(element) ? sentenceList(context, "criterion", t("决策标准"), "scale", "plain") : null;
  return [...names(context), kindField(context, GATEWAYS), phaseField(context), choice, criterion, splits ? ways(context, person) : null];
}

/** The arrows of a decision with their conditions, all in one place. */
function ways(context: Context, person: boolean): HTMLElement {
  const { element, editor } = context;
  const rows = flowsOf(element, "outgoing").map((flow) => {
    const head = h(
      "button",
      { type: "button", class: "to", onclick: () => editor.get("selection").select(flow) },
      icon(text(flow, "kind") === "return" ? "back" : "arrow", true),
      h("b", { class: "cut" }, text(flow, "name") || t("没有名字")),
      h("span", { class: "cut" }, `→ ${called(flow.target)}`),
    );
    return h("li", {}, head, chooses(element) && !isDefault(flow) ? condition(context, flow, person) : null, chooses(element) ? defaultTick(context, flow) : null);
  });
  return h("div", { class: "field" }, h("span", { class: "label" }, t("做完去哪")), h("ul", { class: "exits" }, ...rows));
}

function condition(context: Context, flow: Element, person: boolean): HTMLElement {
  const label = person ? t("什么时候可以选（不写总是可以）") : t("条件");
  return expression(context.editor, `condition-${flow.id}`, label, conditionOf(flow), (body) => setCondition(context.editor, flow, body));
}

function isDefault(flow: Element): boolean {
  return flow.source !== undefined && flow.source.businessObject.get("default") === flow.businessObject;
}

function defaultTick(context: Context, flow: Element): HTMLElement | null {
  const source = flow.source;
  if (!source) return null;
  return check(`default-${flow.id}`, t("其他都不成立时走这条"), isDefault(flow), (on) => {
    context.writer.set(source, { default: on ? flow.businessObject : undefined });
    if (on && conditionOf(flow)) setCondition(context.editor, flow, "");
  });
}

export function flow(context: Context): (HTMLElement | null)[] {
  const { element, writer } = context;
  const source = element.source;
  const branching = chooses(source) || is(source, "bpmn:Activity");
  const person = source !== undefined && text(source, "choice") === "person";
  return [
    h("p", { class: "t13 ink2 from-to" }, t("从“{from}”到“{to}”", { from: called(source), to: called(element.target) })),
    ...names(context),
    select({ key: "arrow-kind", label: t("这条路是"), value: kindOf(element), change: (kind) => writer.set(element, { "bihuan:kind": kind }) }, arrowKinds()),
    branching && !isDefault(element) ? condition(context, element, person) : null,
    branching ? defaultTick(context, element) : null,
  ];
}

function kindOf(element: Element): string {
  const kind = text(element, "kind");
  return kind === "ordinary" ? "" : kind;
}
