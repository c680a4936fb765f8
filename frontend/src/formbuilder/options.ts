// Options of a choice with their names; of a cascade the paths, a line each.
import { h, iconButton } from "../studio/html";
import { t } from "../studio/page";
import { area, input, labelled, section } from "./controls";
import { type Node, itemsOf, kindKey, optionsOf, texts } from "./data";
import type { Model } from "./model";

interface Option {
  value: unknown;
  name: string;
  english: string;
  criterion: string;
  criterionEn: string;
}

/** Where the words of the options stand: at the field, or at its entries. */
function holder(node: Node): Node {
  return node["type"] === "array" && !node["x-enumNames"] ? itemsOf(node) : node;
}

function read(node: Node): Option[] {
  const at = holder(node);
  const [names, english] = [texts(at["x-enumNames"]), texts(at["x-enumNamesEn"])];
  const [criteria, criteriaEn] = [texts(node["x-criteria"]), texts(node["x-criteriaEn"])];
  return optionsOf(node).map((value, n) => ({
    value,
    name: names[n] ?? String(value),
    english: english[n] ?? "",
    criterion: criteria[n] ?? "",
    criterionEn: criteriaEn[n] ?? "",
  }));
}

function put(node: Node, key: string, words: string[]): void {
  if (words.some(Boolean)) node[key] = words;
  else delete node[key];
}

function write(node: Node, options: Option[]): void {
  const at = holder(node);
  (node["type"] === "array" ? itemsOf(node) : node)["enum"] = options.map((one) => one.value);
  at["x-enumNames"] = options.map((one) => one.name);
  // Half a list of English names would leave options without words.
  put(at, "x-enumNamesEn", options.some((one) => one.english) ? options.map((one) => one.english || one.name) : []);
  put(node, "x-criteria", options.map((one) => one.criterion));
  put(node, "x-criteriaEn", options.some((one) => one.criterionEn) ? options.map((one) => one.criterionEn || one.criterion) : []);
}

function freeValue(options: Option[]): string {
  let number = options.length + 1;
  while (options.some((one) => one.value === `option_${number}`)) number += 1;
  return `option_${number}`;
}

function row(model: Model, node: Node, options: Option[], at: number, criteria: boolean): HTMLElement {
  const one = options[at] as Option;
  const set = (part: keyof Option) => (value: string) =>
    model.change(`option-${at}-${part}`, () => {
      const found = read(node);
      const mine = found[at];
      if (mine) (mine[part] as string) = value;
      write(node, found);
    }, true);
  const shift = (by: number): void =>
    model.change("options", () => {
      const found = read(node);
      const [moved] = found.splice(at, 1);
      if (moved) found.splice(Math.max(at + by, 0), 0, moved);
      write(node, found);
    });
  const drop = (): void => model.change("options", () => write(node, read(node).filter((_each, n) => n !== at)));
  const n = at + 1;
  return h("li", { class: "fb-option" },
    input(one.name, set("name"), { "aria-label": t("选项 {n} 的名称", { n }), maxlength: 200 }),
    input(one.english, set("english"), { "aria-label": t("选项 {n} 的英文", { n }), placeholder: "English", maxlength: 200 }),
    h("span", { class: "row" }, at ? iconButton(t("上移"), "up", () => shift(-1)) : null, iconButton(t("去掉"), "close", drop)),
    criteria ? input(one.criterion, set("criterion"), { class: "input s wide", "aria-label": t("选项 {n} 的判定标准", { n }), placeholder: t("什么情况下选它") }) : null,
    input(String(one.value), typeof one.value === "string" ? set("value") : () => undefined, {
      class: "input s code", "aria-label": t("选项 {n} 的代号", { n }), title: t("代号"), readonly: typeof one.value !== "string", maxlength: 200,
    }));
}

function cascadeText(node: Node): string {
  return read(node).map((one) => (one.english ? `${one.name} | ${one.english}` : one.name)).join("\n");
}

/** 浙江 / 杭州 | Zhejiang / Hangzhou: a line an option; values stay as long as their names do. */
function writeCascade(node: Node, text: string): void {
  const before = new Map(read(node).map((one) => [one.name, one.value]));
  const keys = new Map<string, string>();
  const options: Option[] = [];
  for (const line of text.split("\n")) {
    const [name, english] = line.split("|").map((part) => part.split("/").map((level) => level.trim()).filter(Boolean).join(" / "));
    if (!name || options.some((one) => one.name === name)) continue;
    const path = name.split(" / ").map((_level, n, levels) => {
      const upTo = levels.slice(0, n + 1).join(" / ");
      if (!keys.has(upTo)) keys.set(upTo, `${keys.size + 1}`);
      return keys.get(upTo);
    });
    options.push({ value: before.get(name) ?? path.join("/"), name, english: english ?? "", criterion: "", criterionEn: "" });
  }
  const taken = new Set<unknown>();
  for (const one of options) {
    while (taken.has(one.value)) one.value = `${String(one.value)}_`;
    taken.add(one.value);
  }
  write(node, options);
}

export function optionsPart(model: Model, node: Node): HTMLElement | null {
  const kind = kindKey(node);
  if (kind === "cascade") {
    const box = area(cascadeText(node), (value) => model.change("cascade", () => writeCascade(node, value), true), 6);
    return section(t("选项"), labelled(t("每行一条路径"), box, "enum", t("层级用 / 隔开，英文写在 | 后面：浙江 / 杭州 | Zhejiang / Hangzhou")));
  }
  if (!["choice", "select", "checks"].includes(kind)) return null;
  const options = read(node);
  const criteria = kind !== "checks";
  const add = h("button", { type: "button", class: "btn s", onclick: () =>
    model.change("options", () => {
      const found = read(node);
      write(node, [...found, { value: freeValue(found), name: t("选项 {n}", { n: found.length + 1 }), english: "", criterion: "", criterionEn: "" }]);
    }) }, t("加选项"));
  return section(t("选项"), h("ol", { class: "fb-options", "data-line": "enum" }, ...options.map((_one, at) => row(model, node, options, at, criteria))), add);
}
