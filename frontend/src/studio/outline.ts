// The simple list: what is inserted, branched, moved or taken away there is an edit of the chart, made by the server.
import { all, on, one } from "../dom";
import { toast } from "../toast";
import type { Editor } from "./types";
import { page, send, t } from "./page";
import { xmlOf } from "./save";

export class OutlineView {
  private dragged = "";

  constructor(
    private readonly editor: Editor,
    private readonly replace: (xml: string) => Promise<void>,
  ) {
    on("click", "#view-drawn [data-edit]", (pressed) => void this.edit(pressed.dataset as DOMStringMap));
    on("click", "#view-drawn [data-block]", (block, event) => {
      if (event.target instanceof Element && event.target.closest("button, summary, details")) return;
      this.choose(block.dataset["block"] ?? "");
    });
    on("click", "#view-drawn [data-choose]", (name) => this.choose(name.dataset["choose"] ?? ""));
    on("dragstart", "#view-drawn [draggable=true]", (block, event) => this.lift(block, event));
    on("dragover", "#view-drawn [data-drop]", (spot, event) => this.over(spot, event));
    on("dragleave", "#view-drawn [data-drop]", (spot) => spot.classList.remove("over"));
    on("drop", "#view-drawn [data-drop]", (spot, event) => this.drop(spot, event));
    document.addEventListener("dragend", () => one("#view-drawn")?.classList.remove("dragging"));
    editor.get("eventBus").on("selection.changed", () => this.mark());
  }

  ready(home: HTMLElement): void {
    if (!page.editable) for (const block of all("[draggable=true]", home)) block.setAttribute("draggable", "false");
    this.mark();
  }

  private choose(id: string): void {
    const found = this.editor.get("elementRegistry").get(id);
    this.editor.get("selection").select(found ?? null);
    document.body.classList.add("sheet-open");
  }

  private mark(): void {
    const ids = new Set(this.editor.get("selection").get().map((each) => each.id));
    for (const block of all("#view-drawn [data-block]")) block.classList.toggle("cur", ids.has(block.dataset["block"] ?? ""));
  }

  private lift(block: HTMLElement, event: DragEvent): void {
    this.dragged = block.dataset["block"] ?? "";
    event.dataTransfer?.setData("text/plain", this.dragged);
    one("#view-drawn")?.classList.add("dragging");
    event.stopPropagation();
  }

  private over(spot: HTMLElement, event: DragEvent): void {
    if (!this.dragged || !page.editable) return;
    event.preventDefault();
    spot.classList.add("over");
  }

  private drop(spot: HTMLElement, event: DragEvent): void {
    event.preventDefault();
    spot.classList.remove("over");
    const node = this.dragged;
    this.dragged = "";
    if (node) void this.edit({ edit: "move", node, flow: spot.dataset["drop"] ?? "" });
  }

  private async edit(data: DOMStringMap): Promise<void> {
    const { edit = "", ...rest } = data;
    const answer = await send<{ xml: string; select: string }>(page.urls.edit, { xml: await xmlOf(this.editor), edit, ...rest });
    if (answer.status !== 200 || !answer.body) {
      toast(answer.text || t("没有改成"), "bad");
      return;
    }
    await this.replace(answer.body.xml);
    if (answer.body.select) this.choose(answer.body.select);
  }
}
