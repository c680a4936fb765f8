// The list of groups and fields: chosen by click, moved by dragging or with Alt and the arrows.
import { all, one } from "../dom";
import { h, icon } from "../studio/html";
import { t } from "../studio/page";
import { type Group, data, field, kindOf, titleOf } from "./data";
import type { Model } from "./model";

let dragged = "";

function marks(model: Model, name: string): (HTMLElement | null)[] {
  const node = field(model.form, name) ?? {};
  return [
    model.isRequired(name) ? h("span", { class: "req", title: t("必填") }) : null,
    "x-visibleWhen" in node || "x-requiredWhen" in node ? h("span", { class: "ink3", title: t("有条件") }, icon("gateway", true)) : null,
    data.declared.includes(name) ? h("span", { class: "ink3", title: t("写入流程变量") }, icon("edge", true)) : null,
    model.problems.some((one) => one.field === name) ? h("span", { class: "c-red", title: t("要改") }, icon("alert", true)) : null,
  ];
}

function fieldRow(model: Model, name: string): HTMLElement {
  const node = field(model.form, name) ?? {};
  const chosen = model.selection.on === "field" && model.selection.name === name;
  const row = h("li", { "data-name": name, draggable: data.editable ? "true" : false },
    h("button", { type: "button", class: "fb-field", "aria-pressed": chosen ? "true" : "false", "data-pick": name },
      icon(kindOf(node)?.icon ?? "help", true), h("span", { class: "cut" }, titleOf(node, name)), ...marks(model, name)));
  return row;
}

function groupRows(model: Model, group: Group): HTMLElement {
  const chosen = model.selection.on === "group" && model.selection.key === group.key;
  const title = (data.english && group.titleEn) || group.title || group.key;
  const faulty = model.problems.some((each) => each.group === group.key);
  return h("section", { "data-group-key": group.key },
    h("button", { type: "button", class: "fb-group", "aria-pressed": chosen ? "true" : "false", "data-pick-group": group.key },
      h("b", { class: "cut" }, title), faulty ? icon("alert", true) : null, h("span", { class: "ink3 end" }, String(group.fields.length))),
    h("ol", {}, ...group.fields.map((name) => fieldRow(model, name)), group.fields.length ? null : h("li", { class: "hint none" }, t("还没有字段"))));
}

export function showList(model: Model): void {
  const home = one("#field-list");
  if (!home) return;
  const active = document.activeElement instanceof HTMLElement && home.contains(document.activeElement) ? document.activeElement : null;
  const [name, key] = [active?.dataset["pick"], active?.dataset["pickGroup"]];
  const top = home.scrollTop;
  home.replaceChildren(...model.form["x-groups"].map((group) => groupRows(model, group)));
  home.scrollTop = top;
  one('[aria-pressed="true"]', home)?.scrollIntoView({ block: "nearest" });
  if (name) one(`[data-pick="${CSS.escape(name)}"]`, home)?.focus({ preventScroll: true });
  else if (key) one(`[data-pick-group="${CSS.escape(key)}"]`, home)?.focus({ preventScroll: true });
}

function say(model: Model, name: string): void {
  const group = model.form["x-groups"].find((each) => each.fields.includes(name));
  const line = one("#moved");
  const node = field(model.form, name);
  if (!line || !group || !node) return;
  line.textContent = t("{name}：{group} 第 {n} 个，共 {m} 个", { name: titleOf(node, name), group: group.title, n: group.fields.indexOf(name) + 1, m: group.fields.length });
}

function keys(model: Model, event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  const name = target.dataset["pick"];
  const key = target.dataset["pickGroup"];
  if (event.key === "Delete" && name && data.editable) return model.remove(name);
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  const by = event.key === "ArrowUp" ? -1 : 1;
  event.preventDefault();
  if (event.altKey && name) {
    model.step(name, by);
    one(`[data-pick="${CSS.escape(name)}"]`)?.focus();
    say(model, name);
  } else if (event.altKey && key) model.stepGroup(key, by);
  else {
    const stops = all("[data-pick], [data-pick-group]", one("#field-list") ?? document);
    stops[stops.indexOf(target) + by]?.focus();
  }
}

function placeOf(event: DragEvent): { key: string; at: number; row: HTMLElement | null } | null {
  const target = event.target instanceof Element ? event.target : null;
  const section = target?.closest<HTMLElement>("[data-group-key]");
  if (!section) return null;
  const row = target?.closest<HTMLElement>("li[data-name]") ?? null;
  const rows = all("li[data-name]", section);
  if (!row) return { key: section.dataset["groupKey"] ?? "", at: target?.closest(".fb-group") ? 0 : rows.length, row };
  const box = row.getBoundingClientRect();
  return { key: section.dataset["groupKey"] ?? "", at: rows.indexOf(row) + (event.clientY > box.top + box.height / 2 ? 1 : 0), row };
}

function dragging(home: HTMLElement, model: Model): void {
  const clear = (): void => all(".over", home).forEach((row) => row.classList.remove("over", "after"));
  home.addEventListener("dragstart", (event) => {
    dragged = (event.target as HTMLElement).dataset["name"] ?? "";
    event.dataTransfer?.setData("text/plain", dragged);
  });
  home.addEventListener("dragover", (event) => {
    const place = dragged ? placeOf(event) : null;
    if (!place) return;
    event.preventDefault();
    clear();
    const rows = all("li[data-name]", place.row?.parentElement ?? home);
    place.row?.classList.add("over");
    place.row?.classList.toggle("after", place.at > rows.indexOf(place.row));
  });
  home.addEventListener("drop", (event) => {
    const place = placeOf(event);
    clear();
    if (!place || !dragged) return;
    event.preventDefault();
    model.move(dragged, place.key, place.at);
    say(model, dragged);
    dragged = "";
  });
  home.addEventListener("dragend", () => {
    clear();
    dragged = "";
  });
}

export function startList(model: Model): void {
  const home = one("#field-list");
  if (!home) return;
  home.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-pick], [data-pick-group]") : null;
    if (target?.dataset["pick"]) model.select({ on: "field", name: target.dataset["pick"] });
    else if (target?.dataset["pickGroup"]) model.select({ on: "group", key: target.dataset["pickGroup"] });
  });
  home.addEventListener("keydown", (event) => keys(model, event));
  if (data.editable) dragging(home, model);
}
