// Writing to the customer or to colleagues. What was written under one tab never shows under the other: an internal
// word must not slip into a reply.
import { all, composing, csrfToken, data, fill, on, one, randomKey, store } from "./dom";
import { refusal, signedOut } from "./htmx";
import { hold, release } from "./once";
import { showSendKey } from "./theme";
import { offlineText, toast } from "./toast";

type Kind = "reply" | "note";

function parts(form: HTMLFormElement): { text: HTMLTextAreaElement | null; kind: HTMLInputElement | null; key: HTMLInputElement | null } {
  return {
    text: one<HTMLTextAreaElement>("textarea[name=text]", form),
    kind: one<HTMLInputElement>("input[name=kind]", form),
    key: one<HTMLInputElement>("input[name=idempotency_key]", form),
  };
}

function slot(form: HTMLFormElement, kind: string): string {
  return `draft:${data(form, "composer")}:${kind}`;
}

function saved(form: HTMLFormElement, shown: boolean): void {
  const label = one("[data-drafted]", form);
  if (label) label.hidden = !shown;
}

function turn(form: HTMLFormElement, kind: Kind): void {
  const { text, kind: field } = parts(form);
  if (!text || !field) return;
  store.set(slot(form, field.value), text.value.trim() ? text.value : "");
  field.value = kind;
  form.dataset["kind"] = kind;
  text.value = store.get(slot(form, kind));
  text.placeholder = data(text, `hint-${kind}`);
  saved(form, Boolean(text.value));
  const to = one(".to", form);
  if (to) to.textContent = data(to, `to-${kind}`);
}

function insert(text: HTMLTextAreaElement, words: string): void {
  const [from, to] = [text.selectionStart, text.selectionEnd];
  const start = text.value[from - 1] === "/" ? from - 1 : from;
  text.setRangeText(words, start, to, "end");
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function showFiles(input: HTMLInputElement): void {
  const home = one("[data-attached]", input.form ?? document);
  if (!home) return;
  home.replaceChildren(
    ...[...(input.files ?? [])].map((file, at) => {
      const chip = document.createElement("span");
      chip.className = "file";
      const name = document.createElement("span");
      name.className = "cut";
      name.textContent = file.name;
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "drop";
      drop.textContent = "×";
      drop.setAttribute("aria-label", file.name);
      drop.addEventListener("click", () => keepFiles(input, [...(input.files ?? [])].filter((_, index) => index !== at)));
      chip.append(name, drop);
      return chip;
    }),
  );
}

function keepFiles(input: HTMLInputElement, files: File[]): void {
  const box = new DataTransfer();
  for (const file of files) box.items.add(file);
  input.files = box.files;
  showFiles(input);
}

function paste(event: ClipboardEvent): void {
  const text = event.target;
  if (!(text instanceof HTMLTextAreaElement) || !text.form?.dataset["composer"]) return;
  const input = one<HTMLInputElement>("[data-attach]", text.form);
  const files = [...(event.clipboardData?.files ?? [])];
  if (!input || !files.length) return;
  event.preventDefault();
  keepFiles(input, [...(input.files ?? []), ...files]);
}

function done(form: HTMLFormElement): void {
  const { text, kind, key } = parts(form);
  if (!text || !kind) return;
  store.set(slot(form, kind.value), "");
  text.value = "";
  if (key) key.value = randomKey();
  const input = one<HTMLInputElement>("[data-attach]", form);
  if (input) keepFiles(input, []);
  saved(form, false);
  const feed = one("#feed[data-live]");
  if (feed) feed.dispatchEvent(new CustomEvent(`live:${data(feed, "live").split(/[\s,]+/)[0]}`));
  else location.reload();
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const { text, key } = parts(form);
  if (!text?.value.trim()) return;
  // The same key for every try of the same message: however often the line breaks, it is stored once.
  if (key && !key.value) key.value = randomKey();
  hold(form, submitter);
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" },
    });
    if (signedOut(response)) {
      store.set(slot(form, form.dataset["kind"] ?? "reply"), text.value);
      location.reload();
    } else if (response.ok) done(form);
    else toast(await refusal(response), "bad");
  } catch {
    store.set(slot(form, form.dataset["kind"] ?? "reply"), text.value);
    toast(offlineText(), "bad");
  } finally {
    release(form);
    text.focus();
  }
}

function enter(text: HTMLTextAreaElement, event: KeyboardEvent): void {
  if (event.key !== "Enter" || event.shiftKey || composing(event)) return;
  const ctrl = event.ctrlKey || event.metaKey;
  const sends = store.get("send-key") === "ctrl" ? ctrl : !ctrl;
  // A thumb has no Ctrl key: on touch screens Enter breaks the line and the button sends.
  if (sends && (ctrl || window.matchMedia("(pointer: fine)").matches)) {
    event.preventDefault();
    text.form?.requestSubmit();
  } else if (ctrl) {
    event.preventDefault();
    insert(text, "\n");
  }
}

function prepare(): void {
  for (const form of all<HTMLFormElement>("form[data-composer]")) {
    if (form.dataset["prepared"]) continue;
    form.dataset["prepared"] = "true";
    const { text, kind } = parts(form);
    if (text && kind && !text.value) text.value = store.get(slot(form, kind.value));
    saved(form, Boolean(text?.value));
  }
  showSendKey();
}

export function startComposer(): void {
  prepare();
  document.addEventListener("htmx:after:swap", prepare);
  on("click", "[data-kind-tab]", (tab, event) => {
    const form = tab.closest<HTMLFormElement>("form[data-composer]");
    if (!form) return;
    const current = form.dataset["kind"];
    const wanted = data(tab, "kind-tab") as Kind;
    const other = one(`[data-kind-tab="${wanted === "reply" ? "note" : "reply"}"]`, form);
    // On a phone only the chosen one shows, and pressing it changes to the other.
    if (current === wanted && other && other.offsetParent === null && event.isTrusted) {
      other.click();
      return;
    }
    if (current !== wanted) turn(form, wanted);
  });
  let timer = 0;
  on("input", "form[data-composer] textarea", (area) => {
    const form = (area as HTMLTextAreaElement).form;
    if (!form) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      const { text, kind } = parts(form);
      if (text && kind) saved(form, store.set(slot(form, kind.value), text.value.trim() ? text.value : "") && Boolean(text.value.trim()));
    }, 400);
    const canned = one<HTMLDetailsElement>("details:has([data-canned])", form);
    if (canned && (area as HTMLTextAreaElement).value === "/") {
      canned.open = true;
      one("button", one("[data-canned]", canned) ?? canned)?.focus();
    }
  });
  on("keydown", "form[data-composer] textarea", (area, event) => enter(area as HTMLTextAreaElement, event));
  on("click", "[data-insert]", (button) => {
    const text = one<HTMLTextAreaElement>("textarea[name=text]", button.closest("form") ?? document);
    const who = one<HTMLElement>("[data-customer]")?.dataset["customer"] ?? "";
    if (text) insert(text, fill(data(button, "insert"), { customer: who }));
  });
  on("change", "[data-attach]", (input) => showFiles(input as HTMLInputElement));
  document.addEventListener("paste", paste);
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!(form instanceof HTMLFormElement) || !form.dataset["composer"] || event.defaultPrevented) return;
      const way = event.submitter;
      // A way on that lives in the composer posts somewhere else.
      if (way?.hasAttribute("formaction")) return;
      event.preventDefault();
      void send(form, way);
    },
  );
}
