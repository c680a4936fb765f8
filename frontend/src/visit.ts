// Ordinary work without loading pages anew: inside a part that says hx-boost, a link or form brings the next page's
// shell into this one. Theme, line to the server and what was typed elsewhere stay; scrolled lists stay where they were.
import { all, one } from "./dom";
import { htmx } from "./htmx";
import { followTopics } from "./live";
import { leave } from "./toast";

const SHELL = ".app";

interface Visit {
  sourceElement: Element;
  select?: string;
  push?: string;
  request: { method: string; action: string };
  response?: { raw: Response };
  text?: string;
}

let from: string | null = null;

function visitOf(event: Event): Visit | null {
  const ctx = (event as CustomEvent<{ ctx?: Visit }>).detail?.ctx;
  return ctx?.select === SHELL ? ctx : null;
}

/** What the pages' own scripts are; a page that brings one more has to be loaded as a page. */
function scripts(page: Document): string[] {
  return all<HTMLScriptElement>("script[src]", page.documentElement).map((each) => each.src);
}

function fits(next: Document): boolean {
  const here = new Set(scripts(document));
  const html = (page: Document): string => ["lang", "data-theme", "data-density"].map((name) => page.documentElement.getAttribute(name) ?? "").join();
  return one(SHELL, next.documentElement) !== null && scripts(next).every((each) => here.has(each)) && html(next) === html(document);
}

/** A file among the links: the browser fetches it itself. */
function answered(event: Event): void {
  const visit = visitOf(event);
  const raw = visit?.response?.raw;
  if (!visit || !raw?.ok || (raw.headers.get("content-type") ?? "").startsWith("text/html")) return;
  event.preventDefault();
  if (visit.request.method === "GET") location.assign(visit.request.action);
}

function before(event: Event): void {
  const visit = visitOf(event);
  if (!visit) return;
  const next = new DOMParser().parseFromString(visit.text ?? "", "text/html");
  // An answer to a form that leads nowhere else has no address of its own: to come back to it would ask for nothing.
  const answer = visit.request.method !== "GET" && !visit.response?.raw.redirected;
  if (answer) visit.push = "false";
  if (!fits(next)) {
    event.preventDefault();
    if (answer) {
      document.body.replaceWith(document.importNode(next.body, true));
      htmx.process(document.body);
    } else location.assign(visit.response?.raw.url ?? visit.request.action);
    return;
  }
  from = visit.sourceElement.matches("[data-item]") ? visit.sourceElement.getAttribute("href") : "";
  for (const said of all(".toast", next.documentElement)) {
    const box = document.importNode(said, true);
    one("#toasts")?.append(box);
    leave(box, box.classList.contains("bad") ? "bad" : "good");
  }
}

/** Back and forward between visits. */
function restore(event: Event): void {
  event.preventDefault();
  const { path } = (event as CustomEvent<{ path: string }>).detail;
  void htmx.ajax("GET", path, { target: SHELL, select: SHELL, swap: "outerHTML show:none", headers: { "HX-Boosted": "true" } });
}

function after(): void {
  if (from === null) return;
  const item = from ? one(`[data-item][href="${CSS.escape(from)}"]`) : null;
  from = null;
  followTopics();
  if (!document.activeElement || document.activeElement === document.body) (item ?? one("#main"))?.focus({ preventScroll: true });
}

export function startVisits(): void {
  document.addEventListener("htmx:before:response", answered);
  document.addEventListener("htmx:before:swap", before);
  document.addEventListener("htmx:after:swap", after);
  document.addEventListener("htmx:before:history:restore", restore);
}
