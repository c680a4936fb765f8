// What bpmn-js itself says, in Chinese. Its own words are English.
import { page } from "./page";

const KINDS: Record<string, string> = {
  "Ad-hoc sub-process (collapsed)": "临时子流程（收起）", "Ad-hoc sub-process (expanded)": "临时子流程（展开）",
  "Ad-hoc sub-process": "临时子流程", "Boundary event": "边界事件", "Business rule task": "决策表步骤", "Call activity": "调用另一流程",
  "Complex gateway": "复杂网关", "Data object reference": "数据对象", "Data store reference": "数据存储",
  "Empty pool/participant": "空泳池", "Expanded pool/participant": "展开的泳池", "Empty pool/participant (removes content)": "空泳池（去掉内容）",
  "Intermediate throw event": "中间事件", "End event": "结束", "Start event": "开始", "Event sub-process": "事件子流程",
  "Event-based gateway": "等先到的事件", "Exclusive gateway": "判断", "Inclusive gateway": "包容判断", "Parallel gateway": "并行",
  "Manual task": "手工步骤", "Receive task": "等消息步骤", "Script task": "计算步骤", "Send task": "发送步骤", "Service task": "自动步骤",
  "Sub-process (collapsed)": "子流程（收起）", "Sub-process (expanded)": "子流程（展开）", "Sub-process": "子流程",
  Task: "步骤", "User task": "人工步骤", Transaction: "事务", "Terminate end event": "全部终止",
  "Sequence flow": "连线", "Default flow": "默认连线", "Conditional flow": "有条件的连线",
};
const TRIGGERS: Record<string, string> = {
  Cancel: "取消", Compensation: "补偿", Conditional: "条件", Error: "错误", Escalation: "升级", Link: "链接", Message: "消息", Signal: "信号", Timer: "定时",
};
const PLACES: Record<string, string> = {
  "boundary event": "边界事件", "boundary event (non-interrupting)": "边界事件（不打断）", "end event": "结束", "start event": "开始",
  "start event (non-interrupting)": "开始（不打断）", "intermediate catch event": "等待事件", "intermediate throw event": "发出事件",
};
const REST: Record<string, string> = {
  "Search in diagram": "在图中查找", "Change element": "换一种", "Connect to other element": "连线", Delete: "删除", Collection: "集合", Loop: "循环",
  "Parallel multi-instance": "多人同时", "Sequential multi-instance": "多人依次", "Toggle non-interrupting": "打断或不打断",
  "Participant multiplicity": "多个参与者", "Add lane above": "在上方加泳道", "Add lane below": "在下方加泳道", "Divide into two lanes": "分成两条泳道",
  "Divide into three lanes": "分成三条泳道", "Open {element}": "打开{element}", "Open minimap": "打开缩略图", "Close minimap": "收起缩略图",
  "Align elements": "对齐", "Distribute elements horizontally": "水平等距", "Distribute elements vertically": "垂直等距",
  "Add text annotation": "加文字", "element": "元素", "No matching entries found.": "没有找到。",
};

function found(english: string): string {
  const whole = KINDS[english] ?? REST[english];
  if (whole) return whole;
  const [first = "", ...rest] = english.split(" ");
  const trigger = TRIGGERS[first];
  const place = PLACES[rest.join(" ")];
  return trigger && place ? trigger + place : english;
}

export function translate(english: string, values: Record<string, string> = {}): string {
  return (page.english ? english : found(english)).replace(/{([^}]+)}/g, (_whole, name: string) => values[name] ?? `{${name}}`);
}
