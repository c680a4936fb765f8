// The small bar beside what is selected: what may come next, an arrow, another kind, away with it.
import ContextPadProvider from "bpmn-js/lib/features/context-pad/ContextPadProvider";
import type { Element, Point, Services } from "./types";
import { is } from "./bo";
import { sprite, t } from "./page";

type Act = (event: Event, element: Element) => unknown;
interface Entry {
  group: string;
  title: string;
  className?: string;
  html?: string;
  action: Act | { click?: Act; dragstart?: Act; hover?: Act };
}
interface Pad {
  registerProvider(priority: number, provider: unknown): void;
  // Where bpmn-js puts its bar is not open to configuration.
  _getPosition(target: Element | Element[]): { left: number; top: number };
  _getTargetBounds(target: Element): DOMRect;
  _canvas: Pick<Services["canvas"], "getContainer" | "viewbox">;
  _current: { html: HTMLElement } | null;
}
type Entries = Record<string, Entry>;

/** What the bar appends: name, icon, shape. */
const NEXT: [string, string, string, Record<string, unknown>][] = [
  ["step", "task", "加步骤", { type: "bpmn:UserTask" }],
  ["decision", "diamond", "加判断", { type: "bpmn:ExclusiveGateway" }],
  ["timer", "timer", "加定时", { type: "bpmn:IntermediateCatchEvent", eventDefinitionType: "bpmn:TimerEventDefinition" }],
  ["end", "ring", "加结束", { type: "bpmn:EndEvent" }],
];
const KEPT = ["replace", "connect", "delete"];
const WORDS: Record<string, [string, string]> = {
  replace: ["换一种", "wrench"],
  connect: ["连线", "edge"],
  delete: ["删除", "trash"],
};

function look(name: string, title: string): string {
  // Both come from this file and from our own sprite; nothing that a user wrote is put into markup.
  return `<div class="entry" draggable="true" role="button" aria-label="${title}"><svg class="icon sm" aria-hidden="true"><use href="${sprite(name)}"/></svg></div>`;
}

export class StudioPad {
  static $inject = ["contextPad", "autoPlace", "create", "elementFactory", "rules"];

  constructor(
    contextPad: Pad,
    private readonly autoPlace: Services["autoPlace"],
    private readonly create: Services["create"],
    private readonly elementFactory: Services["elementFactory"],
  ) {
    // After the standard provider, which knows what may be replaced, connected and deleted.
    contextPad.registerProvider(500, this);
    const beside = contextPad._getPosition.bind(contextPad);
    // Below what is selected, where the bar covers neither the element nor what comes next.
    contextPad._getPosition = (target) => {
      if (Array.isArray(target)) return beside(target);
      if (target.waypoints) return this.onArrow(contextPad, target.waypoints);
      const box = contextPad._getTargetBounds(target);
      const frame = contextPad._canvas.getContainer().getBoundingClientRect();
      const wide = (contextPad._current?.html.querySelectorAll(".entry").length ?? 0) * 30 + 4;
      const left = Math.max(4, Math.min(frame.width - wide - 4, (box.left + box.right - wide) / 2 - frame.left));
      return { left, top: Math.max(4, Math.min(frame.height - 40, box.bottom - frame.top + 10)) };
    };
  }

  /** Beside the middle of an arrow: at its end the bar would lie on what it leads to. */
  private onArrow(contextPad: Pad, points: Point[]): { left: number; top: number } {
    const at = Math.floor((points.length - 1) / 2);
    const [from, to] = [points[at] as Point, points[at + 1] as Point];
    const view = contextPad._canvas.viewbox();
    const [x, y] = [((from.x + to.x) / 2 - view.x) * view.scale, ((from.y + to.y) / 2 - view.y) * view.scale];
    return Math.abs(to.x - from.x) > Math.abs(to.y - from.y) ? { left: x - 30, top: y + 8 } : { left: x + 10, top: y - 17 };
  }

  getContextPadEntries(element: Element): (known: Entries) => Entries {
    return (known) => {
      const shown: Entries = {};
      const goesOn = "append.append-task" in known || "append.end-event" in known;
      for (const [name, sign, words, shape] of goesOn && is(element, "bpmn:FlowNode") ? NEXT : []) {
        shown[`next.${name}`] = this.next(sign, t(words), shape);
      }
      for (const [name, entry] of Object.entries(known)) if (name.startsWith("lane-")) shown[name] = { ...entry, group: "pad" };
      for (const name of KEPT) {
        const entry = known[name];
        const [words, sign] = WORDS[name] ?? ["", ""];
        if (entry) shown[name] = { ...entry, group: "pad", className: "", title: t(words), html: look(sign, t(words)) };
      }
      return shown;
    };
  }

  private next(sign: string, title: string, attributes: Record<string, unknown>): Entry {
    const drag: Act = (event, element) => this.create.start(event, this.elementFactory.createShape(attributes), { source: element });
    const click: Act = (_event, element) => this.autoPlace.append(element, this.elementFactory.createShape(attributes));
    return { group: "pad", title, html: look(sign, title), action: { click, dragstart: drag } };
  }
}

export const padModule = { __init__: ["studioPad"], studioPad: ["type", StudioPad], contextPadProvider: ["type", ContextPadProvider] };
