// The designer: wires canvas, panel, saving and proof together.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import "diagram-js-minimap/assets/diagram-js-minimap.css";
import "../styles/studio.css";
import { all, modalOpen, on, one, typing } from "../dom";
import { openDialog } from "../overlays";
import { toast } from "../toast";
import type { Editor } from "./types";
import { is } from "./bo";
import { markFresh } from "./fresh";
import { History } from "./history";
import { makeEditor } from "./modeler";
import { page, send, t } from "./page";
import { drawPhases } from "./phases";
import { Palette } from "./palette";
import { Panel } from "./panel/index";
import { pausePlaying, stopPlaying } from "./play";
import { Prover } from "./proof";
import { Saver, xmlOf } from "./save";
import { Views } from "./views";

const began = performance.now();
const PHONE = matchMedia("(max-width: 720px)");

/** A chart without a picture gets one; then it can be drawn. */
async function load(editor: Editor, xml: string): Promise<void> {
  try {
    await editor.importXML(xml);
  } catch (error) {
    const answer = await send<{ xml: string }>(page.urls.arrange, { xml });
    if (answer.status !== 200 || !answer.body) throw error;
    await editor.importXML(answer.body.xml);
  }
}

/** On a phone the picture is only looked at: what is changed there is changed in the list and in the panel. */
function standStill(editor: Editor): void {
  const drags = ["shape.move", "connect", "global-connect", "create", "resize", "bendpoint.move", "connectionSegment.move", "spaceTool", "lasso"];
  editor.get("eventBus").on([...drags.map((each) => `${each}.start`), "element.dblclick"], 10_000, () => false);
}

class Studio {
  private readonly editor: Editor;
  private readonly saver: Saver;
  private readonly prover: Prover;
  private readonly panel: Panel;
  private readonly history: History | null;
  private readonly views: Views;

  constructor(home: HTMLElement) {
    this.editor = makeEditor(home, page.editable);
    const replace = (xml: string): Promise<void> => this.replace(xml);
    drawPhases(this.editor);
    this.panel = new Panel(this.editor);
    this.saver = new Saver(this.editor, (said, text) => this.said(said, text), () => this.panel.flush());
    this.prover = new Prover(this.editor, replace);
    this.views = new Views(this.editor, replace);
    this.history = page.editable ? new History(this.editor, (ask) => this.steps(ask)) : null;
    if (PHONE.matches) standStill(this.editor);
    if (page.editable) new Palette(this.editor, (kind) => this.panel.startSentence(kind));
  }

  async open(): Promise<void> {
    const left = page.editable ? Saver.left() : null;
    const unsaved = left !== null && left.xml !== page.xml;
    await load(this.editor, unsaved ? left.xml : page.xml);
    if (unsaved) {
      this.saver.takeUp(left);
      toast(t("找回了上次没有保存的改动。"));
    }
    this.fit();
    markFresh(this.editor);
    const bus = this.editor.get("eventBus");
    bus.on(["commandStack.changed", "studio.replaced"], 500, (event) => {
      if (event["trigger"] === "clear") return;
      this.saver.changed();
      this.prover.soon();
    });
    bus.on("canvas.viewbox.changed", () => this.zoomed());
    this.buttons();
    this.keys();
    this.prover.soon(0);
    this.zoomed();
    this.panel.show();
    this.chooseStart();
    const view = new URLSearchParams(location.search).get("view");
    if (PHONE.matches || view === "outline") await this.views.open("outline");
  }

  /** Another chart in the place of the present one; one that is laid out anew is shown from its beginning. */
  private async replace(xml: string): Promise<void> {
    const canvas = this.editor.get("canvas");
    if (this.views.current !== "chart") return this.history?.replace(xml); // out of sight it has no size to keep
    const before = canvas.viewbox();
    await this.history?.replace(xml);
    const { inner } = canvas.viewbox();
    const same = (["x", "y", "width", "height"] as const).every((edge) => Math.abs(inner[edge] - before.inner[edge]) < 40);
    if (before.width > 0 && !same) this.fit();
  }

  /** Nothing is drawn yet: the start is chosen, and beside it stands what may come next. */
  private chooseStart(): void {
    const nodes = this.editor.get("elementRegistry").filter((each) => is(each, "bpmn:FlowNode") && !each.labelTarget);
    const [start] = nodes;
    if (page.editable && !PHONE.matches && start && nodes.length === 1 && is(start, "bpmn:StartEvent")) {
      const selection = this.editor.get("selection");
      selection.select(start);
      // A click on what is chosen already would let go of it; who clicks the start wants what may come next.
      this.editor.get("eventBus").once("element.click", 500, () => { if (!selection.get().length) selection.select(start); });
    }
  }

  private fit(): void {
    const canvas = this.editor.get("canvas");
    canvas.zoom("fit-viewport", "auto");
    // A long chart would be unreadable as a whole: it opens at its beginning.
    if (canvas.zoom() > 1) canvas.zoom(1, "auto");
    else if (canvas.zoom() < 0.55) {
      const all = canvas.viewbox().inner;
      canvas.zoom(0.8);
      const view = canvas.viewbox();
      canvas.viewbox({ ...view, x: all.x - 24, y: all.y + Math.min(0, all.height / 2 - view.height / 2) - 24 });
    }
  }

  private zoomed(): void {
    const label = one("[data-zoom-now]");
    if (label) label.textContent = `${Math.round(this.editor.get("canvas").zoom() * 100)} %`;
  }

  private steps(ask: { canUndo: boolean; canRedo: boolean }): void {
    for (const [name, may] of [["undo", ask.canUndo], ["redo", ask.canRedo]] as const) one<HTMLButtonElement>(`[data-act=${name}]`)?.toggleAttribute("disabled", !may);
  }

  private said(kind: string, text: string): void {
    const line = one("#saved");
    if (line) {
      line.dataset["said"] = kind;
      const words = one("[data-saved-text]", line);
      if (words) words.textContent = text;
    }
  }

  private zoom(by: number): void {
    const canvas = this.editor.get("canvas");
    canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * by)), "auto");
  }

  private async arrange(): Promise<void> {
    const answer = await send<{ xml: string }>(page.urls.arrange, { xml: await xmlOf(this.editor) });
    if (answer.status !== 200 || !answer.body) return toast(answer.text || t("没有整理成"), "bad");
    await this.replace(answer.body.xml);
    this.fit();
  }

  private buttons(): void {
    const acts: Record<string, () => void> = {
      undo: () => void this.history?.undo(),
      redo: () => void this.history?.redo(),
      "zoom-in": () => this.zoom(1.25),
      "zoom-out": () => this.zoom(0.8),
      "zoom-own": () => void this.editor.get("canvas").zoom(1, "auto"),
      fit: () => void this.editor.get("canvas").zoom("fit-viewport", "auto"),
      arrange: () => void this.arrange(),
      pause: () => pausePlaying(),
      stop: () => stopPlaying(),
      "props-open": () => document.body.classList.remove("props-shut"),
      "sheet-close": () => document.body.classList.remove("sheet-open"),
      "findings-fold": () => document.body.classList.toggle("findings-shut"),
    };
    on("click", "[data-act]", (pressed) => acts[pressed.dataset["act"] ?? ""]?.());
    on("click", ".studio-top a", (link, event) => void this.leave(link as HTMLAnchorElement, event));
  }

  /** The next page is about this draft: it must find there what was drawn. What cannot be saved now stays here; the line at the top says why. */
  private async leave(link: HTMLAnchorElement, event: MouseEvent): Promise<void> {
    if (!page.editable || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (this.editor.get("directEditing").isActive()) this.editor.get("directEditing").complete();
    await this.saver.now();
    if (!this.saver.unsaved) location.assign(link.href);
  }

  /** Keys that work wherever the reader is; those of the canvas itself are bpmn-js's. */
  private keys(): void {
    const withControl: Record<string, () => void> = {
      s: () => void this.saver.now(),
      z: () => void this.history?.undo(),
      y: () => void this.history?.redo(),
      Z: () => void this.history?.redo(),
    };
    const single: Record<string, () => void> = {
      "?": () => openDialog("studio-keys"),
      F2: () => this.rename(),
      Escape: () => stopPlaying(),
    };
    document.addEventListener(
      "keydown",
      (event) => {
        if (event.isComposing || modalOpen()) return;
        const control = event.ctrlKey || event.metaKey;
        // In a field the browser's own undo is meant.
        if (typing(event.target) && !(control && event.key === "s") && event.key !== "F2") return;
        const act = control ? withControl[event.key] : event.altKey ? undefined : single[event.key];
        if (!act) return;
        act();
        if (event.key === "Escape") return;
        event.preventDefault();
        event.stopPropagation();
      },
      true,
    );
    // The product's single keys lead to other pages; in the designer they belong to the canvas.
    delete document.body.dataset["newUrl"];
  }

  private rename(): void {
    const [selected] = this.editor.get("selection").get();
    if (!selected || !page.editable) return;
    if (this.views.current === "chart") this.editor.get("directEditing").activate(selected);
    else this.panel.focusName();
  }
}

async function start(): Promise<void> {
  const home = one("#canvas");
  if (!home) return;
  try {
    await new Studio(home).open();
    home.dataset["ready"] = String(Math.round(performance.now() - began));
    one("#canvas-loading")?.remove();
  } catch (error) {
    console.warn(error);
    one("#canvas-loading")?.remove();
    for (const failed of all("#canvas-failed")) failed.hidden = false;
  }
}

void start();
