// Files of a field: chosen, dropped or pasted, they go up at once; the form then carries their ids.
import { all, csrfToken, data, on, one } from "../dom";
import { refusal } from "../htmx";
import { offlineText } from "../toast";

type Changed = (form: Element) => void;
interface Stored {
  id: string;
  name: string;
  size: number;
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const [amount, unit] = bytes < 1024 ** 2 ? [bytes / 1024, "KB"] : [bytes / 1024 ** 2, "MB"];
  return `${amount >= 10 ? Math.round(amount) : amount.toFixed(1)} ${unit}`;
}

function renumber(home: HTMLElement): void {
  all(":scope > .file > b", home).forEach((cell, at) => (cell.textContent = String(at + 1)));
  const hint = one("[data-file-hint]", home.closest("[data-field]") ?? document);
  if (hint) hint.hidden = home.childElementCount > 0;
  const pad = one("[data-sign]", home.closest("[data-field]") ?? document);
  if (pad) pad.hidden = home.childElementCount > 0;
}

function chip(home: HTMLElement, file: File): HTMLElement | null {
  const template = one<HTMLTemplateElement>("[data-file-template]", home.closest("[data-field]") ?? document);
  const made = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
  if (!made) return null;
  const name = one("[data-file-name]", made);
  if (name) {
    name.textContent = file.name;
    name.title = file.name;
  }
  const weight = one("[data-file-size]", made);
  if (weight) weight.textContent = size(file.size);
  home.append(made);
  renumber(home);
  return made;
}

function failed(made: HTMLElement, why: string): void {
  made.classList.remove("busy");
  made.classList.add("bad");
  made.title = why;
  const name = one("[data-file-name]", made);
  if (name) name.textContent = `${name.title}：${why}`;
  made.setAttribute("role", "alert");
}

/** Sends a file up and puts its id into the form. */
export async function sendFile(home: HTMLElement, file: File, changed: Changed): Promise<void> {
  const made = chip(home, file);
  if (!made) return;
  // A form that is only looked at has nowhere to send files.
  if (!data(home, "upload-url")) return made.classList.remove("busy");
  const body = new FormData();
  body.append("files", file, file.name);
  try {
    const response = await fetch(data(home, "upload-url"), {
      method: "POST",
      body,
      headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true", Accept: "application/json" },
    });
    if (!response.ok) return failed(made, await refusal(response));
    const answer = (await response.json()) as { files?: Stored[] } & Partial<Stored>;
    const id = answer.files?.[0]?.id ?? answer.id;
    if (!id) return failed(made, await refusal(response));
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = data(home, "name");
    field.value = id;
    made.append(field);
    made.classList.remove("busy");
    const form = home.closest("[data-form]");
    form?.dispatchEvent(new Event("input", { bubbles: true }));
    if (form) changed(form);
  } catch {
    failed(made, offlineText());
  }
}

function sendAll(home: HTMLElement | null, files: Iterable<File>, changed: Changed): void {
  if (home) for (const file of files) void sendFile(home, file, changed);
}

function homeOf(target: EventTarget | null): HTMLElement | null {
  const field = target instanceof Element ? target.closest<HTMLElement>('[data-field][data-widget="files"]') : null;
  return field ? one("[data-files]", field) : null;
}

export function startFiles(changed: Changed): void {
  on("change", "[data-upload]", (input) => {
    const home = homeOf(input);
    const chosen = input as HTMLInputElement;
    if (!home) return;
    sendAll(home, [...(chosen.files ?? [])], changed);
    // They are on their way; the form must not send them a second time.
    chosen.value = "";
  });
  on("click", "[data-file-drop]", (button) => {
    const home = homeOf(button);
    const form = button.closest("[data-form]");
    button.closest(".file")?.remove();
    if (home) renumber(home);
    form?.dispatchEvent(new Event("input", { bubbles: true }));
    if (form) changed(form);
  });
  for (const type of ["dragover", "dragleave", "drop"] as const)
    document.addEventListener(type, (event) => {
      const home = homeOf(event.target);
      const field = home?.closest("[data-field]");
      if (!home || !field) return;
      event.preventDefault();
      field.classList.toggle("over", type === "dragover");
      if (type === "drop") sendAll(home, [...(event.dataTransfer?.files ?? [])], changed);
    });
  document.addEventListener("paste", (event) => {
    const form = event.target instanceof Element ? event.target.closest("[data-form]") : null;
    const files = [...(event.clipboardData?.files ?? [])];
    const home = homeOf(event.target) ?? (form ? one('[data-widget="files"] [data-files]', form) : null);
    if (!home || !files.length) return;
    event.preventDefault();
    sendAll(home, files, changed);
  });
}
