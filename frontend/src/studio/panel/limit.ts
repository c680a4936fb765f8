// How long a step may take, and what the real calendar makes of it.
import { DEADLINE, extensions, is, record } from "../bo";
import { amountOf, iso, unitWords, type Amount, type Unit } from "../duration";
import { h } from "../html";
import { page, send, t, type Choice } from "../page";
import type { Context } from "./context";
import { bare, bareSelect, line, select } from "./fields";
import { text } from "../bo";

type Record = { [name: string]: string };
const UNITS: Unit[] = ["minutes", "hours", "workdays", "clock-hours", "clock-days"];

function read(context: Context): Record | null {
  const found = extensions(context.owner, "deadline")[0];
  return found ? record(found, DEADLINE) : null;
}

function write(context: Context, deadline: Record | null): void {
  context.writer.setRecords(context.element, context.owner, "deadline", deadline ? [deadline] : []);
}

/** Another value of a deadline that is there, as it is now: another field may have been changed since it was drawn. */
function change(context: Context, part: Record): void {
  const now = read(context);
  if (now) write(context, { ...now, ...part });
}

/** The deadline with another amount; the unit says in which time it is counted. */
function withAmount(known: Record | null, amount: Amount): Record | null {
  const before = known ?? { anchor: "entered", calendar: "default", warn: "80", escalateTo: "" };
  if (!amount.number) return null;
  if (amount.unit === "workdays") {
    const calendar = before["calendar"] === "24x7" ? "default" : (before["calendar"] ?? "default");
    return { ...before, workdays: String(Math.max(0, Math.round(Number(amount.number) || 0))), duration: "", calendar };
  }
  const duration = iso(amount);
  if (!duration) return known;
  const around = amount.unit.startsWith("clock");
  const calendar = around ? "24x7" : before["calendar"] === "24x7" ? "default" : (before["calendar"] ?? "default");
  return { ...before, duration, workdays: "", calendar };
}

function warnings(known: string): Choice[] {
  const common = ["80", "50 75 90", "50", "90"];
  const all = known && !common.includes(known) ? [known, ...common] : common;
  return all.map((key) => ({ key, name: t("{points} % 时预警", { points: key.split(/\s+/).join("、") }) }));
}

let asked = 0;

/** The server counts it on the calendar, from the present moment. */
export function echo(deadline: Record | null): HTMLElement {
  const box = h("div", { class: "echo", role: "status", hidden: !deadline });
  if (!deadline) return box;
  const mine = (asked += 1);
  void send<{ parts: [string, boolean][] }>(page.urls.echo, { ...deadline, warn: deadline["warn"] ?? "" }).then((answer) => {
    if (mine !== asked && !box.isConnected) return;
    const parts: [string, boolean][] = answer.body?.parts ?? [[answer.text || t("现在算不出来"), false]];
    box.replaceChildren(...parts.map(([words, strong]) => (strong ? h("b", {}, words) : document.createTextNode(words))));
  });
  return box;
}

function amountIn(deadline: Record | null): Amount {
  return amountOf(deadline?.["duration"] ?? "", deadline?.["workdays"] ?? "", deadline?.["calendar"] ?? "") ?? { number: "", unit: "hours" };
}

function amountRow(context: Context, known: Record | null): HTMLElement {
  const amount = amountIn(known);
  const words = unitWords();
  const units = UNITS.map((key) => ({ key, name: words[key] }));
  const set = (part: Partial<Amount>): void => {
    const now = read(context);
    write(context, withAmount(now, { ...amountIn(now), ...part }));
  };
  return h(
    "div",
    { class: "limit" },
    bare({ key: "limit-number", label: t("数值"), value: amount.number, placeholder: "—", change: (number) => set({ number }) }),
    bareSelect({ key: "limit-unit", label: t("单位"), value: amount.unit, change: (unit) => set({ unit: unit as Unit }) }, units),
    bareSelect(
      { key: "limit-warn", label: t("预警"), value: known?.["warn"] ?? "", disabled: !known, change: (warn) => change(context, { warn }) },
      warnings(known?.["warn"] ?? ""),
      t("不预警"),
    ),
  );
}

function anchors(context: Context): Choice[] {
  const others = context.editor
    .get("elementRegistry")
    .filter((each) => is(each, "bpmn:Activity") && each.id !== context.element.id && !each.labelTarget)
    .map((each) => ({ key: `node:${each.id}`, name: t("从“{name}”开始算", { name: text(each, "name") || each.id }) }));
  return [{ key: "entered", name: t("从分派到这一步开始算") }, { key: "start", name: t("从问题到达开始算") }, ...others];
}

export function limit(context: Context, brief: boolean): HTMLElement {
  const known = read(context);
  const box = h("div", { class: "field", role: "group", "aria-label": t("多久做完") }, h("span", { class: "label" }, t("多久做完")), amountRow(context, known), echo(known));
  if (brief || !known) return box;
  const set = (name: string) => (value: string) => change(context, { [name]: value });
  return h(
    "div",
    { class: "stack g3" },
    box,
    select({ key: "limit-calendar", label: t("按哪个日历"), value: known["calendar"] ?? "", change: set("calendar") }, page.calendars, t("还没有选")),
    select({ key: "limit-anchor", label: t("从什么时候算"), value: known["anchor"] || "entered", change: set("anchor") }, anchors(context)),
    line({ key: "limit-warns", label: t("预警点（%）"), value: known["warn"] ?? "", hint: t("用空格隔开，例如 50 75 90。"), change: set("warn") }),
    select({ key: "limit-escalate", label: t("超时后找谁"), value: known["escalateTo"] ?? "", change: set("escalateTo") }, page.roles, t("谁也不找")),
  );
}
