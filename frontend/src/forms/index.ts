// The form component, made livelier: what hangs on an answer, counters, rows, files, drafts. The server judges.
import { all, data, fill, on, one } from "../dom";
import { prepareCascades } from "./cascade";
import { type Condition, holds, numeral } from "./conditions";
import { startDrafts } from "./draft";
import { sendFile, startFiles } from "./files";
import { capital } from "./money";
import { startRows } from "./rows";
import { startSigning } from "./sign";

function valuesOf(form: Element, name: string): string[] {
  const found: string[] = [];
  for (const input of all<HTMLInputElement>(`[name="${CSS.escape(name)}"]`, form)) {
    if (input.closest(".unseen")) continue;
    if (input.type === "checkbox" && input.classList.contains("switch")) found.push(String(input.checked));
    else if (!["checkbox", "radio"].includes(input.type) || input.checked) found.push(input.value);
  }
  return found;
}

function parsed<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}

/** Shows what the answers ask for, until nothing changes: what shows may hang on what was just shown. */
function reveal(form: Element): void {
  const asked = all("[data-when]", form);
  const given = (name: string): string[] => valuesOf(form, name);
  for (let round = 0; round <= asked.length; round += 1) {
    let changed = false;
    for (const field of asked) {
      const unseen = !holds(parsed<Condition>(data(field, "when")) ?? [], given);
      changed ||= unseen !== field.classList.contains("unseen");
      field.classList.toggle("unseen", unseen);
    }
    if (!changed) break;
  }
}

function stars(form: Element): void {
  for (const field of all("[data-needed-when]", form)) {
    const asked = parsed<Condition[]>(data(field, "needed-when"));
    if (!asked) continue;
    const needed = "always" in field.dataset || asked.some((one) => holds(one, (name) => valuesOf(form, name)));
    field.toggleAttribute("data-required", needed);
    one("[data-label]", field)?.classList.toggle("req", needed);
  }
}

function capitals(input: HTMLInputElement): void {
  const line = one("[data-capital]", input.closest("[data-field]") ?? document);
  const words = line ? one("b", line) : null;
  if (!line || !words) return;
  const number = numeral(input.value);
  words.textContent = Number.isNaN(number) ? "" : capital(input.value.normalize("NFKC").replace(/[,¥\s]/g, ""));
  line.hidden = !words.textContent;
}

function light(form: Element): void {
  for (const field of all("[data-field]", form)) {
    const values = valuesOf(form, data(field, "field"));
    for (const line of all("[data-criteria] [data-value]", field)) line.classList.toggle("on", values.includes(data(line, "value")));
    for (const line of all("[data-leads] [data-values]", field)) {
      const leads = JSON.parse(data(line, "values")) as string[];
      line.classList.toggle("on", values.some((value) => leads.includes(value)));
    }
  }
}

function count(input: HTMLInputElement | HTMLTextAreaElement): void {
  const most = Number(data(input, "most"));
  const counter = one("[data-counter]", input.closest("[data-field]") ?? document);
  if (!most || !counter) return;
  const length = [...input.value].length;
  counter.textContent = `${length} / ${most}`;
  counter.hidden = length < most * 0.8;
  counter.classList.toggle("over", length > most);
}

function filled(field: Element): boolean {
  return all<HTMLInputElement>("input, select, textarea", field).some((input) => {
    if (input.type === "file" || input.closest("template") || (input.type === "hidden" && !input.closest("[data-files]"))) return false;
    if (input.matches("[data-why], [data-sign-name]") || input.closest(".cascade")) return false;
    return ["checkbox", "radio"].includes(input.type) ? input.checked : input.value.trim() !== "";
  });
}

const SIGNS = { done: "status-done", now: "status-run", none: "circle" };
const TONES = { done: "c-green", now: "c-accent", none: "ink3" };

/** The gutter's line: what the server said about faults stays until the next try. */
function gutter(home: HTMLElement, group: Element): void {
  const line = one("[data-state]", group);
  if (!line || line.classList.contains("c-red")) return;
  const fields = all(':scope > .two > [data-field]:not(.unseen, [data-widget="heading"])', group);
  const counted = fields.map((field) => ["readonly", "serial"].includes(data(field, "widget")) || filled(field));
  const n = counted.filter(Boolean).length;
  const complete = n > 0 && fields.every((field, at) => counted[at] || !field.hasAttribute("data-required"));
  const state = complete ? "done" : n ? "now" : "none";
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${data(home, "sprite")}#${SIGNS[state]}`);
  icon.append(use);
  line.className = TONES[state];
  line.replaceChildren(icon, fill(data(home, `say-${state}`), { n, m: fields.length }));
}

function renew(form: Element): void {
  reveal(form);
  stars(form);
  light(form);
  for (const home of all("[data-form-groups]", form)) for (const group of all("[data-group]", home)) gutter(home, group);
}

/** Leads to a field, also where its row or choice only stands for it. */
function jump(id: string): void {
  const target = document.getElementById(id) ?? document.getElementById(id.replace(/-[^-]+$/, ""));
  if (!target) return;
  const field = target.matches("input, select, textarea") ? target : (one("input:not([type=hidden]), select, textarea", target) ?? target);
  target.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
}

function prepare(): void {
  for (const form of all("[data-form]")) {
    prepareCascades(form);
    if (form.dataset["prepared"]) continue;
    form.dataset["prepared"] = "true";
    renew(form);
    one("[data-faults]", form)?.focus();
  }
}

export function startForms(): void {
  startRows((form) => renew(form));
  startFiles((form) => renew(form));
  startDrafts();
  startSigning((home, file) => void sendFile(home, file, renew));
  prepare();
  document.addEventListener("htmx:after:swap", prepare);
  document.addEventListener("bihuan:inserted", prepare);
  on("change", "[data-form]", renew);
  on("input", '[data-form] [data-widget="money"] > * > input', (input) => capitals(input as HTMLInputElement));
  on("input", "[data-form] [data-most]", (input) => count(input as HTMLInputElement));
  on("click", "a[data-jump]", (link, event) => {
    event.preventDefault();
    jump((link as HTMLAnchorElement).hash.slice(1));
  });
}
