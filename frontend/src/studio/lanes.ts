// Lanes say who: a step that is put into a lane is done by whoever does the others there, and all may be given to another role at once.
import type { Element, Services } from "./types";
import { is, text } from "./bo";
import { page } from "./page";

type Registry = Services["elementRegistry"];

/** Steps that a person does. */
function byPeople(element: Element): boolean {
  return !element.labelTarget && is(element, "bpmn:UserTask", "bpmn:ManualTask");
}

function middle(element: Element): [number, number] {
  return [element.x + element.width / 2, element.y + element.height / 2];
}

function holds(lane: Element, element: Element): boolean {
  const [x, y] = middle(element);
  return x >= lane.x && x <= lane.x + lane.width && y >= lane.y && y <= lane.y + lane.height;
}

/** The innermost lane around an element. */
export function laneOf(registry: Registry, element: Element): Element | undefined {
  const around = registry.filter((each) => is(each, "bpmn:Lane") && !each.labelTarget && holds(each, element));
  return around.sort((one, two) => one.width * one.height - two.width * two.height)[0];
}

export function stepsOf(registry: Registry, lane: Element): Element[] {
  return registry.filter((each) => byPeople(each) && holds(lane, each));
}

/** The one role that does everything in the lane, `but` for one step; else the role that the lane is named after; "" if there is none. */
export function roleOf(registry: Registry, lane: Element, but?: Element): string {
  const steps = stepsOf(registry, lane).filter((each) => each !== but);
  const roles = new Set(steps.map((each) => text(each, "role")));
  const [only] = roles;
  if (roles.size === 1 && only) return only;
  return steps.length ? "" : (page.roles.find((each) => each.name === text(lane, "name").trim())?.key ?? "");
}

interface Given {
  steps: Element[];
  role: string;
}

class GiveRole {
  static $inject = ["modeling"];

  constructor(private readonly modeling: Services["modeling"]) {}

  preExecute({ steps, role }: Given): void {
    for (const step of steps) this.modeling.updateProperties(step, { "bihuan:role": role || undefined });
  }
}

export class StudioLanes {
  static $inject = ["commandStack", "eventBus", "elementRegistry", "modeling"];

  constructor(commandStack: Services["commandStack"], eventBus: Services["eventBus"], registry: Registry, modeling: Services["modeling"]) {
    commandStack.registerHandler("studio.role", GiveRole);
    // As part of the same step: undo takes the role away together with the shape or the move.
    eventBus.on(["commandStack.shape.create.postExecuted", "commandStack.elements.move.postExecuted"], 200, (event) => {
      const context = event["context"] as { shape?: Element; shapes?: Element[] };
      for (const step of context.shapes ?? (context.shape ? [context.shape] : [])) {
        const lane = byPeople(step) && !text(step, "role") ? laneOf(registry, step) : undefined;
        const role = lane ? roleOf(registry, lane, step) : "";
        if (role) modeling.updateProperties(step, { "bihuan:role": role });
      }
    });
  }
}

export const laneModule = { __init__: ["studioLanes"], studioLanes: ["type", StudioLanes] };
