// Small helpers. Nothing here knows a page.

export function one<T extends Element = HTMLElement>(selector: string, root: ParentNode = document): T | null {
  return root.querySelector<T>(selector);
}

export function all<T extends Element = HTMLElement>(selector: string, root: ParentNode = document): T[] {
  return [...root.querySelectorAll<T>(selector)];
}

/** Listens for the whole document, now and later; `act` gets the nearest element that matches. */
export function on<K extends keyof DocumentEventMap>(
  type: K,
  selector: string,
  act: (element: HTMLElement, event: DocumentEventMap[K]) => void,
  capture = false,
): void {
  document.addEventListener(
    type,
    (event) => {
      const found = event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;
      if (found) act(found, event);
    },
    capture,
  );
}

export function data(element: Element | null, name: string): string {
  return element?.getAttribute(`data-${name}`) ?? "";
}

/** A file by its name, with a cross to leave it out. */
export function fileChip(name: string): { chip: HTMLElement; drop: HTMLButtonElement } {
  const chip = document.createElement("span");
  chip.className = "file";
  const words = document.createElement("span");
  words.className = "cut";
  words.textContent = name;
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "drop";
  drop.textContent = "×";
  drop.setAttribute("aria-label", name);
  chip.append(words, drop);
  return { chip, drop };
}

/** Puts values into the places of a sentence that the server translated: "{n} 项已填". */
export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function cookie(name: string): string {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

export function setCookie(name: string, value: string): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = value
    ? `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`
    : `${name}=; Path=/; Max-Age=0; SameSite=Lax${secure}`;
}

export function csrfToken(): string {
  return cookie("csrftoken") || (one<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "");
}

/** Local storage that may be full, forbidden or absent. */
export const store = {
  get(key: string): string {
    try {
      return localStorage.getItem(`bihuan:${key}`) ?? "";
    } catch {
      return "";
    }
  },
  set(key: string, value: string): boolean {
    try {
      if (value) localStorage.setItem(`bihuan:${key}`, value);
      else localStorage.removeItem(`bihuan:${key}`);
      return true;
    } catch {
      return false;
    }
  },
};

/** A random key; `crypto.randomUUID` is missing on plain http addresses inside a company. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether a key press belongs to an input method that is still choosing characters. */
export function composing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

export function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

export function modalOpen(): boolean {
  return one("dialog[open]") !== null;
}
