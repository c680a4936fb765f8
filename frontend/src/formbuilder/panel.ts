// The properties of what is selected.
import { all, one } from "../dom";
import { h, icon } from "../studio/html";
import { t } from "../studio/page";
import { optionsPart } from "./options";
import { columnsPart } from "./columns";
import { conditionPicker, firstCondition } from "./condition";
import { area, choose, fault, input, labelled, numberOf, pair, section, tick } from "./controls";
import { type Group, type Node, data, groupOf, kindKey, kindOf, text } from "./data";
import { formPart } from "./paper";
import type { Model } from "./model";
import { setCondition } from "./refer";

// Kinds of which one can become the other without losing what was said.
const FAMILIES = [["text", "textarea"], ["choice", "select"], ["number", "integer", "money"], ["files", "photos"], ["date", "datetime"]];
const OWN = new Set(["title", "x-titleEn", "description", "x-descriptionEn", "x-visibleWhen", "x-requiredWhen", "x-print", "x-sensitive", "enum", "x-enumNames", "x-enumNamesEn", "x-criteria", "x-criteriaEn"]);

function words(model: Model, node: Node | Group, key: string, label: string, long = false): HTMLElement {
  const put = (value: string): void =>
    model.change(`${key}`, () => {
      if (value || key === "title") (node as Node)[key] = value;
      else delete (node as Node)[key];
    }, true);
  return labelled(label, long ? area(text(node, key), put) : input(text(node, key), put, { maxlength: 200 }), key);
}

function become(model: Model, name: string, node: Node, key: string): void {
  const kind = data.kinds.find((each) => each.key === key);
  if (!kind) return;
  model.change("kind", (form) => {
    const kept = Object.fromEntries(Object.entries(node).filter(([each]) => OWN.has(each)));
    form.properties[name] = { ...structuredClone(kind.node), ...kept };
  });
}

function kindLine(model: Model, name: string, node: Node): HTMLElement {
  const key = kindKey(node);
  const family = FAMILIES.find((each) => each.includes(key)) ?? [];
  const kind = kindOf(node);
  if (family.length < 2) return h("p", { class: "row g1 t13 ink2" }, icon(kind?.icon ?? "help", true), kind?.name ?? (key === "readonly" ? t("只读") : t("这种字段在这里不能改")));
  const options = data.kinds.filter((each) => family.includes(each.key)).map((each): [string, string] => [each.key, each.name]);
  return labelled(t("类型"), choose(options, key, (value) => become(model, name, node, value)));
}

function needs(model: Model, name: string, node: Node): HTMLElement | null {
  if (["heading", "serial", "readonly"].includes(kindKey(node))) return null;
  const now = model.isRequired(name) ? "always" : "x-requiredWhen" in node ? "when" : "no";
  const change = (value: string): void =>
    model.change("required", (form) => {
      const group = groupOf(form, name);
      if (group) group.required = [...group.required.filter((each) => each !== name), ...(value === "always" ? [name] : [])];
      setCondition(node, "x-requiredWhen", value === "when" ? firstCondition(model, name) : null);
    });
  const choice = labelled(t("必填"), choose([["no", t("选填")], ["always", t("必填")], ["when", t("满足条件时必填")]], now, change), "x-requiredWhen");
  return section("", choice, now === "when" ? conditionPicker(model, name, node, "x-requiredWhen") : null);
}

function shows(model: Model, name: string, node: Node): HTMLElement {
  const now = "x-visibleWhen" in node ? "when" : "always";
  const change = (value: string): void => model.change("visible", () => setCondition(node, "x-visibleWhen", value === "when" ? firstCondition(model, name) : null));
  const choice = labelled(t("显示"), choose([["always", t("总是显示")], ["when", t("满足条件时显示")]], now, change), "x-visibleWhen", now === "when" ? t("不显示的字段不用填，填过的也不保存。") : "");
  return section("", choice, now === "when" ? conditionPicker(model, name, node, "x-visibleWhen") : null);
}

function limit(model: Model, node: Node, key: string, label: string): HTMLElement {
  return labelled(label, input(String(node[key] ?? ""), (value) => {
    const number = numberOf(value);
    if (number === undefined) return;
    model.change(key, () => {
      if (number === null) delete node[key];
      else node[key] = key.endsWith("th") ? Math.abs(Math.trunc(number)) : number;
    }, true);
  }, { inputmode: "decimal", maxlength: 20 }), key);
}

const DEFAULTS: [string, string][] = [
  ["", "不填"], ["=now", "现在"], ["=actor", "填表的人"], ["=actor_department", "填表人的部门"], ["=customer.name", "客户名称"],
  ["=contact.name", "联系人"], ["=contact.phone", "联系电话"], ["=contact.email", "联系邮箱"], ["=issue.title", "问题标题"], ["=issue.description", "问题描述"],
];
const FITTING: Record<string, string[]> = {
  date: ["=now"], datetime: ["=now"], person: ["=actor"], department: ["=actor_department"], phone: ["=contact.phone"], email: ["=contact.email"],
  text: ["=customer.name", "=contact.name", "=contact.phone", "=issue.title"], textarea: ["=issue.title", "=issue.description"],
};

function starts(model: Model, node: Node): HTMLElement | null {
  const fitting = FITTING[kindKey(node)];
  const now = text(node, "x-default");
  if (!fitting || (now && !now.startsWith("="))) return null;
  const options = DEFAULTS.filter(([key]) => !key || fitting.includes(key)).map(([key, said]): [string, string] => [key, t(said)]);
  if (now && !options.some(([key]) => key === now)) options.push([now, now.slice(1)]);
  return labelled(t("开始时填好"), choose(options, now, (value) => model.change("default", () => {
    if (value) node["x-default"] = value;
    else delete node["x-default"];
  })));
}

function particulars(model: Model, node: Node): HTMLElement | null {
  const kind = kindKey(node);
  const parts: (HTMLElement | null)[] = [];
  if (["number", "integer", "money", "rating"].includes(kind)) parts.push(pair(limit(model, node, "minimum", t("最小")), limit(model, node, "maximum", t("最大"))));
  if (["text", "textarea"].includes(kind)) parts.push(pair(limit(model, node, "minLength", t("最少字数")), limit(model, node, "maxLength", t("最多字数"))));
  if (kind === "serial") parts.push(words(model, node, "x-prefix", t("编号前缀，后面接问题编号")));
  parts.push(starts(model, node));
  return parts.some(Boolean) ? section("", ...parts) : null;
}

function printing(model: Model, node: Node): HTMLElement {
  const now = node["x-print"] === false ? "no" : node["x-print"] === "wide" ? "wide" : "";
  const change = (value: string): void => model.change("print", () => {
    if (value) node["x-print"] = value === "no" ? false : "wide";
    else delete node["x-print"];
  });
  return section("", labelled(t("打印"), choose([["", t("打印")], ["wide", t("打印，占整行")], ["no", t("不打印")]], now, change)),
    tick(t("个人信息，在列表和日志里遮住"), node["x-sensitive"] === true, (on) => model.change("sensitive", () => {
      if (on) node["x-sensitive"] = true;
      else delete node["x-sensitive"];
    })));
}

function place(model: Model, name: string): HTMLElement {
  const groups = model.form["x-groups"].map((group): [string, string] => [group.key, group.title]);
  const code = input(name, () => undefined, { maxlength: 64, spellcheck: false });
  code.addEventListener("change", () => {
    if (code.value !== name && !model.rename(name, code.value.trim())) code.value = name;
  });
  const note = data.declared.includes(name) ? t("和流程变量同名：填的内容会写进流程，供判断使用。") : "";
  return section("", labelled(t("分组"), choose(groups, groupOf(model.form, name)?.key ?? "", (key) => model.move(name, key, 999))), labelled(t("代号"), code, "name", note),
    h("div", { class: "row wrap g2" },
      h("button", { type: "button", class: "btn s", onclick: () => model.step(name, -1) }, icon("up", true), t("上移")),
      h("button", { type: "button", class: "btn s", onclick: () => model.step(name, 1) }, icon("down", true), t("下移")),
      h("button", { type: "button", class: "btn s", onclick: () => model.copy(name) }, icon("copy", true), t("复制")),
      h("button", { type: "button", class: "btn s danger", onclick: () => model.remove(name) }, icon("trash", true), t("删除"))));
}

function fieldParts(model: Model, name: string, node: Node): (HTMLElement | null)[] {
  return [
    section("", kindLine(model, name, node), words(model, node, "title", t("名称")), words(model, node, "x-titleEn", t("英文名称")),
      words(model, node, "description", t("填写说明"), true), words(model, node, "x-descriptionEn", t("英文说明"), true)),
    optionsPart(model, node), columnsPart(model, node), needs(model, name, node), shows(model, name, node), particulars(model, node), printing(model, node), place(model, name),
  ];
}

function groupParts(model: Model, group: Group): (HTMLElement | null)[] {
  const steps = data.uses.filter((use) => !use.groups.length || use.groups.includes(group.key)).map((use) => use.name);
  return [
    section("", words(model, group, "title", t("分组名称")), words(model, group, "titleEn", t("英文名称")), words(model, group, "hint", t("说明"), true), words(model, group, "hintEn", t("英文说明"), true)),
    section(t("由谁来填"), h("p", { class: "t13" }, steps.length ? steps.join("、") : t("还没有步骤填这一组")), h("p", { class: "hint" }, t("代号 {key}：流程图里的步骤用它指定填哪些组。", { key: group.key }))),
    section("", h("div", { class: "row wrap g2" },
      h("button", { type: "button", class: "btn s", onclick: () => model.stepGroup(group.key, -1) }, icon("up", true), t("上移")),
      h("button", { type: "button", class: "btn s", onclick: () => model.stepGroup(group.key, 1) }, icon("down", true), t("下移")),
      model.form["x-groups"].length > 1 ? h("button", { type: "button", class: "btn s danger", onclick: () => model.removeGroup(group.key) }, icon("trash", true), t("删除分组")) : null),
      h("p", { class: "hint" }, t("删除分组时，里面的字段并到前一组。"))),
  ];
}

export function showPanel(model: Model): void {
  const home = one("#panel");
  if (!home) return;
  const lines = all("[data-part], [aria-label], button", home);
  const focused = lines.indexOf(document.activeElement as HTMLElement);
  const same = focused >= 0 && home.dataset["of"] === JSON.stringify(model.selection);
  const chosen = model.selection;
  const node = model.selected;
  const group = chosen.on === "group" ? model.form["x-groups"].find((each) => each.key === chosen.key) : undefined;
  const parts = chosen.on === "field" && node ? fieldParts(model, chosen.name, node) : group ? groupParts(model, group) : formPart(model, words);
  home.replaceChildren(h("legend", { class: "sr" }, t("属性")), ...parts.filter((part): part is HTMLElement => part !== null));
  home.dataset["of"] = JSON.stringify(chosen);
  if (same) all<HTMLElement>("[data-part], [aria-label], button", home)[focused]?.focus({ preventScroll: true });
  showFaults(model);
}

/** What the server found wrong with what is selected, beside the input that mends it. */
export function showFaults(model: Model): void {
  const home = one("#panel");
  if (!home) return;
  for (const old of all(".error", home)) old.remove();
  const chosen = model.selection;
  const mine = model.problems.filter((each) => (chosen.on === "field" ? each.field === chosen.name : chosen.on === "group" ? each.group === chosen.key : !each.field && !each.group));
  for (const each of mine) {
    const line = each.part ? one(`[data-line="${CSS.escape(each.part)}"]`, home) : null;
    (line ?? home).append(fault(each.text));
  }
}
