// Undo and redo, also across steps that put a whole new chart on the canvas (整理, mends, edits of the list).
import type { Editor } from "./types";
import { xmlOf } from "./save";

interface Ask {
  canUndo: boolean;
  canRedo: boolean;
}

export class History {
  private past: string[] = [];
  private future: string[] = [];
  private busy = false;

  constructor(
    private readonly editor: Editor,
    private readonly changed: (ask: Ask) => void,
  ) {
    editor.get("eventBus").on("commandStack.changed", (event) => {
      if (event["trigger"] === "execute") this.future = [];
      this.tell();
    });
  }

  private get ask(): Ask {
    const stack = this.editor.get("commandStack");
    return { canUndo: stack.canUndo() || this.past.length > 0, canRedo: stack.canRedo() || this.future.length > 0 };
  }

  private tell(): void {
    this.changed(this.ask);
  }

  async undo(): Promise<void> {
    const stack = this.editor.get("commandStack");
    if (stack.canUndo()) return stack.undo();
    const before = this.past.pop();
    if (before !== undefined) await this.swap(before, this.future);
  }

  async redo(): Promise<void> {
    const stack = this.editor.get("commandStack");
    if (stack.canRedo()) return stack.redo();
    const next = this.future.pop();
    if (next !== undefined) await this.swap(next, this.past);
  }

  /** Puts `xml` on the canvas; undo brings back what stood there. */
  async replace(xml: string): Promise<void> {
    this.future = [];
    await this.swap(xml, this.past);
  }

  private async swap(xml: string, keep: string[]): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      const canvas = this.editor.get("canvas");
      const view = canvas.viewbox();
      const selected = this.editor.get("selection").get().map((each) => each.id);
      keep.push(await xmlOf(this.editor));
      await this.editor.importXML(xml);
      canvas.viewbox({ x: view.x, y: view.y, width: view.width, height: view.height });
      const registry = this.editor.get("elementRegistry");
      this.editor.get("selection").select(selected.flatMap((id) => registry.get(id) ?? []));
    } finally {
      this.busy = false;
    }
    this.tell();
    this.editor.get("eventBus").fire("studio.replaced");
  }
}
