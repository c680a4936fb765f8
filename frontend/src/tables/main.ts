// The decision table: dmn-js for the grid; check, try-out, saving and columns of declared variables are ours.
import "dmn-js/dist/assets/dmn-js-shared.css";
import "dmn-js/dist/assets/dmn-js-decision-table.css";
import "dmn-js/dist/assets/dmn-js-decision-table-controls.css";
import "dmn-js/dist/assets/dmn-font/css/dmn.css";
import "../styles/tables.css";
import { all, one } from "../dom";
import { Saving } from "../formbuilder/saving";
import { t } from "../studio/page";
import { toast } from "../toast";
import { data } from "./data";
import { Editor } from "./editor";
import { Side } from "./side";

const CHECK = 250;
const LARGEST = 1_000_000;
let timer = 0;

function later(act: () => void): void {
  window.clearTimeout(timer);
  timer = window.setTimeout(act, CHECK);
}

async function download(editor: Editor): Promise<void> {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([await editor.xml()], { type: "application/xml" }));
  link.download = `${data.key}.dmn`;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Puts the file's table in the place of this one; a file that cannot be read changes nothing. */
async function takeIn(editor: Editor, file: File): Promise<boolean> {
  const before = await editor.xml();
  try {
    if (file.size > LARGEST) throw new Error("too large");
    await editor.open(await file.text());
    return true;
  } catch {
    toast(t("这个文件里没有能读的决策表，没有改动。"), "bad");
    await editor.open(before);
    return false;
  }
}

function offerVariables(editor: Editor): void {
  const select = one<HTMLSelectElement>("#column-variable");
  if (!select) return;
  select.append(...data.variables.filter((each) => each.type !== "object").map((each) => new Option(each.label === each.name ? each.name : `${each.label}（${each.name}）`, each.name)));
  const chosen = (): (typeof data.variables)[number] | undefined => data.variables.find((each) => each.name === select.value);
  one("[data-act=ask]")?.addEventListener("click", () => {
    const variable = chosen();
    if (variable) editor.ask(variable);
  });
  one("[data-act=give]")?.addEventListener("click", () => {
    const variable = chosen();
    if (variable) editor.give(variable);
  });
  for (const button of all("[data-act=ask], [data-act=give]")) button.toggleAttribute("disabled", !data.variables.length);
}

async function start(): Promise<void> {
  const home = one("#table");
  if (!home) return;
  let open = false;
  const tools = (): void => {
    one("[data-act=undo]")?.toggleAttribute("disabled", !editor.stack?.canUndo());
    one("[data-act=redo]")?.toggleAttribute("disabled", !editor.stack?.canRedo());
  };
  const renew = (): void => {
    if (!open) return;
    saving.changed();
    tools();
    later(() => {
      void side.refresh();
      saving.soon();
    });
  };
  const editor = new Editor(home, renew);
  const side = new Side(editor);
  const saving = new Saving({
    url: data.urls.save,
    revision: data.revision,
    seen: data.seen,
    editable: data.editable,
    content: async () => ({ xml: await editor.xml() }),
    blocked: () => "",
    conflict: t("{who}在 {when} 改过这张决策表，您的改动还没有保存。"),
  });
  try {
    await editor.open(data.xml);
    one("#table-wait")?.remove();
  } catch {
    const wait = one("#table-wait");
    if (wait) wait.textContent = t("这张决策表画不出来：文件里没有决策表，或者已经损坏。可以导入一个文件来替换。");
  }
  open = true;
  one("[data-act=undo]")?.addEventListener("click", () => editor.stack?.undo());
  one("[data-act=redo]")?.addEventListener("click", () => editor.stack?.redo());
  one("[data-act=export]")?.addEventListener("click", () => void download(editor));
  one<HTMLInputElement>("#import-file")?.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file)
      void takeIn(editor, file).then((taken) => {
        input.value = "";
        one("#table-wait")?.remove();
        if (taken) renew();
      });
  });
  offerVariables(editor);
  tools();
  home.toggleAttribute("inert", !data.editable);
  await side.refresh();
  document.documentElement.dataset["table"] = "ready";
}

void start();
