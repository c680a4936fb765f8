// @ in a note opens the list of colleagues who may see the issue; found by name, user name or the first letters of the sounds.
import { all, composing, data, on, one } from "./dom";

function filter(input: HTMLInputElement): void {
  const wanted = input.value.trim().toLowerCase();
  for (const button of all<HTMLElement>("[data-find]", input.closest("[data-people]") ?? document))
    button.hidden = !`${button.textContent ?? ""} ${data(button, "find")}`.toLowerCase().includes(wanted);
}

function focusFind(menu: HTMLDetailsElement): void {
  const input = one<HTMLInputElement>("[data-people-find]", menu);
  if (!input) return;
  input.value = "";
  filter(input);
  input.focus();
}

function close(menu: Element | null): void {
  if (menu instanceof HTMLDetailsElement) menu.open = false;
}

export function startMentions(): void {
  on("input", "form[data-composer] textarea", (area) => {
    const text = area as HTMLTextAreaElement;
    const form = text.form;
    const menu = form ? one<HTMLDetailsElement>("details[data-people]", form) : null;
    const before = text.value.slice(0, text.selectionStart);
    if (!menu || !form || form.dataset["kind"] !== "note" || !/(^|[^A-Za-z0-9])@$/.test(before)) return;
    menu.open = true;
    menu.dataset["wanted"] = "true";
    focusFind(menu);
  });
  on("input", "[data-people-find]", (input) => filter(input as HTMLInputElement));
  on("keydown", "[data-people-find]", (input, event) => {
    if (composing(event)) return;
    const menu = input.closest("[data-people]");
    if (event.key === "Escape") {
      close(menu);
      one<HTMLTextAreaElement>("textarea[name=text]", input.closest("form") ?? document)?.focus();
    }
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    event.preventDefault();
    const first = all<HTMLElement>("[data-find]", menu ?? document).find((button) => !button.hidden);
    if (event.key === "Enter") first?.click();
    else first?.focus();
  });
  on("click", "[data-people] [data-find]", (button) => close(button.closest("[data-people]")));
  document.addEventListener("htmx:after:swap", () => {
    const menu = one<HTMLDetailsElement>("details[data-people][open][data-wanted]");
    if (menu && !menu.contains(document.activeElement)) focusFind(menu);
  });
}
