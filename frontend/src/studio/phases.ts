// The stages across the top of the canvas, where each stands wholly left of the next.
import type { Editor, Element } from "./types";
import { extensions, is, processOf, text } from "./bo";
import { page } from "./page";

const HEAD = 28;
const SVG = "http://www.w3.org/2000/svg";

interface Span {
  name: string;
  left: number;
  right: number;
}

function spans(editor: Editor): Span[] {
  const owner = processOf(editor);
  const registry = editor.get("elementRegistry");
  const nodes = registry.filter((each) => is(each, "bpmn:FlowNode") && !each.labelTarget);
  return (owner ? extensions(owner, "phase") : []).flatMap((phase) => {
    const inside = nodes.filter((each) => text(each, "phase") === text(phase, "id"));
    if (!inside.length) return [];
    const name = (page.english && text(phase, "nameEn")) || text(phase, "name");
    return [{ name, left: Math.min(...inside.map((each) => each.x)), right: Math.max(...inside.map((each) => each.x + each.width)) }];
  });
}

function whole(editor: Editor): { x: number; y: number; right: number; bottom: number } {
  const registry = editor.get("elementRegistry");
  const frames = registry.filter((each) => is(each, "bpmn:Participant", "bpmn:Lane") && !each.labelTarget);
  const shapes: Element[] = frames.length ? frames : registry.filter((each) => is(each, "bpmn:FlowNode") && !each.labelTarget);
  const edge = frames.length ? 0 : 24;
  return {
    x: Math.min(...shapes.map((each) => each.x)) - edge,
    y: Math.min(...shapes.map((each) => each.y)) - edge,
    right: Math.max(...shapes.map((each) => each.x + each.width)) + edge,
    bottom: Math.max(...shapes.map((each) => each.y + each.height)) + edge,
  };
}

function put<Tag extends "rect" | "path" | "text">(layer: SVGGElement, tag: Tag, attributes: Record<string, string | number>, words = ""): void {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  if (words) made.textContent = words;
  layer.append(made);
}

function draw(editor: Editor): void {
  const layer = editor.get("canvas").getLayer("studio-phases", 1);
  layer.replaceChildren();
  const found = spans(editor);
  if (found.length < 2 || found.some((each, at) => at > 0 && (found[at - 1] as Span).right > each.left)) return;
  const box = whole(editor);
  const seams = found.slice(1).map((each, at) => ((found[at] as Span).right + each.left) / 2);
  const edges = [box.x, ...seams, box.right];
  put(layer, "rect", { class: "phase", x: box.x, y: box.y - HEAD, width: box.right - box.x, height: HEAD });
  for (const seam of seams) put(layer, "path", { class: "phase-rule", d: `M${seam} ${box.y - HEAD}V${box.bottom}` });
  found.forEach((each, at) => {
    const [start, end] = [edges[at] ?? 0, edges[at + 1] ?? 0];
    const most = Math.max(2, Math.floor((end - start - 24) / 13));
    const words = each.name.length > most ? `${each.name.slice(0, most - 1)}…` : each.name;
    put(layer, "text", { class: "phase-name", x: (start + end) / 2, y: box.y - HEAD / 2 + 4 }, `${at + 1} ${words}`);
  });
}

export function drawPhases(editor: Editor): void {
  let turn = 0;
  const soon = (): void => {
    window.cancelAnimationFrame(turn);
    turn = window.requestAnimationFrame(() => draw(editor));
  };
  editor.get("eventBus").on(["import.done", "commandStack.changed"], soon);
}
