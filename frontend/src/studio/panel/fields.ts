// Fields of the panel. Each has a key, so that the panel can be drawn anew around a reader who is typing.
import { h } from "../html";
import type { Choice } from "../page";

const PAUSE = 700;
const waiting = new Map<HTMLElement, () => void>();

/** Hands in what is typed and not yet handed in. */
export function flushFields(): void {
  for (const hand of [...waiting.values()]) hand();
}

export interface Field {
  key: string;
  label: string;
  value: string;
  change: (value: string) => void;
  hint?: string;
  placeholder?: string;
  lang?: string;
  wide?: boolean;
  disabled?: boolean;
  list?: string;
}

type Entry = HTMLInputElement | HTMLTextAreaElement;

/** Hands the value in when the field is left, and when the typist pauses. */
export function listen(entry: Entry, change: (value: string) => void): void {
  let given = entry.value;
  let timer = 0;
  const hand = (): void => {
    window.clearTimeout(timer);
    waiting.delete(entry);
    if (entry.value === given) return;
    given = entry.value;
    change(entry.value.trim());
  };
  const wait = (): void => {
    waiting.set(entry, hand);
    window.clearTimeout(timer);
    timer = window.setTimeout(hand, PAUSE);
  };
  entry.addEventListener("input", (event) => {
    if (!(event as InputEvent).isComposing) wait();
  });
  // An input method that is choosing characters must not lose its field.
  entry.addEventListener("compositionstart", () => window.clearTimeout(timer));
  entry.addEventListener("compositionend", wait);
  entry.addEventListener("change", hand);
}

export function bare(field: Field, rows = 0): Entry {
  const common = {
    class: "input s",
    id: `p-${field.key}`,
    "data-field": field.key,
    "aria-label": field.label,
    placeholder: field.placeholder,
    lang: field.lang,
    dir: "auto",
    disabled: field.disabled,
    list: field.list,
    maxlength: 10_000,
  };
  const entry = rows ? h("textarea", { ...common, rows }) : h("input", { ...common, type: "text", autocomplete: "off", spellcheck: "false" });
  entry.value = field.value;
  listen(entry, field.change);
  return entry;
}

export function framed(key: string, label: string, inside: (Node | null)[], hint = ""): HTMLElement {
  return h("div", { class: "field" }, h("label", { for: `p-${key}` }, label), ...inside, hint ? h("span", { class: "hint" }, hint) : null);
}

export function line(field: Field): HTMLElement {
  const entry = bare(field);
  entry.removeAttribute("aria-label");
  return framed(field.key, field.label, [entry], field.hint);
}

export function lines(field: Field, rows = 2): HTMLElement {
  const entry = bare(field, rows);
  entry.removeAttribute("aria-label");
  return framed(field.key, field.label, [entry], field.hint);
}

export function bareSelect(field: Field, choices: Choice[], none = ""): HTMLSelectElement {
  const entry = h("select", { class: "input s", id: `p-${field.key}`, "data-field": field.key, "aria-label": field.label, disabled: field.disabled });
  if (none || !choices.some((each) => each.key === "")) if (none) entry.append(h("option", { value: "" }, none));
  for (const each of choices) entry.append(h("option", { value: each.key }, each.name));
  // What the chart says and this installation does not know stays as it is until somebody chooses.
  if (field.value && !choices.some((each) => each.key === field.value)) entry.append(h("option", { value: field.value }, field.value));
  entry.value = field.value;
  entry.addEventListener("change", () => field.change(entry.value));
  return entry;
}

export function select(field: Field, choices: Choice[], none = ""): HTMLElement {
  const entry = bareSelect(field, choices, none);
  entry.removeAttribute("aria-label");
  return framed(field.key, field.label, [entry], field.hint);
}

export function check(key: string, label: string, on: boolean, change: (on: boolean) => void): HTMLElement {
  const entry = h("input", { type: "checkbox", id: `p-${key}`, "data-field": key, onchange: () => change(entry.checked) });
  entry.checked = on;
  return h("label", { class: "check" }, entry, label);
}

export function group(label: string, ...inside: (Node | null)[]): HTMLElement {
  return h("div", { class: "field", role: "group", "aria-label": label }, h("span", { class: "label" }, label), ...inside);
}
