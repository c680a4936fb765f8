// htmx under a strict content policy: no evaluation, the token on every writing request, errors as notices.
import htmx from "htmx.org";
import { csrfToken, data } from "./dom";
import { failText, offlineText, toast } from "./toast";

interface Answer {
  raw: Response;
  status: number;
  headers: Headers;
}
interface Context {
  request: { method: string; headers: Record<string, string>; action: string };
  response?: Answer;
  hx?: Record<string, string>;
  confirm?: string;
}
interface Detail {
  ctx?: Context;
  error?: unknown;
}
interface Internal {
  initSecurity(policy: null, sync: unknown, later: unknown): void;
}

class Forbidden {
  constructor() {
    throw new Error("attributes that run script are not allowed");
  }
}

(htmx as unknown as { registerExtension(name: string, extension: object): void }).registerExtension("no-eval", {
  init: (api: Internal) => api.initSecurity(null, Forbidden, Forbidden),
});

function detail(event: Event): Detail {
  return (event as CustomEvent<Detail>).detail ?? {};
}

document.addEventListener("htmx:config:request", (event) => {
  const request = detail(event).ctx?.request;
  if (request && request.method !== "GET") request.headers["X-CSRFToken"] = csrfToken();
});

/** What a refusal says: the detail of a problem document, or the plain text that came. */
export async function refusal(response: Response): Promise<string> {
  const type = response.headers.get("content-type") ?? "";
  try {
    if (type.includes("json")) {
      const problem = (await response.json()) as { detail?: unknown; title?: unknown };
      return String(problem.detail ?? problem.title ?? "") || failText();
    }
    if (type.startsWith("text/plain") && (response.status < 500 || response.status === 503)) return (await response.text()).slice(0, 300) || failText();
  } catch {
    // A broken answer is worded like a missing one.
  }
  return failText();
}

/** Whether the answer is the sign-in page instead of what was asked for. */
export function signedOut(response: Response): boolean {
  const door = data(document.body, "sign-in-url");
  return Boolean(door) && response.redirected && new URL(response.url).pathname === door;
}

document.addEventListener("htmx:before:response", (event) => {
  const ctx = detail(event).ctx;
  const answer = ctx?.response;
  if (!answer) return;
  if (signedOut(answer.raw)) {
    event.preventDefault();
    location.reload();
    return;
  }
  const html = (answer.headers.get("content-type") ?? "").startsWith("text/html");
  if (answer.status < 400 || ((answer.status === 422 || answer.status === 409) && html)) return;
  event.preventDefault();
  // The server words its own notice in a header; only where it does not is the body read.
  if (!ctx?.hx?.["trigger"]) void refusal(answer.raw.clone()).then((text) => toast(text, "bad"));
});

document.addEventListener("htmx:error", (event) => {
  const { ctx, error } = detail(event);
  if (ctx && !ctx.response && ctx.request.method !== "GET") toast(error instanceof TypeError ? offlineText() : failText(), "bad");
});

document.addEventListener("bihuan:notice", (event) => {
  const notice = (event as CustomEvent<{ kind?: string; text?: string }>).detail;
  if (notice?.text) toast(notice.text, notice.kind === "error" ? "bad" : "good");
});

export { htmx };
