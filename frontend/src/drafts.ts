// What somebody writes is kept on this machine at once and by the server a moment later, so that another device goes on
// with it. While there is no line it stays here, and goes up as soon as there is one.
import { all, csrfToken, data, one, store } from "./dom";
import { signedOut } from "./htmx";

const SOON = 900;
const AGAIN = 5000;
const MOST = 3000; // however long somebody writes without a pause
const PATIENCE = 8000;
const TOO_FAST = 429;
const timers = new Map<string, number>(); // a slot each: a reply that waits does not put off a note that waits
const planned = new Map<string, number>();
const underWay = new WeakMap<HTMLFormElement, Promise<void>>();

interface Kept {
  kept: boolean;
  revision: number;
}

export function slot(form: HTMLFormElement, kind: string): string {
  return `draft:${data(form, "composer")}:${kind}`;
}

export function written(form: HTMLFormElement): HTMLTextAreaElement | null {
  return one<HTMLTextAreaElement>("textarea[name=text]", form);
}

export function kindOf(form: HTMLFormElement): string {
  return one<HTMLInputElement>("input[name=kind]", form)?.value ?? "reply";
}

function revision(form: HTMLFormElement, kind: string): number {
  return Number(data(form, `revision-${kind}`)) || 0;
}

function setRevision(form: HTMLFormElement, kind: string, value: number): void {
  form.setAttribute(`data-revision-${kind}`, String(value));
}

/** "": nothing to say. */
export function say(form: HTMLFormElement, state: "" | "local" | "saved"): void {
  const label = one("[data-drafted]", form);
  if (!label) return;
  label.hidden = !state;
  if (state) label.textContent = data(label, state) || label.textContent;
}

function waiting(form: HTMLFormElement, kind: string): boolean {
  return Boolean(store.get(`${slot(form, kind)}:up`));
}

/** Keeps it here, and says that it has to go up. */
export function keepHere(form: HTMLFormElement): void {
  const text = written(form)?.value ?? "";
  const kind = kindOf(form);
  const here = store.set(slot(form, kind), text.trim() ? text : "");
  store.set(`${slot(form, kind)}:up`, "1");
  say(form, here && text.trim() ? "local" : "");
  if (data(form, "draft-url")) plan(form, kind, SOON);
}

function plan(form: HTMLFormElement, kind: string, after: number): void {
  const place = slot(form, kind);
  window.clearTimeout(timers.get(place));
  const since = planned.get(place) ?? performance.now();
  planned.set(place, since);
  const latest = Math.max(0, since + MOST - performance.now());
  timers.set(
    place,
    window.setTimeout(() => void goUp(form, kind), after > MOST ? after : Math.min(after, latest)),
  );
}

/** One save at a time: the next one waits for the answer of the last. */
export async function goUp(form: HTMLFormElement, kind: string): Promise<void> {
  planned.delete(slot(form, kind));
  while (underWay.has(form)) await underWay.get(form);
  if (!data(form, "draft-url") || !waiting(form, kind)) return;
  const work = post(form, kind).finally(() => underWay.delete(form));
  underWay.set(form, work);
  await work;
}

async function post(form: HTMLFormElement, kind: string): Promise<void> {
  const text = kindOf(form) === kind ? (written(form)?.value ?? "") : store.get(slot(form, kind));
  const next = revision(form, kind) + 1;
  const body = new FormData();
  body.set("kind", kind);
  body.set("text", text);
  body.set("revision", String(next));
  try {
    const response = await fetch(data(form, "draft-url"), { method: "POST", body, headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" }, signal: AbortSignal.timeout(PATIENCE) });
    const refused = response.status >= 400 && response.status < 500 && response.status !== TOO_FAST;
    if (signedOut(response) || refused) return; // it stays here, and is said so
    if (!response.ok) throw new Error(String(response.status));
    const answer = (await response.json()) as Kept;
    setRevision(form, kind, Math.max(answer.revision, revision(form, kind)));
    const now = kindOf(form) === kind ? (written(form)?.value ?? "") : text;
    if (!answer.kept || now !== text) {
      plan(form, kind, answer.kept ? SOON : 50); // another device was further: what is written here now is the latest
      return;
    }
    store.set(`${slot(form, kind)}:up`, "");
    if (kindOf(form) === kind) say(form, text.trim() ? "saved" : "");
  } catch {
    plan(form, kind, AGAIN);
  }
}

/** The revision under which the text is sent: every save that is still on its way is lower. */
export async function settle(form: HTMLFormElement): Promise<number> {
  window.clearTimeout(timers.get(slot(form, kindOf(form))));
  while (underWay.has(form)) await underWay.get(form);
  return revision(form, kindOf(form)) + 1;
}

/** It has gone. */
export function gone(form: HTMLFormElement, sent: number): void {
  const kind = kindOf(form);
  setRevision(form, kind, Math.max(sent, revision(form, kind)));
  for (const part of ["", ":up", ":key"]) store.set(`${slot(form, kind)}${part}`, "");
  say(form, "");
}

/** What the server gave back: it is newer than what is here. */
export function take(form: HTMLFormElement, kind: string, text: string, at: number): void {
  setRevision(form, kind, at);
  store.set(slot(form, kind), text);
  store.set(`${slot(form, kind)}:up`, "");
  const area = written(form);
  if (area && kindOf(form) === kind) {
    area.value = text;
    say(form, text.trim() ? "saved" : "");
  }
}

/** A composer that has just come: what was not sent up yet wins over what the server has. */
export function restore(form: HTMLFormElement): void {
  const area = written(form);
  if (!area) return;
  if (!data(form, "draft-url")) {
    if (!area.value) area.value = store.get(slot(form, kindOf(form)));
    say(form, area.value ? "local" : "");
    return;
  }
  for (const kind of ["reply", "note"]) {
    if (waiting(form, kind)) {
      if (kindOf(form) === kind) area.value = store.get(slot(form, kind));
      plan(form, kind, SOON);
    } else store.set(slot(form, kind), data(form, `draft-${kind}`));
  }
  tell(form);
}

/** Where what is written here is kept. */
export function tell(form: HTMLFormElement): void {
  const here = !data(form, "draft-url") || waiting(form, kindOf(form));
  say(form, written(form)?.value.trim() ? (here ? "local" : "saved") : "");
}

/** Typed a moment ago, and kept nowhere yet. */
function fresh(form: HTMLFormElement): boolean {
  const text = written(form)?.value ?? "";
  return (text.trim() ? text : "") !== store.get(slot(form, kindOf(form)));
}

/** Whoever comes back to this page sees what they wrote elsewhere meanwhile. */
async function look(form: HTMLFormElement): Promise<void> {
  const kind = kindOf(form);
  if (!data(form, "draft-url") || waiting(form, kind) || underWay.get(form)) return;
  try {
    const response = await fetch(`${data(form, "draft-url")}?kind=${kind}`, { headers: { "HX-Request": "true" } });
    if (!response.ok || signedOut(response)) return;
    const found = (await response.json()) as { text: string; revision: number };
    if (found.revision > revision(form, kind) && !waiting(form, kind) && !fresh(form) && kindOf(form) === kind) take(form, kind, found.text, found.revision);
  } catch {
    // No line: what is here stays.
  }
}

export function startDrafts(): void {
  const forms = (): HTMLFormElement[] => all<HTMLFormElement>("form[data-composer]");
  window.addEventListener("pagehide", () => {
    for (const form of forms()) if (fresh(form)) keepHere(form);
  });
  window.addEventListener("online", () => forms().forEach((form) => void goUp(form, kindOf(form))));
  document.addEventListener("visibilitychange", () => {
    for (const form of forms()) {
      if (fresh(form)) keepHere(form);
      void (document.hidden ? goUp(form, kindOf(form)) : look(form));
    }
  });
}
