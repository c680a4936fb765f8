// The keyboard map. Single keys work outside of fields only, and can be switched off (some people dictate).
import { all, composing, data, modalOpen, one, store, typing } from "./dom";
import { openDialog } from "./overlays";

const GO: Record<string, string> = { i: "desk", q: "issues", u: "customers", k: "knowledge", f: "charts", s: "settings" };
let goUntil = 0;

function go(url: string): void {
  if (url) location.assign(url);
}

function search(): void {
  const field = one<HTMLInputElement>("#find");
  field?.focus();
  field?.select();
}

/** Opens the item before or after the current one of the list. */
function step(by: number): void {
  const items = all("[data-item]").filter((item) => item.offsetParent !== null);
  const at = items.findIndex((item) => item.getAttribute("aria-current") === "true");
  const next = items[at < 0 ? (by > 0 ? 0 : items.length - 1) : at + by];
  const link = next instanceof HTMLAnchorElement ? next : one<HTMLAnchorElement>("a.title", next ?? document);
  if (!next || !link) return;
  if (next.matches("tr")) {
    for (const item of items) item.removeAttribute("aria-current");
    next.setAttribute("aria-current", "true");
    link.focus();
  } else link.click();
  next.scrollIntoView({ block: "nearest" });
}

function write(kind: "reply" | "note"): void {
  one(`[data-kind-tab="${kind}"]`)?.click();
  one("#composer-text")?.focus();
}

function slash(): void {
  const canned = one("[data-canned-open]");
  const text = one<HTMLTextAreaElement>("#composer-text");
  if (canned && text && document.activeElement === text) canned.click();
  else search();
}

const SINGLE: Record<string, () => void> = {
  "/": slash,
  "?": () => openDialog("keys-help"),
  c: () => go(data(document.body, "new-url")),
  e: () => one(".next.main")?.focus(),
  n: () => write("note"),
  r: () => write("reply"),
  t: () => one('[data-open="assign-dialog"]')?.click(),
  g: () => (goUntil = Date.now() + 1500),
};

function single(event: KeyboardEvent): void {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (goUntil > Date.now() && GO[key]) {
    goUntil = 0;
    event.preventDefault();
    go(one<HTMLAnchorElement>(`.rail a[data-key="${GO[key]}"]`)?.href ?? "");
    return;
  }
  const act = SINGLE[key];
  if (act) {
    event.preventDefault();
    act();
  }
}

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (composing(event) || event.defaultPrevented) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      search();
    } else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && typing(event.target)) {
      (event.target as HTMLElement).blur();
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target) && !modalOpen() && store.get("keys") !== "off") {
      single(event);
    }
  });
}
