// Live updates: the server names a topic that changed, and the elements that show it fetch themselves again.
// An element says data-live="issue:12" and hx-trigger="live:issue:12"; `user` stands for the reader's own topic.
import { all, data, one } from "./dom";
import { showHere } from "./here";
import { Press } from "./press";
import { somethingNew } from "./title";

const LOST_AFTER = 3000;
const HIDDEN_STAY = 60_000;
const LOOK_AGAIN = 300_000;
let source: EventSource | null = null;
let wait = 1000;
let lostTimer = 0;
let hiddenTimer = 0;
let opened = false;
let told = "";

function topics(): string[] {
  const found = new Set<string>();
  for (const part of all("[data-live], [data-topics]"))
    for (const topic of `${data(part, "live")},${data(part, "topics")}`.split(/[\s,]+/)) if (topic) found.add(topic);
  return [...found].sort();
}

function refresh(topic: string): void {
  for (const part of all("[data-live]"))
    if (data(part, "live").split(/[\s,]+/).includes(topic)) part.dispatchEvent(new CustomEvent(`live:${topic}`));
}

function refreshAll(): void {
  for (const topic of topics()) refresh(topic);
}

function heard(topic: string): void {
  refresh(topic);
  if (topic.startsWith("user:")) {
    one("[data-bell-dot]")?.removeAttribute("hidden");
    const notices = one("details[open] [data-notices]");
    notices?.dispatchEvent(new CustomEvent("live:notices"));
    somethingNew();
  } else if (topic.startsWith("issue:")) somethingNew();
}

function linked(state: "" | "lost"): void {
  window.clearTimeout(lostTimer);
  if (state) lostTimer = window.setTimeout(() => (document.documentElement.dataset["link"] = "lost"), LOST_AFTER);
  else delete document.documentElement.dataset["link"];
}

function close(): void {
  source?.close();
  source = null;
}

function connect(): void {
  close();
  const url = data(document.body, "live-url");
  if (!url || typeof EventSource === "undefined") return;
  const wanted = topics();
  told = wanted.join(",");
  const query = wanted.length ? `${url.includes("?") ? "&" : "?"}topics=${encodeURIComponent(wanted.join(","))}` : "";
  const stream = new EventSource(url + query);
  source = stream;
  stream.addEventListener("open", () => {
    wait = 1000;
    linked("");
    // What happened while the line was down was never told.
    if (opened) refreshAll();
    opened = true;
  });
  stream.addEventListener("changed", (event) => {
    try {
      heard(String((JSON.parse((event as MessageEvent<string>).data) as { topic?: unknown }).topic ?? ""));
    } catch {
      // A line that cannot be read says nothing.
    }
  });
  stream.addEventListener("here", (event) => {
    try {
      showHere((event as MessageEvent<string>).data);
    } catch {
      // A line that cannot be read says nothing.
    }
  });
  stream.addEventListener("error", () => {
    linked("lost");
    if (stream.readyState !== EventSource.CLOSED || source !== stream) return;
    // The browser gives up after a refused answer; we do not.
    source = null;
    window.setTimeout(() => {
      if (!source && !document.hidden) connect();
    }, wait * (0.7 + Math.random() * 0.6));
    wait = Math.min(wait * 2, 30_000);
  });
}

/** Another page's parts may have come: the server is told what is shown now. */
export function followTopics(): void {
  if (topics().join(",") === told) return;
  opened = false; // what came with them is as new as the answer
  connect();
}

const FOLLOWED = 4000;
let endUntil = 0;

/** Who has just sent something wants to see it: feeds go to their end for a moment. */
export function goToEnd(): void {
  endUntil = performance.now() + FOLLOWED;
}

/** Scroll positions inside a part survive its renewal; a feed that stood at its end stays there. */
function keepScroll(): void {
  const kept = new Map<string, { top: number; end: boolean }>();
  // Two renewals may overlap: what the first has put in and not yet scrolled says nothing about where its reader was.
  const placed = new WeakSet<Element>(all(".scroll"));
  const place = (box: Element): string => `${box.id || `${box.closest("[id]")?.id ?? ""} ${box.className}`} ${data(box, "live")}${data(box, "place")}`;
  document.addEventListener("htmx:before:swap", () => {
    for (const box of all(".scroll"))
      if (placed.has(box)) kept.set(place(box), { top: box.scrollTop, end: box.scrollTop > 0 && box.scrollHeight - box.scrollTop - box.clientHeight < 40 });
  });
  document.addEventListener("htmx:after:swap", () => {
    for (const box of all(".scroll")) {
      placed.add(box);
      const before = kept.get(place(box));
      if (!before && box.matches(".issue .feed")) box.scrollTop = box.scrollHeight;
      if (before) box.scrollTop = (before.end || performance.now() < endUntil) && box.matches(".feed") ? box.scrollHeight : before.top;
    }
  });
}

/** What renews itself is not exchanged under a finger: the press would be lost. */
function keepPressed(): void {
  const press = new Press(() => document.body, refreshAll);
  document.addEventListener("htmx:before:swap", (event) => {
    const asked = (event as CustomEvent<{ ctx?: { sourceEvent?: Event } }>).detail.ctx?.sourceEvent?.type ?? "";
    if ((asked.startsWith("live:") || asked === "every") && press.holds()) event.preventDefault();
  });
}

export function startLive(): void {
  keepPressed();
  keepScroll();
  for (const feed of all(".issue .feed")) feed.scrollTop = feed.scrollHeight;
  if (!data(document.body, "live-url")) return;
  connect();
  document.addEventListener("visibilitychange", () => {
    window.clearTimeout(hiddenTimer);
    if (!document.hidden) {
      if (!source) connect();
      return;
    }
    // Browsers allow few lines to one address: a tab in the background gives its own back, unless it is the desk.
    if (!topics().includes("queues")) hiddenTimer = window.setTimeout(close, HIDDEN_STAY);
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) connect();
  });
  // Clocks run on; what nobody announced is looked at from time to time.
  window.setInterval(() => {
    if (!document.hidden && !one("dialog[open]")) refreshAll();
  }, LOOK_AGAIN);
}
