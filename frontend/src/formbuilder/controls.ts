// Labelled inputs of the panel; each names the part of the form that it changes, so that what is wrong stands beside it.
import { h, icon } from "../studio/html";

let count = 0;

type Change = (value: string, typing: boolean) => void;

export function labelled(label: string, control: HTMLElement, part = "", hint = ""): HTMLElement {
  count += 1;
  control.id ||= `fb-${count}`;
  if (part) control.dataset["part"] = part;
  const note = hint ? h("p", { class: "hint", id: `${control.id}-hint` }, hint) : null;
  if (note) control.setAttribute("aria-describedby", note.id);
  return h("div", { class: "field", "data-line": part || null }, h("label", { for: control.id }, label), control, note);
}

export function input(value: string, change: Change, more: Record<string, string | number | boolean> = {}): HTMLInputElement {
  const made = h("input", { class: "input s", autocomplete: "off", maxlength: 10000, ...more });
  made.value = value;
  made.addEventListener("input", () => change(made.value, true));
  made.addEventListener("change", () => change(made.value, true));
  return made;
}

export function area(value: string, change: Change, rows = 2): HTMLTextAreaElement {
  const made = h("textarea", { class: "input s", rows, maxlength: 10000 });
  made.value = value;
  made.addEventListener("input", () => change(made.value, true));
  return made;
}

export function choose(options: [string, string][], value: string, change: Change, label = ""): HTMLSelectElement {
  const made = h("select", { class: "input s", "aria-label": label || null }, ...options.map(([key, name]) => new Option(name, key)));
  made.value = value;
  made.addEventListener("change", () => change(made.value, false));
  return made;
}

export function tick(label: string, on: boolean, change: (on: boolean) => void): HTMLElement {
  const box = h("input", { type: "checkbox" });
  box.checked = on;
  box.addEventListener("change", () => change(box.checked));
  return h("label", { class: "check t13" }, box, h("span", {}, label));
}

export function section(title: string, ...children: (HTMLElement | null)[]): HTMLElement {
  return h("section", { class: "fb-section" }, title ? h("h2", {}, title) : null, ...children);
}

export function pair(...children: HTMLElement[]): HTMLElement {
  return h("div", { class: "fb-pair" }, ...children);
}

export function fault(text: string): HTMLElement {
  return h("p", { class: "error" }, icon("alert", true), h("span", {}, text));
}

/** A number as typed; null for nothing, undefined for what is none. */
export function numberOf(text: string): number | null | undefined {
  const plain = text.normalize("NFKC").replace(/[,\s]/g, "");
  if (!plain) return null;
  return /^-?\d{1,15}(\.\d{1,6})?$/.test(plain) ? Number(plain) : undefined;
}

let strings = 0;
/** A name that no other list of options has. */
export function unique(stem: string): string {
  strings += 1;
  return `${stem}-${strings}`;
}
