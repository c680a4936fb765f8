// Notices at the foot of the page: what happened, for a while; errors longer, and never while the pointer is on them.
import { all, data, on, one } from "./dom";

export type Kind = "good" | "bad";
const STAY: Record<Kind, number> = { good: 5000, bad: 12000 };

function region(): HTMLElement | null {
  return one("#toasts");
}

export function failText(): string {
  return data(region(), "fail-text") || "—";
}

export function offlineText(): string {
  return data(region(), "offline-text") || failText();
}

export function leave(box: HTMLElement, kind: Kind): void {
  let timer = window.setTimeout(() => box.remove(), STAY[kind]);
  box.addEventListener("pointerenter", () => window.clearTimeout(timer));
  box.addEventListener("pointerleave", () => (timer = window.setTimeout(() => box.remove(), 2000)));
}

export function toast(text: string, kind: Kind = "good"): void {
  const home = region();
  if (!home) return;
  for (const old of all(".toast", home)) if (old.dataset["text"] === text) old.remove();
  const box = document.createElement("div");
  box.className = `toast ${kind}`;
  box.dataset["text"] = text;
  box.setAttribute("role", kind === "bad" ? "alert" : "status");
  const words = document.createElement("span");
  words.textContent = text;
  const shut = document.createElement("button");
  shut.type = "button";
  shut.className = "shut";
  shut.setAttribute("aria-label", data(home, "close-text"));
  shut.textContent = "×";
  box.append(words, shut);
  home.append(box);
  raise(home);
  leave(box, kind);
}

/** Above an open dialog: only what opens later stands higher there. */
function raise(home: HTMLElement): void {
  if (!one("dialog[open]") || !("showPopover" in home)) return;
  home.popover = "manual";
  if (home.matches(":popover-open")) home.hidePopover();
  home.showPopover();
}

export function startToasts(): void {
  on("click", ".toast .shut", (button) => button.closest(".toast")?.remove());
  for (const box of all("[data-toast]")) leave(box, box.classList.contains("bad") ? "bad" : "good");
}
