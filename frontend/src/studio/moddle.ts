// Our namespace for moddle, so that everything in docs/reference/chart-extensions.md is read, changed and written.

/** Elements that hold one sentence; each has an `…En` twin. */
export const SENTENCES = [
  "purpose", "startsWhen", "endsWhen", "instruction", "method", "caution", "important", "case", "evidence", "criterion",
] as const;
export type Sentence = (typeof SENTENCES)[number];

const upper = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const attributes = (...names: string[]): object[] => names.map((name) => ({ name, isAttr: true, type: "String" }));
const sentence = (name: string): object => ({
  name: upper(name),
  superClass: ["Element"],
  properties: [{ name: "text", isBody: true, type: "String" }],
});
const onto = (name: string, targets: string[], ...names: string[]): object => ({
  name,
  extends: targets,
  properties: attributes(...names),
});

export const bihuan = {
  name: "Bihuan",
  uri: "urn:bihuan:1",
  prefix: "bihuan",
  xml: { tagAlias: "lowerCase" },
  types: [
    onto("Named", ["bpmn:FlowElement", "bpmn:Lane", "bpmn:Process", "bpmn:Participant"], "nameEn"),
    onto("ProcessFacts", ["bpmn:Process"], "version", "template"),
    onto("NodeFacts", ["bpmn:FlowNode"], "phase", "status", "holder"),
    onto("TaskFacts", ["bpmn:Activity"], "role", "department", "assign", "form", "groups", "operation", "decision", "approval", "approvalQuorum", "approvers"),
    onto("ThrowFacts", ["bpmn:ThrowEvent"], "operation"),
    onto("GatewayFacts", ["bpmn:Gateway"], "choice"),
    onto("FlowFacts", ["bpmn:SequenceFlow"], "kind"),
    onto("LoopFacts", ["bpmn:MultiInstanceLoopCharacteristics"], "collection", "elementVariable"),
    onto("TimeFacts", ["bpmn:Expression"], "calendar"),
    {
      name: "Deadline",
      superClass: ["Element"],
      properties: attributes("anchor", "duration", "workdays", "calendar", "warn", "escalateTo"),
    },
    {
      name: "Phase",
      superClass: ["Element"],
      properties: attributes("id", "name", "nameEn", "customerName", "customerNameEn", "customerText", "customerTextEn"),
    },
    {
      name: "Variable",
      superClass: ["Element"],
      properties: attributes("name", "type", "values", "label", "labelEn"),
    },
    ...SENTENCES.flatMap((name) => [sentence(name), sentence(`${name}En`)]),
    sentence("owner"),
    sentence("reviewBy"),
  ],
};
