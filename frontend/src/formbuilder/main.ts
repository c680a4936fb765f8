// The form builder: a list of fields, the form as it will be seen, the properties of what is selected.
import "../styles/formbuilder.css";
import { all, one } from "../dom";
import { openDialog } from "../overlays";
import { Press } from "../press";
import { h, icon } from "../studio/html";
import { t } from "../studio/page";
import { type Kind, data, field, titleOf } from "./data";
import { showList, startList } from "./list";
import { Model } from "./model";
import { showFaults, showPanel } from "./panel";
import { refresh, startPreview } from "./preview";
import { Saving } from "./saving";

const model = new Model();
const press = new Press(() => one("main"), () => {
  showAll();
  tools();
});

function showAll(): void {
  showList(model);
  showPanel(model);
}

function tools(): void {
  one("[data-act=undo]")?.toggleAttribute("disabled", !model.canUndo);
  one("[data-act=redo]")?.toggleAttribute("disabled", !model.canRedo);
  const name = one("#form-name");
  if (name) name.textContent = titleOf(model.form, data.code);
}

function pane(name: string): void {
  document.body.dataset["pane"] = name;
  for (const button of all("[data-pane]", one(".fb-tabs") ?? document)) button.setAttribute("aria-pressed", String(button.dataset["pane"] === name));
}

function shelf(name: string, kinds: Kind[]): HTMLElement {
  return h("section", {}, h("h3", {}, name), h("div", { class: "fb-shelf" }, ...kinds.map((kind) =>
    h("button", { type: "button", class: "fb-kind", "data-kind": kind.key, onclick: () => add(kind) }, icon(kind.icon), h("span", { class: "cut" }, kind.name)))));
}

function add(kind: Kind): void {
  (document.getElementById("kinds-dialog") as HTMLDialogElement | null)?.close();
  model.add(kind);
  pane("panel");
  one<HTMLInputElement>('#panel [data-part="title"]')?.select();
}

function offer(): void {
  const home = one("#kinds");
  if (!home) return;
  const shelves = new Map<string, Kind[]>();
  for (const kind of data.kinds) {
    // A variable that has its field already needs no second one.
    if (kind.variable !== undefined && field(model.form, kind.variable)) continue;
    shelves.set(kind.shelf, [...(shelves.get(kind.shelf) ?? []), kind]);
  }
  home.replaceChildren(...[...shelves].map(([name, kinds]) => shelf(name, kinds)));
  openDialog("kinds-dialog");
}

const ACTS: Record<string, () => void> = {
  add: offer,
  group: () => model.addGroup(t("新分组")),
  form: () => {
    model.select({ on: "form" });
    pane("panel");
  },
  undo: () => model.undo(),
  redo: () => model.redo(),
};

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select");
}

function keys(event: KeyboardEvent): void {
  if (!(event.ctrlKey || event.metaKey) || typing(event.target) || !data.editable) return;
  const key = event.key.toLowerCase();
  if (key === "z" && !event.shiftKey) model.undo();
  else if (key === "y" || (key === "z" && event.shiftKey)) model.redo();
  else return;
  event.preventDefault();
}

function start(): void {
  const saving = new Saving({
    url: data.urls.save,
    revision: data.revision,
    seen: data.seen,
    editable: data.editable,
    content: () => Promise.resolve({ form: model.form }),
    blocked: () => (model.problems.length ? t("有地方要改，还没有保存") : ""),
    conflict: t("{who}在 {when} 改过这张表单，您的改动还没有保存。"),
  });
  model.listen((what) => {
    if (what === "content" || what === "structure") saving.changed();
    if (press.holds()) return;
    if (what === "content" || what === "problems") showList(model);
    else showAll();
    if (what === "problems") showFaults(model);
    tools();
  });
  startList(model);
  for (const button of all("[data-act]")) {
    const act = ACTS[button.dataset["act"] ?? ""];
    if (act) button.addEventListener("click", act);
  }
  for (const button of all("[data-pane]", one(".fb-tabs") ?? document)) button.addEventListener("click", () => pane(button.dataset["pane"] ?? "view"));
  one("#field-list")?.addEventListener("dblclick", () => pane("panel"));
  document.addEventListener("keydown", keys);
  showAll();
  pane("view");
  startPreview(model, () => saving.soon());
  document.documentElement.dataset["builder"] = "ready";
}

start();
window.addEventListener("online", () => void refresh(model));
