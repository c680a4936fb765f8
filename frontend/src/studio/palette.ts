// The palette in words. Dragged or clicked, a shape follows the pointer; with Enter it is put behind what is selected.
import { all, on } from "../dom";
import { toast } from "../toast";
import type { Editor, Element } from "./types";
import { is, processElement } from "./bo";
import { t } from "./page";

const SHAPES: Record<string, Record<string, unknown>> = {
  start: { type: "bpmn:StartEvent" },
  step: { type: "bpmn:UserTask" },
  decision: { type: "bpmn:ExclusiveGateway" },
  parallel: { type: "bpmn:ParallelGateway" },
  timer: { type: "bpmn:IntermediateCatchEvent", eventDefinitionType: "bpmn:TimerEventDefinition" },
  message: { type: "bpmn:IntermediateCatchEvent", eventDefinitionType: "bpmn:MessageEventDefinition" },
  sub: { type: "bpmn:SubProcess", isExpanded: true },
  end: { type: "bpmn:EndEvent" },
  text: { type: "bpmn:TextAnnotation" },
};

function middle(editor: Editor): { x: number; y: number } {
  const view = editor.get("canvas").viewbox();
  return { x: view.x + view.width / 2, y: view.y + view.height / 2 };
}

/** Without a pointer: behind the selected element if arrows lead on from it, else in the middle of what is seen. */
function place(editor: Editor, shape: Element): void {
  const [selected] = editor.get("selection").get();
  const behind = selected && is(selected, "bpmn:FlowNode") && !is(selected, "bpmn:EndEvent") && shape.type !== "bpmn:StartEvent";
  const put = behind
    ? editor.get("autoPlace").append(selected, shape)
    : editor.get("modeling").createShape(shape, middle(editor), editor.get("canvas").getRootElement());
  editor.get("selection").select(put);
  editor.get("canvas").scrollToElement(put);
}

/** A lane below the others; the first one brings its pool. */
function lane(editor: Editor, event: Event): void {
  const [selected] = editor.get("selection").get();
  if (selected && is(selected, "bpmn:Lane", "bpmn:Participant")) editor.get("modeling").addLane(selected, "bottom");
  else {
    const pool = processElement(editor);
    if (is(pool, "bpmn:Participant")) editor.get("modeling").addLane(pool, "bottom");
    else editor.get("create").start(event, editor.get("elementFactory").createParticipantShape());
  }
}

export class Palette {
  constructor(
    private readonly editor: Editor,
    /** Opens the page of sentences with a fresh line of that kind for the selected step. */
    private readonly note: (kind: "important" | "caution") => void,
  ) {
    on("click", "[data-shape]", (pressed, event) => this.use(pressed, event, false));
    on("dragstart", "[data-shape]", (pressed, event) => this.use(pressed, event, true));
    editor.get("eventBus").on(["create.end", "create.cleanup", "connect.cleanup", "global-connect.cleanup"], () => this.press("select"));
  }

  press(name: string): void {
    for (const each of all("[data-shape]")) each.setAttribute("aria-pressed", String(each.dataset["shape"] === name));
  }

  private use(pressed: HTMLElement, event: MouseEvent, dragged: boolean): void {
    const name = pressed.dataset["shape"] ?? "";
    if (dragged) event.preventDefault();
    this.editor.get("dragging").cancel();
    if (name === "select") this.editor.get("toolManager").setActive(null);
    else if (name === "connect") this.editor.get("globalConnect").start(event);
    else if (name === "important" || name === "caution") return this.sentence(name);
    else if (name === "lane") return lane(this.editor, event);
    else this.shape(SHAPES[name] ?? {}, event, dragged || event.detail > 0);
    this.press(name);
    if (event.detail === 0 && !dragged) this.press("select");
  }

  private shape(attributes: Record<string, unknown>, event: Event, pointer: boolean): void {
    const shape = this.editor.get("elementFactory").createShape({ ...attributes });
    if (pointer) this.editor.get("create").start(event, shape);
    else place(this.editor, shape);
  }

  private sentence(kind: "important" | "caution"): void {
    const [selected] = this.editor.get("selection").get();
    if (selected && is(selected, "bpmn:Activity")) this.note(kind);
    else toast(t("先选中一个步骤，再给它加上提示。"), "bad");
  }
}
