// A form is sent once, however often its button is pressed; some ask first.
import { data, on, one } from "./dom";

const HOLD = 20_000;

function ask(question: string, more: string): Promise<boolean> {
  const box = one<HTMLDialogElement>("#ask");
  if (!box) return Promise.resolve(window.confirm(more ? `${question}\n${more}` : question));
  const text = one("[data-ask-text]", box);
  const rest = one("[data-ask-more]", box);
  if (text) text.textContent = question;
  if (rest) {
    rest.textContent = more;
    rest.hidden = !more;
  }
  box.returnValue = "";
  box.showModal();
  return new Promise((resolve) => {
    box.addEventListener("close", () => resolve(box.returnValue === "yes"), { once: true });
  });
}

export function release(form: HTMLFormElement): void {
  delete form.dataset["sending"];
  for (const button of form.querySelectorAll("[aria-busy=true]")) button.removeAttribute("aria-busy");
  for (const button of document.querySelectorAll(`[form="${CSS.escape(form.id)}"][aria-busy=true]`)) button.removeAttribute("aria-busy");
}

export function hold(form: HTMLFormElement, submitter: HTMLElement | null): void {
  form.dataset["sending"] = "true";
  submitter?.setAttribute("aria-busy", "true");
  window.setTimeout(() => release(form), HOLD);
}

function asks(form: HTMLFormElement, submitter: HTMLElement | null): string {
  return data(submitter, "ask") || data(form, "ask");
}

async function sendAfterAsking(form: HTMLFormElement, submitter: HTMLElement | null, question: string): Promise<void> {
  if (!(await ask(question, data(submitter, "ask-detail") || data(form, "ask-detail")))) return;
  form.dataset["agreed"] = "true";
  form.requestSubmit(submitter as HTMLButtonElement | null);
}

export function startOnce(): void {
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!(form instanceof HTMLFormElement)) return;
      const submitter = event.submitter;
      const question = asks(form, submitter);
      if (question && !form.dataset["agreed"]) {
        event.preventDefault();
        event.stopImmediatePropagation();
        void sendAfterAsking(form, submitter, question);
        return;
      }
      delete form.dataset["agreed"];
      if (!("once" in form.dataset) || form.method === "dialog") return;
      if (form.dataset["sending"]) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      hold(form, submitter);
    },
    true,
  );
  document.addEventListener("htmx:confirm", (event) => {
    const detail = (event as unknown as CustomEvent<{ ctx: { confirm: string }; issueRequest(): void; dropRequest(): void }>).detail;
    event.preventDefault();
    void ask(detail.ctx.confirm, "").then((yes) => (yes ? detail.issueRequest() : detail.dropRequest()));
  });
  document.addEventListener("htmx:finally:request", (event) => {
    const form = event.target instanceof Element ? event.target.closest("form") : null;
    if (form) release(form);
  });
  on("click", "#ask button[value]", (button) => one<HTMLDialogElement>("#ask")?.close((button as HTMLButtonElement).value));
  // Coming back by the history must not find a form that thinks it is still being sent.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll<HTMLFormElement>("form[data-sending]").forEach(release);
  });
}
