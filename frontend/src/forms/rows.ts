// Rows that can be added and taken away; five whys, where each question grows out of the answer before.
import { all, data, fill, on, one } from "../dom";

type Changed = (form: Element) => void;

function field(element: Element): HTMLElement | null {
  return element.closest<HTMLElement>("[data-field]");
}

function nextNumber(home: HTMLElement): number {
  const name = data(home, "field");
  const numbers = all<HTMLInputElement>(`[name^="${CSS.escape(name)}-"]`, home).map((input) =>
    Number.parseInt(input.name.slice(name.length + 1), 10),
  );
  return Math.max(-1, ...numbers.filter(Number.isFinite)) + 1;
}

function fromTemplate(home: HTMLElement, branch: string): Element | null {
  const template = one<HTMLTemplateElement>("template[data-row-template]", home);
  if (!template) return null;
  const number = String(nextNumber(home));
  const row = template.content.firstElementChild?.cloneNode(true) as Element | undefined;
  if (!row) return null;
  for (const part of [row, ...row.querySelectorAll("*")])
    for (const attribute of [...part.attributes])
      if (/__(i|branch)__/.test(attribute.value))
        part.setAttribute(attribute.name, attribute.value.replaceAll("__i__", number).replaceAll("__branch__", branch));
  return row;
}

function renumber(home: HTMLElement): void {
  all("[data-row-no]", home).forEach((cell, at) => (cell.textContent = String(at + 1)));
}

function add(button: HTMLElement, changed: Changed): void {
  const home = field(button);
  if (!home) return;
  const bone = button.closest<HTMLElement>("[data-bone]");
  const list = bone ?? one("[data-rows] tbody, ol[data-rows]", home);
  const most = Number(data(one("[data-most]", home), "most")) || 200;
  if (!list || all("[data-row]", home).length >= most) return;
  const row = fromTemplate(home, bone ? data(bone, "bone") : "");
  if (!row) return;
  list.append(row);
  renumber(home);
  one("input:not([type=hidden]), select, textarea", row)?.focus();
  changed(button.closest("[data-form]") ?? document.body);
}

function drop(button: HTMLElement, changed: Changed): void {
  const home = field(button);
  const row = button.closest<HTMLElement>("[data-row]");
  if (!home || !row) return;
  const form = button.closest("[data-form]") ?? document.body;
  const neighbour = one("input:not([type=hidden])", (row.nextElementSibling ?? row.previousElementSibling) ?? home);
  if (row.nextElementSibling?.matches(".fault")) row.nextElementSibling.remove();
  row.remove();
  // A table without rows has nowhere to type.
  if (!all("[data-row]", row.parentElement ?? home).length && one("[data-rows]", home) && !all("[data-row]", home).length)
    one("[data-row-add]", home)?.click();
  renumber(home);
  neighbour?.focus();
  form.dispatchEvent(new Event("input", { bubbles: true }));
  changed(form);
}

const ENDS = /[。．.！!？?；;，,、\s]+$/u;

function question(list: HTMLElement, answer: string): string {
  const core = answer.trim().replace(ENDS, "");
  if (!core) return data(list, "first");
  return fill(data(list, "next"), { answer: core.length > 60 ? `${core.slice(0, 60)}…` : core });
}

/** Answered levels are done, the next is open, the rest waits. */
function chain(list: HTMLElement): void {
  let before = "";
  let open = true;
  all("[data-row]", list).forEach((row, at) => {
    const answer = one<HTMLInputElement>("[data-answer]", row);
    const why = one<HTMLInputElement>("[data-why]", row);
    if (!answer || !why) return;
    const answered = answer.value.trim() !== "";
    row.className = answered ? "done" : open ? "now" : "wait";
    if (!answered) open = false;
    if (before || at === 0) why.placeholder = why.title = question(list, before);
    if (answered && !why.value.trim() && (before || at === 0)) why.value = question(list, before);
    // A level that waits stays reachable when something stands in it already.
    const shut = row.className === "wait" && !why.value.trim();
    for (const input of all<HTMLInputElement>("input", row)) input.disabled = shut;
    before = answered ? answer.value : "";
  });
}

export function startRows(changed: Changed): void {
  on("click", "[data-row-add]", (button) => add(button, changed));
  on("click", "[data-row-drop]", (button) => drop(button, changed));
  on("change", "[data-root]", (box) => {
    const bone = box.closest("[data-bone]");
    bone?.classList.toggle("root", all<HTMLInputElement>("[data-root]", bone).some((one) => one.checked));
  });
  on("input", "[data-whys]", chain);
  const prepare = (): void => all("[data-whys]").forEach(chain);
  prepare();
  document.addEventListener("htmx:after:swap", prepare);
  document.addEventListener("bihuan:inserted", prepare);
}
