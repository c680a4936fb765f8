// Tab lists: arrows move, one is in the tab order; local ones show their pane.
import { all, data, on } from "./dom";

export function select(tab: HTMLElement): void {
  const list = tab.closest("[role=tablist]");
  if (!list) return;
  for (const other of all("[role=tab]", list)) {
    const chosen = other === tab;
    other.setAttribute("aria-selected", String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    const pane = document.getElementById(`pane-${data(other, "tab")}`);
    if (pane) pane.hidden = !chosen;
  }
}

export function startTabs(): void {
  on("click", "[role=tab]", select);
  on("keydown", "[role=tab]", (tab, event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const list = all("[role=tab]", tab.parentElement ?? document).filter((one) => one.offsetParent !== null);
    const next = list[(list.indexOf(tab) + step + list.length) % list.length];
    event.preventDefault();
    next?.focus();
    next?.click();
  });
}
