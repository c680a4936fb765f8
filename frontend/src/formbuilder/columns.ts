// Columns of a table field.
import { h, iconButton } from "../studio/html";
import { t } from "../studio/page";
import { choose, input, labelled, section, tick } from "./controls";
import { type Node, data, itemsOf, kindKey, object, text, texts } from "./data";
import type { Model } from "./model";

const WIDTHS: [string, string][] = [["", "自动"], ["s", "窄"], ["m", "中"], ["l", "宽"]];

function cells(node: Node): [string, Node][] {
  const held = object(itemsOf(node)["properties"]);
  const order = texts(itemsOf(node)["x-order"]).filter((name) => Object.hasOwn(held, name));
  return [...new Set([...order, ...Object.keys(held)])].map((name) => [name, object(held[name])]);
}

function put(node: Node, found: [string, Node][]): void {
  itemsOf(node)["properties"] = Object.fromEntries(found);
  // The order of names in an object does not outlive the database.
  itemsOf(node)["x-order"] = found.map(([name]) => name);
}

function setWidth(node: Node, name: string, width: string): void {
  const listed = node["x-columns"];
  const widths: Node = Array.isArray(listed) ? Object.fromEntries(cells(node).map(([each], n) => [each, listed[n]])) : { ...object(listed) };
  if (width) widths[name] = width;
  else delete widths[name];
  if (Object.keys(widths).length) node["x-columns"] = widths;
  else delete node["x-columns"];
}

function setRequired(node: Node, name: string, on: boolean): void {
  const items = itemsOf(node);
  const kept = texts(items["required"]).filter((one) => one !== name);
  items["required"] = on ? [...kept, name] : kept;
}

function setKind(node: Node, name: string, key: string): void {
  const kind = data.kinds.find((one) => one.key === key);
  if (!kind) return;
  put(node, cells(node).map(([each, cell]) => (each === name ? [each, { ...structuredClone(kind.node), title: text(cell, "title"), "x-titleEn": text(cell, "x-titleEn") }] : [each, cell])));
}

function column(model: Model, node: Node, name: string, cell: Node, at: number, fixed: boolean): HTMLElement {
  const kinds = data.kinds.filter((one) => one.cell).map((one): [string, string] => [one.key, one.name]);
  const key = kindKey(cell);
  const width = object(node["x-columns"])[name];
  const n = at + 1;
  return h("li", { class: "fb-option" },
    input(text(cell, "title"), (value) => model.change(`column-${at}`, () => (cell["title"] = value), true), { "aria-label": t("第 {n} 列的名称", { n }), maxlength: 200 }),
    input(text(cell, "x-titleEn"), (value) => model.change(`column-en-${at}`, () => (cell["x-titleEn"] = value), true), { "aria-label": t("第 {n} 列的英文", { n }), placeholder: "English", maxlength: 200 }),
    fixed ? h("span") : h("span", { class: "row" },
      at ? iconButton(t("上移"), "up", () => model.change("columns", () => {
        const found = cells(node);
        const [moved] = found.splice(at, 1);
        if (moved) found.splice(at - 1, 0, moved);
        put(node, found);
      })) : null,
      iconButton(t("去掉"), "close", () => model.change("columns", () => {
        put(node, cells(node).filter(([each]) => each !== name));
        setRequired(node, name, false);
        setWidth(node, name, "");
      }))),
    h("span", { class: "row g2 wide" },
      fixed ? null : choose(kinds.some(([each]) => each === key) ? kinds : [...kinds, [key, key]], key, (value) => model.change("columns", () => setKind(node, name, value)), t("第 {n} 列填什么", { n })),
      choose(WIDTHS.map(([each, said]) => [each, t(said)]), typeof width === "string" ? width : "", (value) => model.change("columns", () => setWidth(node, name, value)), t("第 {n} 列的宽度", { n })),
      tick(t("必填"), texts(itemsOf(node)["required"]).includes(name), (on) => model.change("columns", () => setRequired(node, name, on)))),
    key === "choice" || key === "select"
      ? h("span", { class: "wide" }, input(optionLine(cell), (value) => model.change(`column-options-${at}`, () => setOptions(cell, value), true), { "aria-label": t("第 {n} 列的选项，用顿号隔开", { n }), title: t("选项，用顿号隔开") }))
      : null);
}

function optionLine(cell: Node): string {
  const names = texts(cell["x-enumNames"]);
  return (Array.isArray(cell["enum"]) ? cell["enum"] : []).map((value, n) => names[n] ?? String(value)).join("、");
}

function setOptions(cell: Node, line: string): void {
  const names = [...new Set(line.split(/[、,，;；]/).map((one) => one.trim()).filter(Boolean))];
  const before = new Map(texts(cell["x-enumNames"]).map((name, n) => [name, (cell["enum"] as unknown[])[n]]));
  cell["enum"] = names.map((name) => before.get(name) ?? name);
  cell["x-enumNames"] = names;
  delete cell["x-enumNamesEn"];
}

export function columnsPart(model: Model, node: Node): HTMLElement | null {
  const kind = kindKey(node);
  if (!itemsOf(node)["properties"]) return null;
  const fixed = kind !== "table";
  const add = (): void =>
    model.change("columns", () => {
      const found = cells(node);
      let number = found.length + 1;
      while (found.some(([name]) => name === `c${number}`)) number += 1;
      put(node, [...found, [`c${number}`, { type: "string", maxLength: 200, title: t("第 {n} 列", { n: found.length + 1 }) }]]);
    });
  const rows = (key: string, label: string): HTMLElement =>
    labelled(label, input(String(node[key] ?? ""), (value) => {
      const number = /^\d{1,3}$/.test(value) ? Number(value) : null;
      model.change(key, () => {
        if (number === null) delete node[key];
        else node[key] = number;
      }, true);
    }, { inputmode: "numeric", maxlength: 3 }), key);
  return section(t("列"), h("ol", { class: "fb-options", "data-line": "items" }, ...cells(node).map(([name, cell], at) => column(model, node, name, cell, at, fixed))),
    fixed ? null : h("button", { type: "button", class: "btn s", onclick: add }, t("加一列")), h("div", { class: "fb-pair" }, rows("minItems", t("最少行数")), rows("maxItems", t("最多行数"))));
}
