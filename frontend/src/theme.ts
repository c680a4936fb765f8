// Light or dark, wide or compact: kept in a cookie so that the server paints the page right at once.
import { all, csrfToken, data, on, one, setCookie, store } from "./dom";

function press(group: string, value: string): void {
  for (const button of all<HTMLButtonElement>(`[data-${group}-switch] button`)) button.setAttribute("aria-pressed", String(button.value === value));
}

function remember(body: Record<string, string>): void {
  const url = data(document.body, "preferences-url");
  if (!url) return;
  void fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": csrfToken() },
    body: new URLSearchParams(body),
    redirect: "manual",
  }).catch(() => undefined);
}

function theme(value: string): void {
  if (value) document.documentElement.dataset["theme"] = value;
  else delete document.documentElement.dataset["theme"];
  one<HTMLMetaElement>("meta[name=color-scheme]")?.setAttribute("content", value || "light dark");
  setCookie("theme", value);
  press("theme", value);
  remember({ theme: value || "auto" });
}

function density(value: string): void {
  if (value) document.documentElement.dataset["density"] = value;
  else delete document.documentElement.dataset["density"];
  setCookie("density", value);
  press("density", value);
}

function sendKey(value: string): void {
  store.set("send-key", value === "ctrl" ? "ctrl" : "");
  showSendKey();
}

export function showSendKey(): void {
  const ctrl = store.get("send-key") === "ctrl";
  press("send", ctrl ? "ctrl" : "enter");
  for (const label of all("[data-send-key]")) label.textContent = ctrl ? "Ctrl Enter" : "Enter";
}

export function startTheme(): void {
  on("click", "[data-theme-switch] button", (button) => theme((button as HTMLButtonElement).value));
  on("click", "[data-density-switch] button", (button) => density((button as HTMLButtonElement).value));
  on("click", "[data-send-switch] button", (button) => sendKey((button as HTMLButtonElement).value));
  const keys = one<HTMLInputElement>("[data-keys-switch]");
  if (keys) {
    keys.checked = store.get("keys") !== "off";
    keys.addEventListener("change", () => store.set("keys", keys.checked ? "" : "off"));
  }
  showSendKey();
}
