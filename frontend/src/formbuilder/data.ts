// What the page was given, and what a form is made of.
import { page as given, t } from "../studio/page";

export type Node = Record<string, unknown>;
export interface Group {
  key: string;
  title: string;
  titleEn?: string;
  hint?: string;
  hintEn?: string;
  fields: string[];
  required: string[];
}
export type Form = Record<string, unknown> & { title: string; properties: Record<string, Node>; "x-groups": Group[] };
export interface Kind {
  key: string;
  name: string;
  icon: string;
  shelf: string;
  node: Node;
  cell: boolean;
  /** The chart's variable that a field of this kind writes. */
  variable?: string;
}
export interface Problem {
  text: string;
  field: string;
  group: string;
  part: string;
}
interface Data {
  id: string;
  code: string;
  revision: number;
  seen: string;
  editable: boolean;
  english: boolean;
  form: Form;
  stray: number;
  kinds: Kind[];
  declared: string[];
  uses: { name: string; groups: string[] }[];
  urls: Record<"save" | "preview" | "paper", string>;
}

export const data = given as unknown as Data;

export function text(node: Node | Group, key: string): string {
  const found = (node as Node)[key];
  return typeof found === "string" ? found : "";
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

export function object(value: unknown): Node {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Node) : {};
}

/** The title for the reader. */
export function titleOf(node: Node, name: string): string {
  return (data.english && text(node, "x-titleEn")) || text(node, "title") || name;
}

export function itemsOf(node: Node): Node {
  return object(node["items"]);
}

export function optionsOf(node: Node): unknown[] {
  const found = node["enum"] ?? (node["type"] === "array" ? itemsOf(node)["enum"] : undefined);
  return Array.isArray(found) ? found : [];
}

const FORMATS: Record<string, string> = { date: "date", "date-time": "datetime", email: "email" };

function natural(node: Node): string {
  const options = optionsOf(node);
  if (node["type"] === "boolean") return "switch";
  if (node["type"] === "array") return itemsOf(node)["properties"] ? "table" : options.length ? "checks" : "lines";
  if (options.length) return options.length <= 4 ? "choice" : "select";
  const format = FORMATS[text(node, "format")];
  if (format) return format;
  return node["type"] === "string" && Number(node["maxLength"] ?? 0) > 200 ? "textarea" : "text";
}

/** The key of the kind of a field; "" for one that no kind describes. */
export function kindKey(node: Node): string {
  const sort = text(node, "x-widget") || natural(node);
  if (sort === "text" && (node["type"] === "number" || node["type"] === "integer")) return node["type"];
  if (sort === "files" && node["x-accept"] === "image") return "photos";
  return sort;
}

export function kindOf(node: Node): Kind | undefined {
  const key = kindKey(node);
  return data.kinds.find((one) => one.key === key);
}

export function field(form: Form, name: string): Node | undefined {
  return Object.hasOwn(form.properties, name) ? form.properties[name] : undefined;
}

export function groupOf(form: Form, name: string): Group | undefined {
  return form["x-groups"].find((group) => group.fields.includes(name));
}

/** A form has a group for its fields, or nobody could move them. */
export function withGroups(form: Form): Form {
  const copy = structuredClone(form);
  if (!Array.isArray(copy["x-groups"]) || !copy["x-groups"].length)
    copy["x-groups"] = [{ key: "main", title: copy.title || t("基本情况"), fields: Object.keys(copy.properties), required: texts(copy["required"]) }];
  for (const group of copy["x-groups"]) {
    group.fields = texts(group.fields);
    group.required = texts(group.required);
  }
  return copy;
}
