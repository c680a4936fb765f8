// On narrow screens the side of an issue is a sheet over the page.
import { all, data, on, one } from "./dom";

let before: HTMLElement | null = null;

function rest(inert: boolean): void {
  const side = one("#side");
  for (const other of all(".desk > *, .app > :not(main)")) if (other !== side && !other.classList.contains("side-veil")) other.inert = inert;
}

function close(): void {
  if (document.body.dataset["side"] !== "open") return;
  delete document.body.dataset["side"];
  rest(false);
  before?.focus();
}

function open(button: HTMLElement): void {
  before = button;
  document.body.dataset["side"] = "open";
  rest(true);
  const tab = one(`[data-side-tab="${CSS.escape(data(button, "side-open"))}"]`);
  if (tab?.getAttribute("aria-selected") === "false") tab.click();
  (tab ?? one("#side"))?.focus();
}

export function startSide(): void {
  on("click", "[data-side-open]", open);
  on("click", "[data-side-close]", close);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  window.matchMedia("(min-width: 1181px)").addEventListener("change", (wide) => {
    if (wide.matches) close();
  });
}
