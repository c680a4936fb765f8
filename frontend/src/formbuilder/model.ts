// The form in the making: changed in steps that can be taken back, and what of it is selected.
import { type Form, type Group, type Kind, type Node, type Problem, data, field, groupOf, withGroups } from "./data";
import { renameField, without } from "./refer";

export type Selection = { on: "form" } | { on: "group"; key: string } | { on: "field"; name: string };
type Listener = (what: "content" | "structure" | "selection" | "problems") => void;
interface Step {
  form: Form;
  selection: Selection;
}

const TOGETHER = 900;

export class Model {
  form: Form = withGroups(data.form);
  selection: Selection = { on: "form" };
  problems: Problem[] = [];
  private past: Step[] = [];
  private future: Step[] = [];
  private label = "";
  private at = 0;
  private readonly listeners: Listener[] = [];

  listen(listener: Listener): void {
    this.listeners.push(listener);
  }

  tell(what: Parameters<Listener>[0]): void {
    for (const listener of this.listeners) listener(what);
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** Changes the form. Quick changes with the same label are one step back; `typing` leaves the panel as it is. */
  change(label: string, act: (form: Form) => void, typing = false): void {
    if (!data.editable) return;
    const now = Date.now();
    if (!typing || label !== this.label || now - this.at > TOGETHER) this.past.push({ form: structuredClone(this.form), selection: this.selection });
    if (this.past.length > 200) this.past.shift();
    [this.label, this.at, this.future] = [label, now, []];
    act(this.form);
    this.tell(typing ? "content" : "structure");
  }

  undo(): void {
    this.travel(this.past, this.future);
  }

  redo(): void {
    this.travel(this.future, this.past);
  }

  private travel(from: Step[], to: Step[]): void {
    const step = from.pop();
    if (!step) return;
    to.push({ form: structuredClone(this.form), selection: this.selection });
    this.form = step.form;
    this.selection = this.stands(step.selection) ? step.selection : { on: "form" };
    this.label = "";
    this.tell("structure");
  }

  private stands(one: Selection): boolean {
    if (one.on === "field") return field(this.form, one.name) !== undefined;
    return one.on === "form" || this.form["x-groups"].some((group) => group.key === one.key);
  }

  select(selection: Selection): void {
    this.selection = this.stands(selection) ? selection : { on: "form" };
    this.tell("selection");
  }

  get selected(): Node | undefined {
    return this.selection.on === "field" ? field(this.form, this.selection.name) : undefined;
  }

  freeName(stem: string): string {
    const plain = stem.replace(/[^A-Za-z0-9_]/g, "") || "field";
    if (field(this.form, plain) === undefined && stem !== "") return plain;
    let number = 2;
    while (field(this.form, `${plain}_${number}`) !== undefined) number += 1;
    return `${plain}_${number}`;
  }

  /** A new field after the selected one, or at the end of the selected group. */
  add(kind: Kind): void {
    const name = kind.variable ?? this.freeName(kind.key);
    const node: Node = { title: kind.name, ...structuredClone(kind.node) };
    this.place(name, node);
  }

  copy(name: string): void {
    const node = field(this.form, name);
    if (node) this.place(this.freeName(name), structuredClone(node));
  }

  private place(name: string, node: Node): void {
    const chosen = this.selection;
    this.change("add", (form) => {
      form.properties[name] = node;
      const group = this.groupFor(form, chosen);
      const after = chosen.on === "field" ? group.fields.indexOf(chosen.name) : -1;
      group.fields.splice(after < 0 ? group.fields.length : after + 1, 0, name);
    });
    this.select({ on: "field", name });
  }

  private groupFor(form: Form, chosen: Selection): Group {
    const groups = form["x-groups"];
    const found = chosen.on === "field" ? groupOf(form, chosen.name) : chosen.on === "group" ? groups.find((group) => group.key === chosen.key) : undefined;
    return found ?? (groups[groups.length - 1] as Group);
  }

  addGroup(title: string): void {
    let number = this.form["x-groups"].length + 1;
    while (this.form["x-groups"].some((group) => group.key === `group_${number}`)) number += 1;
    const key = `group_${number}`;
    this.change("group", (form) => form["x-groups"].push({ key, title, fields: [], required: [] }));
    this.select({ on: "group", key });
  }

  remove(name: string): void {
    const group = groupOf(this.form, name);
    const next = group?.fields[group.fields.indexOf(name) + 1] ?? group?.fields[group.fields.indexOf(name) - 1];
    this.change("remove", (form) => without(form, name));
    this.select(next ? { on: "field", name: next } : { on: "form" });
  }

  removeGroup(key: string): void {
    const at = this.form["x-groups"].findIndex((group) => group.key === key);
    if (at < 0 || this.form["x-groups"].length < 2) return;
    this.change("remove", (form) => {
      const [gone] = form["x-groups"].splice(at, 1);
      const heir = form["x-groups"][Math.max(at - 1, 0)];
      heir?.fields.push(...(gone?.fields ?? []));
      heir?.required.push(...(gone?.required ?? []));
    });
    this.select({ on: "form" });
  }

  rename(name: string, to: string): boolean {
    if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(to) || field(this.form, to) !== undefined) return false;
    this.change("rename", (form) => renameField(form, name, to));
    this.select({ on: "field", name: to });
    return true;
  }

  setRequired(name: string, required: boolean): void {
    this.change("required", (form) => {
      const group = groupOf(form, name);
      if (!group) return;
      group.required = group.required.filter((one) => one !== name);
      if (required) group.required.push(name);
    });
  }

  isRequired(name: string): boolean {
    return groupOf(this.form, name)?.required.includes(name) ?? false;
  }

  /** Moves a field to a place in a group. */
  move(name: string, key: string, at: number): void {
    this.change("move", (form) => {
      const from = groupOf(form, name);
      const to = form["x-groups"].find((group) => group.key === key);
      if (!from || !to) return;
      const was = from.fields.indexOf(name);
      const required = from.required.includes(name);
      from.fields.splice(was, 1);
      from.required = from.required.filter((one) => one !== name);
      to.fields.splice(from === to && was < at ? at - 1 : at, 0, name);
      if (required) to.required.push(name);
    });
  }

  /** One place up or down, across the borders of groups. */
  step(name: string, by: 1 | -1): void {
    const groups = this.form["x-groups"];
    const here = groups.findIndex((group) => group.fields.includes(name));
    const group = groups[here];
    if (!group) return;
    const to = group.fields.indexOf(name) + by;
    if (to >= 0 && to < group.fields.length) return this.move(name, group.key, by > 0 ? to + 1 : to);
    const next = groups[here + by];
    if (next) this.move(name, next.key, by > 0 ? 0 : next.fields.length);
  }

  stepGroup(key: string, by: 1 | -1): void {
    const at = this.form["x-groups"].findIndex((group) => group.key === key);
    if (at + by < 0 || at + by >= this.form["x-groups"].length) return;
    this.change("move", (form) => {
      const [group] = form["x-groups"].splice(at, 1);
      if (group) form["x-groups"].splice(at + by, 0, group);
    });
  }
}
