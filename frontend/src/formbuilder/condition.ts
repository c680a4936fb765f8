// Conditions by pickers: which field, how it compares, with what.
import type { Condition, Test } from "../forms/conditions";
import { h, iconButton } from "../studio/html";
import { t } from "../studio/page";
import { choose, input, numberOf, tick } from "./controls";
import { type Node, field, itemsOf, kindKey, optionsOf, texts, titleOf } from "./data";
import type { Model } from "./model";
import { conditionOf, setCondition } from "./refer";

type Op = "in" | "notIn" | "atLeast" | "atMost" | "between" | "filled" | "empty";
const NAMES: Record<Op, string> = { in: "是", notIn: "不是", atLeast: "不小于", atMost: "不大于", between: "介于", filled: "填了", empty: "没填" };
const SILENT = new Set(["heading", "serial", "readonly"]);

function opsOf(node: Node): Op[] {
  const kind = kindKey(node);
  if (["number", "integer", "money", "rating"].includes(kind)) return ["atLeast", "atMost", "between", "filled", "empty"];
  if (kind === "switch") return ["in"];
  if (optionsOf(node).length) return ["in", "notIn", "filled", "empty"];
  return ["filled", "empty"];
}

function opOf(test: Test): Op {
  if (test.in) return "in";
  if (test.notIn) return "notIn";
  if (test.filled !== undefined) return test.filled ? "filled" : "empty";
  if (test.atLeast !== undefined && test.atMost !== undefined) return "between";
  return test.atLeast !== undefined ? "atLeast" : "atMost";
}

function fresh(name: string, node: Node, op: Op): Test {
  const options = optionsOf(node) as string[];
  if (op === "in" || op === "notIn") return { field: name, [op]: kindKey(node) === "switch" ? [true] : options.slice(0, 1) };
  if (op === "filled" || op === "empty") return { field: name, filled: op === "filled" };
  if (op === "between") return { field: name, atLeast: 0, atMost: 100 };
  return { field: name, [op]: 0 };
}

function namesOf(node: Node): string[] {
  const names = texts(node["x-enumNames"]);
  return names.length ? names : texts(itemsOf(node)["x-enumNames"]);
}

type Put = (test: Test, typing?: boolean) => void;

function limit(test: Test, key: "atLeast" | "atMost", put: Put): HTMLElement {
  return input(String(test[key] ?? ""), (value) => {
    const number = numberOf(value);
    if (typeof number === "number") put({ ...test, [key]: number }, true);
  }, { inputmode: "decimal", "aria-label": t(NAMES[key]), maxlength: 20 });
}

function values(test: Test, node: Node, put: Put): (HTMLElement | null)[] {
  const op = opOf(test);
  if (op === "filled" || op === "empty") return [];
  if (op === "atLeast" || op === "atMost") return [limit(test, op, put)];
  if (op === "between") return [limit(test, "atLeast", put), limit(test, "atMost", put)];
  const chosen = (test[op] ?? []) as unknown[];
  if (kindKey(node) === "switch")
    return [choose([["true", t("是")], ["false", t("否")]], String(chosen[0] ?? true), (value) => put({ ...test, in: [value === "true"] as unknown as string[] }), t("选哪个"))];
  const names = namesOf(node);
  const boxes = optionsOf(node).map((value, at) =>
    tick(names[at] ?? String(value), chosen.includes(value), (on) => {
      const kept = optionsOf(node).filter((one) => (one === value ? on : chosen.includes(one)));
      put({ ...test, [op]: kept });
    }));
  return [h("div", { class: "checks", role: "group", "aria-label": t("选哪些") }, ...boxes)];
}

function row(model: Model, own: string, test: Test, put: Put, drop: () => void): HTMLElement {
  const others = Object.entries(model.form.properties).filter(([name, node]) => name !== own && !SILENT.has(kindKey(node)));
  const options = others.map(([name, node]): [string, string] => [name, titleOf(node, name)]);
  const name = test.field ?? "";
  const node = field(model.form, name);
  if (!node) options.unshift([name, t("已删除的字段")]);
  const fields = choose(options, name, (value) => {
    const next = field(model.form, value);
    if (next) put(fresh(value, next, opsOf(next)[0] ?? "filled"));
  }, t("看哪个字段"));
  const ops = node ? choose(opsOf(node).map((op) => [op, t(NAMES[op])]), opOf(test), (op) => put(fresh(name, node, op as Op)), t("怎么比")) : null;
  return h("li", { class: "fb-test" }, fields, ops, iconButton(t("去掉"), "close", drop), ...(node ? [h("div", { class: "wide row g2 wrap" }, ...values(test, node, put))] : []));
}

/** The picker of one condition; `part` says of what. */
export function conditionPicker(model: Model, own: string, node: Node, part: string): HTMLElement {
  const condition = conditionOf(node, part);
  const either = condition.length === 1 && condition[0]?.any !== undefined;
  const tests = either ? (condition[0]?.any ?? []) : condition;
  const write = (found: Test[], any: boolean, typing = false): void =>
    model.change(`${part}-${own}`, () => setCondition(node, part, !found.length ? null : any && found.length > 1 ? [{ any: found }] : (found as Condition)), typing);
  const rows = tests.map((test, at) =>
    row(model, own, test, (next, typing) => {
      // Typing changes the test in place, so that the one beside it does not forget it.
      if (typing) Object.assign(test, next);
      write(tests.map((one, n) => (n === at ? (typing ? test : next) : one)), either, typing);
    }, () => write(tests.filter((_one, n) => n !== at), either)));
  const others = Object.entries(model.form.properties).filter(([name, each]) => name !== own && !SILENT.has(kindKey(each)));
  const add = (): void => {
    const [first] = others;
    if (first) write([...tests, fresh(first[0], first[1], opsOf(first[1])[0] ?? "filled")], either);
  };
  return h("div", { class: "fb-condition", "data-line": part },
    tests.length > 1 ? choose([["all", t("同时满足")], ["any", t("满足一条就行")]], either ? "any" : "all", (value) => write(tests, value === "any"), t("几条条件怎么合起来")) : null,
    h("ol", {}, ...rows),
    h("button", { type: "button", class: "btn s", onclick: add, disabled: !others.length }, t("加条件")));
}

/** A first condition for a field that has none: the nearest choice before it, else any other field. */
export function firstCondition(model: Model, own: string): Condition | null {
  const names = Object.keys(model.form.properties).filter((name) => name !== own && !SILENT.has(kindKey(field(model.form, name) ?? {})));
  const before = names.filter((name) => Object.keys(model.form.properties).indexOf(name) < Object.keys(model.form.properties).indexOf(own));
  const steering = [...before].reverse().find((name) => ["switch", "choice", "select"].includes(kindKey(field(model.form, name) ?? {})));
  const name = steering ?? before.at(-1) ?? names[0];
  const node = name === undefined ? undefined : field(model.form, name);
  return name === undefined || !node ? null : [fresh(name, node, opsOf(node)[0] ?? "filled")];
}
