// Drafts save themselves, a moment after the last word and when the page is left.
import { all, csrfToken, data, fill, on, one } from "../dom";

const QUIET = 1500;
const timers = new Map<HTMLFormElement, number>();
const dirty = new Set<HTMLFormElement>();

function say(form: HTMLFormElement, state: "saved" | "busy" | "failed"): void {
  const line = one("[data-draft]", form) ?? one("[data-draft]");
  const words = line ? one("span", line) : null;
  if (!line || !words) return;
  const t = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  words.textContent = fill(data(line, `say-${state}`), { t });
  line.classList.toggle("c-red", state === "failed");
  line.hidden = false;
}

function body(form: HTMLFormElement): FormData {
  const found = new FormData(form);
  for (const [name, value] of [...found]) if (value instanceof File) found.delete(name);
  return found;
}

async function save(form: HTMLFormElement, leaving = false): Promise<void> {
  const url = data(form, "autosave-url");
  if (!url || !dirty.has(form) || form.dataset["sending"]) return;
  dirty.delete(form);
  if (!leaving) say(form, "busy");
  try {
    const response = await fetch(url, {
      method: "POST",
      body: body(form),
      headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true", Accept: "application/json" },
      keepalive: leaving,
    });
    if (!response.ok || response.redirected) throw new Error(String(response.status));
    say(form, "saved");
  } catch {
    dirty.add(form);
    say(form, "failed");
    later(form, 15_000);
  }
}

function later(form: HTMLFormElement, wait = QUIET): void {
  window.clearTimeout(timers.get(form));
  timers.set(form, window.setTimeout(() => void save(form), wait));
}

export function startDrafts(): void {
  const changed = (element: HTMLElement): void => {
    const form = element as HTMLFormElement;
    dirty.add(form);
    later(form);
  };
  on("input", "form[data-autosave-url]", changed);
  on("change", "form[data-autosave-url]", changed);
  on("click", "[data-save]", (button, event) => {
    const form = (button as HTMLButtonElement).form;
    if (!form || !data(form, "autosave-url")) return;
    event.preventDefault();
    dirty.add(form);
    void save(form);
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    const form = one<HTMLFormElement>("form[data-autosave-url]");
    if (!form) return;
    event.preventDefault();
    dirty.add(form);
    void save(form);
  });
  window.addEventListener("pagehide", () => {
    for (const form of all<HTMLFormElement>("form[data-autosave-url]")) void save(form, true);
  });
}
