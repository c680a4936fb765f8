// Ticking rows of a list: the bar in the foot says how many and what can be done with them.
import { all, on, one } from "./dom";

function show(form: HTMLElement): void {
  const boxes = all<HTMLInputElement>("[data-bulk-one]", form);
  const ticked = boxes.filter((box) => box.checked);
  const head = one<HTMLInputElement>("[data-bulk-all]", form);
  if (head) {
    head.checked = boxes.length > 0 && ticked.length === boxes.length;
    head.indeterminate = ticked.length > 0 && !head.checked;
    head.toggleAttribute("data-some", head.indeterminate);
  }
  for (const box of boxes) box.closest("tr")?.setAttribute("aria-selected", String(box.checked));
  const bar = one("[data-bulk]", form);
  if (bar) bar.hidden = ticked.length === 0;
  const count = one("[data-bulk-count]", form);
  if (count) count.textContent = String(ticked.length);
}

function tickAll(form: HTMLElement, on: boolean): void {
  for (const box of all<HTMLInputElement>("[data-bulk-one]", form)) box.checked = on;
  show(form);
}

let last: HTMLInputElement | null = null;

/** Shift ticks everything between. */
function range(box: HTMLInputElement, form: HTMLElement): void {
  const boxes = all<HTMLInputElement>("[data-bulk-one]", form);
  const from = last ? boxes.indexOf(last) : -1;
  const to = boxes.indexOf(box);
  if (from < 0) return;
  for (const between of boxes.slice(Math.min(from, to), Math.max(from, to) + 1)) between.checked = box.checked;
}

export function startBulk(): void {
  on("click", "[data-bulk-one]", (box, event) => {
    const form = box.closest<HTMLElement>("[data-bulk-form]");
    if (!form) return;
    if (event.shiftKey) range(box as HTMLInputElement, form);
    last = box as HTMLInputElement;
    show(form);
  });
  on("change", "[data-bulk-all]", (box) => {
    const form = box.closest<HTMLElement>("[data-bulk-form]");
    if (form) tickAll(form, (box as HTMLInputElement).checked);
  });
  on("click", "[data-bulk-clear]", (button) => {
    const form = button.closest<HTMLElement>("[data-bulk-form]");
    if (form) tickAll(form, false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || one("dialog[open]")) return;
    for (const form of all("[data-bulk-form]")) tickAll(form, false);
  });
  document.addEventListener("htmx:after:swap", () => all("[data-bulk-form]").forEach(show));
}
