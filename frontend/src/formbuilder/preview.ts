// The form as people will see it, made by the server's form component; and what keeps it from being saved.
import { all, one } from "../dom";
import { h, icon } from "../studio/html";
import { send, t } from "../studio/page";
import { type Problem, data, field, titleOf } from "./data";
import type { Model } from "./model";

interface Shown {
  html: string;
  problems: Problem[];
  schema?: string;
}

const WAIT = 350;
let timer = 0;
let running: AbortController | null = null;

function values(form: HTMLFormElement): string {
  const found = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") found.append(name, value);
  return found.toString();
}

function draw(html: string): void {
  const form = one<HTMLFormElement>("#preview");
  if (!form) return;
  const home = form.parentElement;
  const top = home?.scrollTop ?? 0;
  form.innerHTML = html;
  delete form.dataset["prepared"];
  document.dispatchEvent(new CustomEvent("bihuan:inserted"));
  if (home) home.scrollTop = top;
}

function lead(model: Model, problem: Problem): void {
  model.select(problem.field ? { on: "field", name: problem.field } : problem.group ? { on: "group", key: problem.group } : { on: "form" });
}

function said(model: Model, problem: Problem): string {
  const node = problem.field ? field(model.form, problem.field) : undefined;
  return node ? `${titleOf(node, problem.field)}: ${problem.text}` : problem.text;
}

function tell(model: Model): void {
  const home = one("#problems");
  if (!home) return;
  const found = model.problems;
  home.replaceChildren(...(found.length ? [h("div", { class: "callout red" }, icon("alert"), h("div", { class: "grow" }, h("b", {}, t("有 {n} 处要改，改好后自动保存", { n: found.length })),
    h("ul", {}, ...found.slice(0, 8).map((each) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => lead(model, each) }, said(model, each)))))))] : []));
}

/** Asks the server; `judge`: also what is wrong with what was filled in. Says whether the form may be saved. */
export async function refresh(model: Model, judge = false): Promise<boolean> {
  running?.abort();
  const mine = (running = new AbortController());
  const form = one<HTMLFormElement>("#preview");
  const chosen = one<HTMLSelectElement>("#as-step")?.value ?? "";
  const step = chosen ? data.uses[Number(chosen)] : undefined;
  const body = { form: model.form, groups: step?.groups ?? [], values: form ? values(form) : "", judge };
  let answer;
  try {
    answer = await send<Shown>(data.urls.preview, body, mine.signal);
  } catch {
    return false;
  }
  if (mine.signal.aborted) return false;
  if (answer.status !== 200 || !answer.body) {
    model.problems = answer.text ? [{ text: answer.text, field: "", group: "", part: "" }] : [];
    tell(model);
    model.tell("problems");
    return false;
  }
  model.problems = answer.body.problems;
  tell(model);
  model.tell("problems");
  if (model.problems.length) return false;
  draw(answer.body.html);
  const schema = one("#schema");
  if (schema) schema.textContent = answer.body.schema ?? "";
  light(model);
  return true;
}

/** The selected field, seen in the preview. */
export function light(model: Model): void {
  const chosen = model.selection;
  const name = chosen.on === "field" ? chosen.name : "";
  for (const each of all("#preview [data-field]")) {
    const on = each.dataset["field"] === name;
    each.classList.toggle("chosen", on);
    if (on) each.scrollIntoView({ block: "nearest" });
  }
}

function steps(model: Model): void {
  const select = one<HTMLSelectElement>("#as-step");
  if (!select) return;
  select.append(new Option(t("整张表"), ""), ...data.uses.map((use, at) => new Option(t("步骤“{name}”", { name: use.name }), String(at))));
  select.hidden = !data.uses.length;
  select.addEventListener("change", () => void refresh(model));
}

export function startPreview(model: Model, fine: () => void): void {
  steps(model);
  const renew = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void refresh(model).then((good) => good && fine()), WAIT);
  };
  model.listen((what) => {
    if (what === "content" || what === "structure") renew();
    if (what === "selection") light(model);
  });
  for (const button of all("[data-wide]", one(".fb-view header") ?? document))
    button.addEventListener("click", () => {
      one("#preview")?.setAttribute("data-wide", button.dataset["wide"] ?? "desk");
      for (const each of all("[data-wide]", one(".fb-view header") ?? document)) each.setAttribute("aria-pressed", String(each === button));
    });
  one("[data-act=judge]")?.addEventListener("click", () => void refresh(model, true));
  const form = one<HTMLFormElement>("#preview");
  form?.addEventListener("submit", (event) => event.preventDefault());
  form?.addEventListener("focusin", (event) => {
    const field = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-field]") : null;
    const name = field?.dataset["field"];
    if (name && !(model.selection.on === "field" && model.selection.name === name)) model.select({ on: "field", name });
  });
  one<HTMLFormElement>("#paper")?.addEventListener("submit", () => {
    const hidden = one<HTMLInputElement>("#paper input[name=form]");
    if (hidden) hidden.value = JSON.stringify(model.form);
  });
  void refresh(model);
}
