// What dmn-js itself says, in Chinese. Its own words are English.
import { data } from "./data";

const WORDS: Record<string, string> = {
  "Add cell description": "加单元格说明", "Add input": "加条件列", "Add input column left": "在左边加条件列", "Add input column right": "在右边加条件列",
  "Add output": "加结果列", "Add output column left": "在左边加结果列", "Add output column right": "在右边加结果列", "Add predefined values": "加可选的值",
  "Add rule": "加规则", "Add rule above": "在上面加规则", "Add rule below": "在下面加规则", "Add values": "加值", After: "晚于", And: "并且", Annotation: "说明",
  Annotations: "说明", Before: "早于", Between: "介于", "Boolean value": "是否", "Change cell expression language": "换表达式语言",
  "Clear predefined values": "清除可选的值", Comparison: "比较", "Comparison operator": "怎么比", "Copy input column": "复制条件列", "Copy output column": "复制结果列",
  "Copy rule": "复制规则", "Custom values": "其他值", "Cut input column": "剪切条件列", "Cut output column": "剪切结果列", "Cut rule": "剪切规则", Date: "日期",
  "Date and time": "日期时间", "Date and time value": "日期时间", "Date value": "日期", "Decision name": "决策表名称", "Decision name: ": "决策表名称：",
  "Duration value": "时长", Edit: "编辑", "Edit boolean": "选是否", "Edit date": "选日期", "Edit date and time": "选日期时间", "Edit duration": "填时长",
  "Edit end date": "选结束日期", "Edit end date and time": "选结束时间", "Edit end time": "选结束时间", "Edit input": "编辑条件列", "Edit number": "填数字",
  "Edit output": "编辑结果列", "Edit start date": "选开始日期", "Edit start date and time": "选开始时间", "Edit start time": "选开始时间", "Edit string": "选文本",
  "Edit time": "选时间", "Editing not supported for set expression language": "这种表达式语言不能这样编辑", "End date": "结束日期", "End date and time": "结束时间",
  "End time": "结束时间", "End value": "终值", "Enter expression": "输入表达式", Equals: "等于", Exactly: "恰好是", Exclude: "不含", Expression: "表达式",
  "Expression language": "表达式语言", "Expression language: {expressionLanguageLabel}": "表达式语言：{expressionLanguageLabel}", Greater: "大于",
  "Greater or equals": "大于或等于", "Hit policy": "命中方式", "Hit policy:": "命中方式：", Include: "含", Input: "条件", "Input expression": "条件看哪个变量",
  "Input expression: ": "条件看哪个变量：", "Input label": "条件列的名称", "Input label: ": "条件列：", "Input type": "条件的类型", "Input values": "条件可选的值", Less: "小于",
  "Less or equals": "小于或等于", "Match none": "都不是", "Match one": "是其中一个", "Move rule": "移动规则", No: "否", "No values": "没有值", Output: "结果",
  "Output label": "结果列的名称", "Output label: ": "结果列：", "Output name": "结果写进哪个变量", "Output name: ": "结果写进哪个变量：", "Output type": "结果的类型",
  "Output values": "结果可选的值", "Paste input column left": "把条件列粘贴到左边", "Paste input column right": "把条件列粘贴到右边", "Paste output column left": "把结果列粘贴到左边",
  "Paste output column right": "把结果列粘贴到右边", "Paste rule above": "把规则粘贴到上面", "Paste rule below": "把规则粘贴到下面", "Predefined values": "可选的值",
  Range: "范围", "Range end operator": "范围终点怎么算", "Range end value": "范围终点", "Range start operator": "范围起点怎么算", "Range start value": "范围起点",
  "Remove cell description": "去掉单元格说明", "Remove input column": "删除条件列", "Remove output column": "删除结果列", "Remove rule": "删除规则", Resize: "调整宽度",
  "Set date": "设日期", "Set date and time": "设时间", "Set duration": "设时长", "Set time": "设时间", "Set value": "设值", "Start date": "开始日期",
  "Start date and time": "开始时间", "Start time": "开始时间", "Start value": "起值", "String value": "文本", "Strings must be in double quotes": "文本要用英文双引号括起来",
  "Test type": "怎么判断", Then: "则", Time: "时间", "Time value": "时间", Type: "类型", "Use now": "用现在", "Use today": "用今天", Value: "值", Values: "值",
  "View DRD": "看决策图", When: "当", Yes: "是", "e.g. { example } ": "例如 { example } ", "e.g. { sample }": "例如 { sample }",
  string: "文本", number: "数字", boolean: "是否", integer: "整数",
  Unique: "只许一条", First: "取第一条", Priority: "取最重要的", Any: "结果须相同", Collect: "全部收集", "Collect (Sum)": "求和", "Collect (Min)": "取最小",
  "Collect (Max)": "取最大", "Collect (Count)": "计条数", "Rule order": "全部，按规则次序", "Output order": "全部，按结果次序",
};

/** Explanations of the hit policies, by their label; ours are plainer than those of the library. */
export const POLICIES: Record<string, [string, string]> = {
  UNIQUE: ["规则之间不许重叠：无论什么情况，最多只有一条成立。", "Rules may not overlap: whatever comes, at most one holds."],
  FIRST: ["从上往下看，取第一条成立的；顺序就是优先次序。", "Read from the top; the first rule that holds decides."],
  PRIORITY: ["可以有几条成立，取结果最重要的一条（按结果列可选值的次序）。", "Several may hold; the most important outcome wins, by the order of the output's values."],
  ANY: ["可以有几条成立，但它们的结果必须相同。", "Several may hold, but they must say the same."],
  COLLECT: ["成立的各条的结果都要。", "The results of all rules that hold."],
  "COLLECT SUM": ["成立的各条的结果相加。", "The sum of the results of all rules that hold."],
  "COLLECT MIN": ["成立的各条里取最小的结果。", "The lowest result of the rules that hold."],
  "COLLECT MAX": ["成立的各条里取最大的结果。", "The highest result of the rules that hold."],
  "COLLECT COUNT": ["成立的规则有几条。", "How many rules hold."],
  "RULE ORDER": ["成立的各条的结果都要，按规则的次序排列。", "The results of all rules that hold, in the order of the rules."],
  "OUTPUT ORDER": ["成立的各条的结果都要，最重要的在前。", "The results of all rules that hold, the most important first."],
};
const EXPLAINED: Record<string, string> = {
  "Rules may overlap. The first matching rule will be chosen": "FIRST",
  "Rules may overlap. The one with the highest priority will be chosen": "PRIORITY",
  "Rules may overlap. Their output have to match": "ANY",
  "Collects the values of all matching rules": "COLLECT",
  "Collects the values of all matching rules and sums up to a single value": "COLLECT SUM",
  "Collects the values of all matching rules and uses the lowest value": "COLLECT MIN",
  "Collects the values of all matching rules and uses the highest value": "COLLECT MAX",
  "Collects the values of all matching rules and counts the number of them": "COLLECT COUNT",
  "Collects the values of all matching rules in rule order": "RULE ORDER",
  "Collects the values of all matching rules in decreasing output priority order": "OUTPUT ORDER",
  "No overlap is possible and all rules are disjoint. Only a single rule can be matched": "UNIQUE",
};
// Said by the library without asking for a translation.
export const BARE: Record<string, string> = { "Remove item": "去掉这一项", "Move Input": "移动条件列", "Move Output": "移动结果列", "Powered by bpmn.io": "由 bpmn.io 提供" };

export function translate(template: string, values: Record<string, string> = {}): string {
  const policy = POLICIES[EXPLAINED[template] ?? ""];
  const said = data.english ? (policy?.[1] ?? template) : (policy?.[0] ?? WORDS[template] ?? template);
  return said.replace(/\{\s*(\w+)\s*\}/g, (whole, name: string) => values[name] ?? whole);
}
