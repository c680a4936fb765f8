// Building pieces of the page.
import { sprite } from "./page";

type Child = Node | string | null | false | undefined;
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>;

const SVG = "http://www.w3.org/2000/svg";

/** An element: `on…` are listeners, false and null leave an attribute out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child || child === "") made.append(child);
  return made;
}

export function icon(name: string, small = false): SVGSVGElement {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("class", small ? "icon sm" : "icon");
  made.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", sprite(name));
  made.append(use);
  return made;
}

export function button(text: string, sign: string, act: () => void, more: { kind?: string; label?: string; title?: string } = {}): HTMLButtonElement {
  return h("button", { type: "button", class: `btn s ${more.kind ?? ""}`, onclick: act, "aria-label": more.label, title: more.title ?? more.label }, sign ? icon(sign, true) : null, h("span", { class: "cut" }, text));
}

export function iconButton(label: string, sign: string, act: () => void): HTMLButtonElement {
  return h("button", { type: "button", class: "btn bare s icon-only", onclick: act, "aria-label": label, title: label }, icon(sign, true));
}
