// Where a form speaks of its fields: groups and conditions.
import type { Condition, Test } from "../forms/conditions";
import { type Form, type Node, object } from "./data";

const PARTS = ["x-visibleWhen", "x-requiredWhen"] as const;

/** The condition as a list; a test that stands alone is a list of one. */
export function conditionOf(node: Node, part: string): Condition {
  const found = node[part];
  if (Array.isArray(found)) return found as Condition;
  return Object.keys(object(found)).length ? [found as Test] : [];
}

export function setCondition(node: Node, part: string, condition: Condition | null): void {
  if (!condition) delete node[part];
  // One plain "is one of" stays in the short way in which it has always been written.
  else if (part === "x-visibleWhen" && condition.length === 1 && condition[0]?.in) node[part] = condition[0];
  else node[part] = condition;
}

function eachTest(form: Form, act: (test: Test) => void): void {
  for (const node of Object.values(form.properties))
    for (const part of PARTS) for (const entry of conditionOf(node, part)) for (const test of entry.any ?? [entry]) act(test);
}

export function renameField(form: Form, name: string, to: string): void {
  form.properties = Object.fromEntries(Object.entries(form.properties).map(([each, node]) => [each === name ? to : each, node]));
  for (const group of form["x-groups"]) {
    group.fields = group.fields.map((one) => (one === name ? to : one));
    group.required = group.required.map((one) => (one === name ? to : one));
  }
  eachTest(form, (test) => {
    if (test.field === name) test.field = to;
  });
}

/** Takes a field out, and what hung on it hangs no more. */
export function without(form: Form, name: string): void {
  delete form.properties[name];
  for (const group of form["x-groups"]) {
    group.fields = group.fields.filter((one) => one !== name);
    group.required = group.required.filter((one) => one !== name);
  }
  for (const node of Object.values(form.properties))
    for (const part of PARTS) {
      const kept = conditionOf(node, part).map((entry) => (entry.any ? { any: entry.any.filter((test) => test.field !== name) } : entry));
      const left = kept.filter((entry) => (entry.any ? entry.any.length > 0 : entry.field !== name));
      if (part in node) setCondition(node, part, left.length ? left : null);
    }
}
