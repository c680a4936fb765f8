// The conversation: replies that can still be taken back, what was said while somebody wrote, and how far one has read.
import { all, csrfToken, data, fileChip, fill, on, one } from "./dom";
import { take } from "./drafts";
import { refusal } from "./htmx";
import { offlineText, toast } from "./toast";

const READ_AFTER = 700;
const LOST_AFTER = 4000;
const returned = new Set<string>();
let readTimer = 0;
let told = "";

export function renewFeed(): void {
  const feed = one("#feed[data-live]");
  if (feed) feed.dispatchEvent(new CustomEvent(`live:${data(feed, "live").split(/[\s,]+/)[0]}`));
  else location.reload();
}

/** The latest public lines count as seen as long as nothing is being written; what comes later stops the sending. */
export function noteSeen(form: HTMLFormElement): void {
  const end = one("[data-feed-end]");
  const field = one<HTMLInputElement>("input[name=seen]", form);
  if (end && field && !one<HTMLTextAreaElement>("textarea[name=text]", form)?.value.trim()) field.value = data(end, "seen");
}

/** Shows what was said meanwhile, above what was written. */
export function stop(form: HTMLFormElement, html: string): void {
  const box = one("[data-meanwhile]", form);
  if (!box) return;
  box.innerHTML = html; // the server's own partial, escaped there
  box.hidden = false;
  one("[data-meanwhile-edit]", box)?.focus();
}

export function goOn(form: HTMLFormElement): void {
  const box = one("[data-meanwhile]", form);
  if (!box) return;
  box.hidden = true;
  box.replaceChildren();
}

function answer(button: HTMLElement, sends: boolean): void {
  const form = button.closest<HTMLFormElement>("form[data-composer]");
  const box = button.closest("[data-meanwhile-seen]");
  const field = form ? one<HTMLInputElement>("input[name=seen]", form) : null;
  if (!form || !field) return;
  field.value = data(box, "meanwhile-seen");
  goOn(form);
  if (sends) form.requestSubmit();
  else one<HTMLTextAreaElement>("textarea[name=text]", form)?.focus();
}

function keep(form: HTMLFormElement, files: { id: string; name: string }[]): void {
  const home = one("[data-kept]", form);
  if (!home) return;
  home.replaceChildren(
    ...files.map((file) => {
      const { chip, drop } = fileChip(file.name);
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = "kept";
      field.value = file.id;
      drop.dataset["unkeep"] = "";
      chip.prepend(field);
      return chip;
    }),
  );
}

function heldOf(action: string): string {
  return /\/held\/(\d+)\//.exec(action)?.[1] ?? "";
}

/** Whether a reply was taken back before the answer to its sending came. */
export function isBack(held: number | null | undefined): boolean {
  return held != null && returned.has(String(held));
}

async function takeBack(bar: HTMLFormElement): Promise<void> {
  const form = one<HTMLFormElement>("form[data-composer]");
  try {
    const response = await fetch(bar.action, { method: "POST", headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" } });
    if (!response.ok) {
      toast(await refusal(response), "bad");
      renewFeed();
      return;
    }
    const draft = (await response.json()) as { text: string; revision: number; files: { id: string; name: string }[] };
    returned.add(heldOf(bar.action));
    if (form) {
      one('[data-kind-tab="reply"][aria-selected="false"]', form)?.click();
      take(form, "reply", draft.text, draft.revision);
      keep(form, draft.files);
      one<HTMLTextAreaElement>("textarea[name=text]", form)?.focus();
    }
    renewFeed();
  } catch {
    toast(offlineText(), "bad");
  }
}

function count(): void {
  for (const bar of all<HTMLFormElement>("form[data-held]")) {
    const until = Number(bar.dataset["until"]) || performance.now() + Number(data(bar, "held")) * 1000;
    bar.dataset["until"] = String(until);
    const left = Math.ceil((until - performance.now()) / 1000);
    const words = one("[data-held-words]", bar);
    if (words) words.textContent = left > 0 ? fill(data(words, "held-words"), { n: left }) : data(words, "held-now");
    const button = one<HTMLButtonElement>("[data-take-back]", bar);
    if (button) button.hidden = left <= 0;
    if (performance.now() - until > LOST_AFTER && !bar.dataset["looked"]) {
      bar.dataset["looked"] = "true"; // nobody said that it went: look once
      renewFeed();
    }
  }
}

function read(): void {
  window.clearTimeout(readTimer);
  readTimer = window.setTimeout(() => {
    const feed = one("#feed[data-read-url]");
    const last = data(one("[data-feed-end]"), "last");
    const place = `${data(feed, "read-url")} ${last}`;
    if (!feed || !last || document.hidden || place === told) return;
    told = place;
    const body = new FormData();
    body.set("entry", last);
    fetch(data(feed, "read-url"), { method: "POST", body, headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" } })
      .then(() => one("[data-item][aria-current=true]")?.classList.remove("unread"))
      .catch(() => (told = ""));
  }, READ_AFTER);
}

export function startTalk(): void {
  on("click", "[data-meanwhile-send]", (button) => answer(button, true));
  on("click", "[data-meanwhile-edit]", (button) => answer(button, false));
  on("click", "[data-unkeep]", (button) => button.closest(".file")?.remove());
  document.addEventListener("submit", (event) => {
    const bar = event.target;
    if (!(bar instanceof HTMLFormElement) || !("held" in bar.dataset) || event.defaultPrevented) return;
    event.preventDefault();
    void takeBack(bar);
  });
  document.addEventListener("htmx:after:swap", () => {
    count();
    read();
    for (const form of all<HTMLFormElement>("form[data-composer]")) noteSeen(form);
  });
  document.addEventListener("visibilitychange", read);
  window.setInterval(count, 250);
  read();
}
