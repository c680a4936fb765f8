// The field at the top goes anywhere and does anything: pages, queues, issues and customers come from the server, what
// the open page can do from its own menu. Without a choice Enter searches, as the form does by itself.
import { all, composing, data, on, one } from "./dom";

const WAIT = 180;
const MOST_ACTS = 6;
let timer = 0;
let asking: AbortController | null = null;

const field = (): HTMLInputElement | null => one<HTMLInputElement>("#find[data-palette]");
const list = (): HTMLElement | null => one("#find-list");

function options(): HTMLElement[] {
  return all("[role=option]", list() ?? undefined);
}

function chosen(): HTMLElement | null {
  return one("[role=option][aria-selected=true]", list() ?? undefined);
}

function choose(option: HTMLElement | null): void {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) field()?.setAttribute("aria-activedescendant", option.id);
  else field()?.removeAttribute("aria-activedescendant");
}

function show(open: boolean): void {
  const box = list();
  if (!box || box.hidden === !open) return;
  box.hidden = !open;
  field()?.setAttribute("aria-expanded", String(open));
  if (!open) choose(null);
}

/** What the menu of the open issue offers, as far as its words fit. */
function acts(text: string): HTMLElement | null {
  const fitting = all<HTMLElement>(".issue-head .menu :is(a, button)").filter((each) => (each.textContent ?? "").toLowerCase().includes(text.toLowerCase()));
  if (!fitting.length) return null;
  const group = document.createElement("div");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", data(list(), "acts-text"));
  const head = document.createElement("p");
  head.className = "head";
  head.setAttribute("aria-hidden", "true");
  head.textContent = data(list(), "acts-text");
  group.append(head);
  fitting.slice(0, MOST_ACTS).forEach((each, at) => {
    const option = document.createElement("button");
    option.type = "button";
    option.tabIndex = -1;
    option.id = `find-act-${at}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    for (const part of each.childNodes) option.append(part.cloneNode(true));
    option.addEventListener("click", () => {
      show(false);
      each.click();
    });
    group.append(option);
  });
  return group;
}

async function ask(text: string): Promise<void> {
  const home = field();
  const box = list();
  if (!home || !box) return;
  asking?.abort();
  const mine = (asking = new AbortController());
  try {
    const answer = await fetch(`${data(home, "palette")}?q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" }, signal: mine.signal });
    if (!answer.ok || answer.redirected || asking !== mine) return;
    const got = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (asking !== mine || document.activeElement !== home) return;
    const own = acts(text);
    box.replaceChildren(...(own ? [own] : []), ...[...got.body.children].map((each) => document.importNode(each, true)));
    options().forEach((option, at) => (option.id = `find-option-${at}`));
    choose(null);
    show(box.childElementCount > 0);
  } catch {
    // Without an answer the field still searches.
  }
}

function keys(event: KeyboardEvent): void {
  if (composing(event)) return;
  const all = options();
  const at = chosen() ? all.indexOf(chosen() as HTMLElement) : -1;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list()?.hidden) return void ask(field()?.value.trim() ?? "");
    const next = at < 0 ? (event.key === "ArrowDown" ? 0 : all.length - 1) : at + (event.key === "ArrowDown" ? 1 : -1);
    choose(all[(next + all.length) % all.length] ?? null);
  } else if (event.key === "Enter" && chosen()) {
    event.preventDefault();
    chosen()?.click();
  } else if (event.key === "Escape" && !list()?.hidden) {
    event.preventDefault();
    event.stopPropagation();
    show(false);
  }
}

export function startPalette(): void {
  on("focusin", "#find[data-palette]", (input) => void ask((input as HTMLInputElement).value.trim()));
  on("input", "#find[data-palette]", (input) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask((input as HTMLInputElement).value.trim()), WAIT);
  });
  on("keydown", "#find[data-palette]", (_input, event) => keys(event), true);
  // The press must not take the field's focus away, which would close the list before the click.
  on("pointerdown", "#find-list", (_box, event) => event.preventDefault());
  on("focusout", "#find[data-palette]", () => show(false));
}
