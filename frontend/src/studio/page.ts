// What the page was given, its words, and how it talks to the server.
import { csrfToken, fill } from "../dom";

export interface Choice {
  key: string;
  name: string;
}

export interface FormFacts extends Choice {
  groups: { key: string; name: string; fields: number; required: number }[];
}

export interface Suggested {
  id: number;
  element: string;
  phase: string;
  text: string;
  by: string;
  customer: boolean;
  votes: number;
  /** This draft means to take it up. */
  taken: boolean;
}

export interface Page {
  id: number;
  key: string;
  name: string;
  revision: number;
  editable: boolean;
  english: boolean;
  xml: string;
  urls: Record<"save" | "copy" | "check" | "offers" | "mend" | "arrange" | "echo" | "expression" | "picture" | "narrative" | "outline" | "edit" | "take", string>;
  roles: Choice[];
  departments: Choice[];
  calendars: Choice[];
  forms: FormFacts[];
  decisions: Choice[];
  operations: Choice[];
  statuses: Choice[];
  suggestions: Suggested[];
  /** The nodes of the version that the draft began from; null where it began from nothing. */
  known: string[] | null;
}

function read<Shape>(id: string): Shape {
  return JSON.parse(document.getElementById(id)?.textContent ?? "{}") as Shape;
}

export const page = read<Page>("studio-data");
const words = read<Record<string, string>>("studio-words");

/** The sentence in the reader's language, with values in its places. */
export function t(chinese: string, values: Record<string, string | number> = {}): string {
  return fill(words[chinese] || chinese, values);
}

export interface Answer<Body> {
  /** 0: the server was not reached. */
  status: number;
  body: Body | null;
  /** What the server says to people, where it refused. */
  text: string;
}

export async function send<Body>(url: string, content: unknown, signal?: AbortSignal, leaving = false): Promise<Answer<Body>> {
  let response: Response;
  const body = JSON.stringify(content);
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), Accept: "application/json" },
      body,
      signal: signal ?? null,
      credentials: "same-origin",
      // A page that is being left may still hand in what is small: browsers take no more than 64 KB of all such requests
      // together, and refuse what is beyond, so nothing else asks for it.
      keepalive: leaving && new Blob([body]).size < 60_000,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    return { status: 0, body: null, text: "" };
  }
  // A sign-in page that answers in the place of data means that the session is over.
  if (response.redirected) return { status: 401, body: null, text: "" };
  const said = (await response.json().catch(() => null)) as (Body & { text?: string }) | null;
  return { status: response.status, body: said, text: said?.text ?? "" };
}

export function sprite(name: string): string {
  const any = document.querySelector("svg.icon use")?.getAttribute("href") ?? "";
  return `${any.split("#")[0] ?? ""}#${name}`;
}
