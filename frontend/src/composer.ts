// Writing to the customer or to colleagues. What was written under one tab never shows under the other: an internal
// word must not slip into a reply.
import { all, composing, csrfToken, data, fileChip, fill, on, one, randomKey, store } from "./dom";
import { gone, goUp, keepHere, kindOf, restore, settle, slot, startDrafts, tell } from "./drafts";
import { refusal, signedOut } from "./htmx";
import { hold, release } from "./once";
import { showSendKey } from "./theme";
import { goToEnd } from "./live";
import { startMentions } from "./mention";
import { goOn, isBack, noteSeen, renewFeed, startTalk, stop } from "./talk";
import { offlineText, toast } from "./toast";

type Kind = "reply" | "note";

function parts(form: HTMLFormElement): { text: HTMLTextAreaElement | null; kind: HTMLInputElement | null; key: HTMLInputElement | null } {
  return {
    text: one<HTMLTextAreaElement>("textarea[name=text]", form),
    kind: one<HTMLInputElement>("input[name=kind]", form),
    key: one<HTMLInputElement>("input[name=idempotency_key]", form),
  };
}

function turn(form: HTMLFormElement, kind: Kind): void {
  const { text, kind: field } = parts(form);
  if (!text || !field) return;
  if (text.value !== store.get(slot(form, field.value))) keepHere(form);
  void goUp(form, field.value);
  field.value = kind;
  form.dataset["kind"] = kind;
  text.value = store.get(slot(form, kind));
  text.placeholder = data(text, `hint-${kind}`);
  tell(form);
  const kept = one("[data-kept]", form);
  if (kept) kept.hidden = kind === "note";
  goOn(form);
  const to = one(".to", form);
  if (to) to.textContent = data(to, `to-${kind}`);
}

function insert(text: HTMLTextAreaElement, words: string): void {
  const [from, to] = [text.selectionStart, text.selectionEnd];
  const start = text.value[from - 1] === "/" || (words.startsWith("@") && text.value[from - 1] === "@") ? from - 1 : from;
  text.setRangeText(words, start, to, "end");
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The macro whose actions go with the message; none takes the note away. */
function carry(form: HTMLFormElement, macro: string, name = "", does = ""): void {
  const note = one("[data-macro-note]", form);
  const field = one<HTMLInputElement>("[data-macro]", form);
  if (!note || !field) return;
  field.value = macro;
  note.hidden = !macro;
  const words = one("[data-macro-does]", note);
  const label = one("[data-macro-name]", note);
  if (label) label.textContent = name;
  if (words) words.textContent = fill(data(words, "words"), { does });
}

/** Shows the replies that hold what was typed. */
function find(input: HTMLInputElement): void {
  const wanted = input.value.trim().toLowerCase();
  const menu = input.closest("[data-canned]");
  if (!menu) return;
  for (const button of all<HTMLElement>("[data-insert]", menu))
    button.hidden = !`${button.textContent ?? ""} ${data(button, "insert")}`.toLowerCase().includes(wanted);
  for (const folder of all<HTMLElement>("[data-canned-folder]", menu))
    folder.hidden = all<HTMLElement>("[data-insert]", folder).every((button) => button.hidden);
}

function showFiles(input: HTMLInputElement): void {
  const home = one("[data-attached]", input.form ?? document);
  if (!home) return;
  home.replaceChildren(
    ...[...(input.files ?? [])].map((file, at) => {
      const { chip, drop } = fileChip(file.name);
      drop.addEventListener("click", () => keepFiles(input, [...(input.files ?? [])].filter((_, index) => index !== at)));
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

function done(form: HTMLFormElement, revision: number, words: string): void {
  const { text, kind, key } = parts(form);
  if (!text || !kind) return;
  gone(form, revision);
  // Who types on while it is being sent has begun the next message.
  const more = text.value.startsWith(words) ? text.value.slice(words.length).trimStart() : text.value;
  text.value = more;
  if (more) keepHere(form);
  one("[data-kept]", form)?.replaceChildren();
  if (key) key.value = randomKey();
  const input = one<HTMLInputElement>("[data-attach]", form);
  if (input) keepFiles(input, []);
  goOn(form);
  const macro = Boolean(one<HTMLInputElement>("[data-macro]", form)?.value);
  carry(form, "");
  if (macro) {
    location.reload(); // what the macro did besides shows in many places
    return;
  }
  noteSeen(form);
  goToEnd();
  renewFeed();
}

/** The line broke while it was sent: under the same key it is sent once, also after the page was loaded anew. What was
    changed since is another message. */
function remember(form: HTMLFormElement, key: string, text: string): void {
  keepHere(form);
  store.set(`${slot(form, kindOf(form))}:key`, JSON.stringify([key, text]));
}

function recall(form: HTMLFormElement): void {
  const { text, key } = parts(form);
  if (!text || !key) return;
  try {
    const [known, words] = JSON.parse(store.get(`${slot(form, kindOf(form))}:key`) || "[]") as string[];
    if (known) key.value = words === text.value ? known : randomKey();
  } catch {
    // What cannot be read is no key.
  }
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const { text, key } = parts(form);
  if (!text?.value.trim()) return;
  // The same key for every try of the same message: however often the line breaks, it is stored once.
  hold(form, submitter);
  recall(form);
  if (key && !key.value) key.value = randomKey();
  const words = text.value;
  const revision = await settle(form);
  const field = one<HTMLInputElement>("input[name=revision]", form);
  if (field) field.value = String(revision);
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" },
    });
    if (signedOut(response)) {
      remember(form, key?.value ?? "", words);
      location.reload();
    } else if (response.ok) {
      const sent = (await response.json()) as { held?: number | null };
      if (!isBack(sent.held)) done(form, revision, words);
      else if (key) key.value = randomKey(); // what is here again is another message
    } else if (response.status === 409 && (response.headers.get("content-type") ?? "").startsWith("text/html")) {
      keepHere(form);
      stop(form, await response.text());
      renewFeed();
    } else toast(await refusal(response), "bad");
  } catch {
    remember(form, key?.value ?? "", words);
    toast(offlineText(), "bad");
  } finally {
    release(form);
    // Who has gone elsewhere meanwhile, to take it back say, stays there.
    const at = document.activeElement;
    if (!at || at === document.body || form.contains(at)) text.focus();
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

/** To the search of the replies, or (they are still on their way) as soon as it is there. */
function toFirst(canned: HTMLElement): void {
  const home = one("[data-canned]", canned) ?? canned;
  const first = one("[data-canned-find]", home) ?? one("button", home);
  canned.dataset["wanted"] = first ? "" : "true";
  first?.focus();
}

function prepare(): void {
  for (const form of all<HTMLFormElement>("form[data-composer]")) {
    if (form.dataset["prepared"]) continue;
    form.dataset["prepared"] = "true";
    restore(form);
    noteSeen(form);
  }
  showSendKey();
}

export function startComposer(): void {
  startDrafts();
  startTalk();
  startMentions();
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
    // Not put off by every key: who writes without a pause is kept too.
    timer ||= window.setTimeout(() => {
      timer = 0;
      keepHere(form);
    }, 300);
    const canned = one<HTMLDetailsElement>("details:has([data-canned])", form);
    if (canned && (area as HTMLTextAreaElement).value === "/") {
      canned.open = true;
      toFirst(canned);
    }
  });
  on("keydown", "form[data-composer] textarea", (area, event) => enter(area as HTMLTextAreaElement, event));
  on("click", "[data-insert]", (button) => {
    const text = one<HTMLTextAreaElement>("textarea[name=text]", button.closest("form") ?? document);
    const who = one<HTMLElement>("[data-customer]")?.dataset["customer"] ?? "";
    if (text) insert(text, fill(data(button, "insert"), { customer: who }));
    const form = button.closest<HTMLFormElement>("form[data-composer]");
    if (form && data(button, "insert-macro")) carry(form, data(button, "insert-macro"), data(button, "insert-name"), data(button, "insert-does"));
  });
  on("click", "[data-macro-drop]", (button) => {
    const form = button.closest<HTMLFormElement>("form[data-composer]");
    if (form) carry(form, "");
  });
  on("input", "[data-canned-find]", (input) => find(input as HTMLInputElement));
  on("keydown", "[data-canned-find]", (input, event) => {
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    event.preventDefault();
    const first = all<HTMLElement>("[data-insert]", input.closest("[data-canned]") ?? document).find((button) => !button.hidden);
    if (event.key === "Enter") first?.click();
    else first?.focus();
  });
  document.addEventListener("htmx:after:swap", () => {
    const open = one<HTMLDetailsElement>("details[open]:has([data-canned-find])");
    if (open && open.contains(document.activeElement)) toFirst(open);
    else if (open && data(open, "wanted")) toFirst(open);
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
