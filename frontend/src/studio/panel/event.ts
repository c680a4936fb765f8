// Events: what they wait for or throw, and for timers how long.
import type { Moddle } from "../types";
import { definition, is, text, variables } from "../bo";
import { amountOf, iso, seconds, unitWords, type Amount, type Unit } from "../duration";
import { h } from "../html";
import { page, t, type Choice } from "../page";
import { expression } from "./condition";
import { names, type Context } from "./context";
import { bare, bareSelect, check, line, select } from "./fields";
import { more, phaseField, ways } from "./step";

const TRIGGERS: [string, string][] = [
  ["", "没有条件"],
  ["bpmn:TimerEventDefinition", "定时"],
  ["bpmn:MessageEventDefinition", "消息"],
  ["bpmn:ConditionalEventDefinition", "条件"],
  ["bpmn:SignalEventDefinition", "信号"],
  ["bpmn:ErrorEventDefinition", "错误"],
  ["bpmn:EscalationEventDefinition", "升级"],
  ["bpmn:TerminateEventDefinition", "全部终止"],
];
const ALLOWED: Record<string, string[]> = {
  "bpmn:StartEvent": ["", "Timer", "Message", "Conditional", "Signal"],
  "bpmn:EndEvent": ["", "Message", "Signal", "Error", "Escalation", "Terminate"],
  "bpmn:IntermediateCatchEvent": ["Timer", "Message", "Conditional", "Signal"],
  "bpmn:IntermediateThrowEvent": ["", "Message", "Signal", "Escalation"],
  "bpmn:BoundaryEvent": ["Timer", "Message", "Conditional", "Signal", "Error", "Escalation"],
};
/** What is named elsewhere in the file: property that refers to it, type, property that holds the name. */
const REFERRED: Record<string, [string, string, string]> = {
  "bpmn:MessageEventDefinition": ["messageRef", "bpmn:Message", "name"],
  "bpmn:SignalEventDefinition": ["signalRef", "bpmn:Signal", "name"],
  "bpmn:ErrorEventDefinition": ["errorRef", "bpmn:Error", "errorCode"],
  "bpmn:EscalationEventDefinition": ["escalationRef", "bpmn:Escalation", "escalationCode"],
};
const TIMES = ["timeDuration", "timeDate", "timeCycle"] as const;

function triggerField(context: Context): HTMLElement {
  const { element, editor } = context;
  const allowed = (ALLOWED[element.type] ?? [""]).map((each) => (each ? `bpmn:${each}EventDefinition` : ""));
  const kinds = TRIGGERS.filter(([key]) => allowed.includes(key)).map(([key, name]) => ({ key, name: t(name) }));
  const change = (kind: string): void => {
    const target: Record<string, unknown> = { type: element.type };
    if (kind) target["eventDefinitionType"] = kind;
    if (element.host) target["host"] = element.host;
    editor.get("selection").select(editor.get("bpmnReplace").replaceElement(element, target));
  };
  return select({ key: "trigger", label: t("等什么"), value: definition(element)?.$type ?? "", change }, kinds);
}

function timer(context: Context, known: Moddle): HTMLElement[] {
  const { element, editor, writer } = context;
  const kind = TIMES.find((each) => known.get(each)) ?? "timeDuration";
  const expressionOf = known.get(kind) as Moddle | undefined;
  const body = expressionOf ? text(expressionOf, "body") : "";
  const calendar = expressionOf ? text(expressionOf, "calendar") : "";
  const set = (to: (typeof TIMES)[number], value: string, on: string): void => {
    const made = editor.get("bpmnFactory").create("bpmn:FormalExpression", { body: value, ...(on ? { "bihuan:calendar": on } : {}) });
    (made as { $parent?: Moddle }).$parent = known;
    writer.setOf(element, known, { timeDuration: undefined, timeDate: undefined, timeCycle: undefined, [to]: made });
  };
  const kinds: Choice[] = [
    { key: "timeDuration", name: t("过一段时间") },
    { key: "timeDate", name: t("到某一天某一刻") },
    { key: "timeCycle", name: t("每隔一段时间") },
  ];
  const boxes = [select({ key: "time-kind", label: t("怎么定时"), value: kind, change: (to) => set(to as (typeof TIMES)[number], "", "") }, kinds)];
  if (kind === "timeDuration" && (!body || seconds(body) !== null)) boxes.push(span(body, calendar, (value, on) => set(kind, value, on)));
  const declared = variables(editor).map((each) => each.name);
  const hint = kind === "timeDate" ? t("例如 2026-12-31T09:00，或声明过的变量。") : kind === "timeCycle" ? t("例如 R3/PT2H：每 2 小时，共 3 次。") : t("例如 PT4H，或声明过的变量：{names}", { names: declared.slice(0, 6).join(" ") || "—" });
  boxes.push(line({ key: "time-text", label: t("写成"), value: body, hint, change: (value) => set(kind, value, calendar) }));
  if (kind === "timeDuration") {
    boxes.push(select({ key: "time-calendar", label: t("按哪个日历"), value: calendar, change: (on) => set(kind, body, on) }, page.calendars, t("自然时间，不停")));
  }
  return boxes;
}

/** An amount and its unit; working units bring the working calendar with them. */
function span(body: string, calendar: string, set: (body: string, calendar: string) => void): HTMLElement {
  const amount = amountOf(body, "", calendar || "24x7") ?? { number: "", unit: "hours" as Unit };
  const change = (part: Partial<Amount>): void => {
    const next = { ...amount, ...part };
    const around = next.unit.startsWith("clock");
    set(iso(next), around ? (calendar === "24x7" ? calendar : "") : calendar && calendar !== "24x7" ? calendar : "default");
  };
  const words = unitWords();
  const units = (["minutes", "hours", "clock-hours", "clock-days"] as const).map((key) => ({ key, name: words[key] }));
  return h(
    "div",
    { class: "limit two" },
    bare({ key: "time-number", label: t("数值"), value: amount.number, change: (number) => change({ number }) }),
    bareSelect({ key: "time-unit", label: t("单位"), value: amount.unit, change: (unit) => change({ unit: unit as Unit }) }, units),
  );
}

function referred(context: Context, known: Moddle): HTMLElement | null {
  const entry = REFERRED[known.$type];
  if (!entry) return null;
  const [reference, type, property] = entry;
  const { editor, element, writer } = context;
  const definitions = editor.getDefinitions();
  const roots = (definitions.get("rootElements") as Moddle[]) ?? [];
  const now = known.get(reference) as Moddle | undefined;
  const change = (name: string): void => {
    let target = name ? roots.find((each) => each.$type === type && text(each, property) === name) : undefined;
    if (name && !target) {
      target = writer.make(type, { [property]: name, ...(property === "name" ? {} : { name }) }, definitions);
      writer.setOf(element, definitions, { rootElements: [...roots, target] });
    }
    writer.setOf(element, known, { [reference]: target });
  };
  return line({ key: "reference", label: t("名字或代码"), value: now ? text(now, property) : "", hint: t("发出的一方用同一个名字。"), change });
}

function condition(context: Context, known: Moddle): HTMLElement {
  const now = known.get("condition") as Moddle | undefined;
  return expression(context.editor, "event-condition", t("条件"), now ? text(now, "body") : "", (body) => {
    const made = context.writer.make("bpmn:FormalExpression", { body }, known);
    context.writer.setOf(context.element, known, { condition: made });
  });
}

export function event(context: Context): (HTMLElement | null)[] {
  const { element, writer } = context;
  const known = definition(element);
  const parts: (HTMLElement | null)[] = [...names(context), triggerField(context)];
  if (known?.$type === "bpmn:TimerEventDefinition") parts.push(...timer(context, known));
  else if (known?.$type === "bpmn:ConditionalEventDefinition") parts.push(condition(context, known));
  else if (known) parts.push(referred(context, known));
  if (is(element, "bpmn:BoundaryEvent")) {
    const breaks = element.businessObject.get("cancelActivity") !== false;
    parts.push(check("breaks", t("到时打断这一步"), breaks, (on) => writer.set(element, { cancelActivity: on })));
  }
  return [...parts, phaseField(context), ways(context), more(context)];
}
