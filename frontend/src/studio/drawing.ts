// How steps look: name and limit in the middle, a small sign for what no person does, badges for 重要 and 注意.
import type { Element, Moddle } from "./types";
import { amountOf, said } from "./duration";
import { extensions, is, sentences, text } from "./bo";
import { t } from "./page";

type Draw = (parent: SVGGElement, element: Element, attributes?: object) => SVGElement;
interface Renderer {
  handlers: Record<string, Draw>;
}
interface TextRenderer {
  createText(text: string, options: object): SVGTextElement;
}

const SVG = "http://www.w3.org/2000/svg";
const TASKS = ["Task", "UserTask", "ManualTask", "ServiceTask", "SendTask", "ReceiveTask", "BusinessRuleTask", "ScriptTask"];
const SIGNS: Record<string, string> = {
  "bpmn:ServiceTask": "M9 2 3.5 9.500H8L7.500 14 13 6.500H8.500z",
  "bpmn:SendTask": "M2.500 4h11v8h-11zM2.500 4.500 8 8.500l5.500-4",
  "bpmn:ReceiveTask": "M2.500 4h11v8h-11zM2.500 4.500 8 8.500l5.500-4",
  "bpmn:BusinessRuleTask": "M2.500 3h11v10h-11zM2.500 6.500h11M6 3v10",
  "bpmn:ScriptTask": "M4 3h8v10H4zM6 6h4M6 8.500h4M6 11h2.500",
};
const LINE = 16;

function svg<Tag extends keyof SVGElementTagNameMap>(tag: Tag, attributes: Record<string, string | number>): SVGElementTagNameMap[Tag] {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/** The limit of a step in a few words. */
export function limitOf(element: Element): string {
  const deadline = extensions(element.businessObject, "deadline")[0];
  if (!deadline) return "";
  return said(amountOf(text(deadline, "duration"), text(deadline, "workdays"), text(deadline, "calendar")));
}

/** In the middle of the step, whatever the letters measure. */
function centred(text: SVGTextElement, width: number): SVGTextElement {
  text.style.textAnchor = "middle";
  for (const line of text.children) line.setAttribute("x", String(width / 2));
  return text;
}

/** Leaves as many lines as the step has room for, and says how many; a name that is cut can be read on hover. */
function shortened(name: SVGTextElement, most: number, whole: string): number {
  if (name.childNodes.length <= most) return name.childNodes.length;
  while (name.childNodes.length > most) name.lastChild?.remove();
  const last = name.lastChild;
  if (last) last.textContent = `${[...(last.textContent ?? "")].slice(0, -1).join("")}…`;
  const title = svg("title", {});
  title.textContent = whole;
  name.prepend(title);
  return most;
}

function words(parent: SVGGElement, element: Element, renderer: TextRenderer): void {
  const sub = limitOf(element);
  const box = { width: element.width - 12, height: element.height };
  const name = centred(renderer.createText(text(element, "name"), { box, align: "center-top", padding: 0 }), box.width);
  const lines = shortened(name, Math.max(1, Math.floor((element.height - 2) / LINE) - (sub ? 1 : 0)), text(element, "name"));
  const top = Math.max(2, (element.height - (lines + (sub ? 1 : 0)) * LINE) / 2);
  name.classList.add("djs-label", "name");
  name.setAttribute("transform", `translate(6 ${top})`);
  parent.append(name);
  if (!sub) return;
  const style = { fontSize: 12, fontWeight: 400 };
  const under = centred(renderer.createText(sub, { box, align: "center-top", padding: 0, style }), box.width);
  under.classList.add("sub");
  under.setAttribute("transform", `translate(6 ${top + lines * LINE})`);
  parent.append(under);
}

function badge(parent: SVGGElement, kind: "important" | "caution", at: number, height: number, said: string[]): void {
  const group = svg("g", { class: `note ${kind}`, transform: `translate(${at} ${height})` });
  const title = svg("title", {});
  title.textContent = `${kind === "important" ? t("重要") : t("注意")}\n${said.join("\n")}`;
  group.append(title);
  if (kind === "important") group.append(svg("path", { d: "M0-9 9 7H-9z" }), svg("path", { class: "sign", d: "M0-4v5M0 3.800v.400" }));
  else group.append(svg("circle", { r: 7.5 }), svg("path", { class: "sign", d: "M0-.5v4.500M0-3.800v.400" }));
  parent.append(group);
}

function badges(parent: SVGGElement, element: Element): void {
  let at = element.width - 14;
  for (const kind of ["important", "caution"] as const) {
    const said = sentences(element.businessObject, kind).map((each) => each.zh || each.en);
    if (!said.length) continue;
    badge(parent, kind, at, element.height, said);
    at -= 20;
  }
}

/** The name along the edge of a lane or pool: Chinese from top to bottom, everything else turned. */
function edgeName(parent: SVGGElement, element: Element): void {
  const known = parent.querySelector<SVGTextElement>(":scope > .djs-label");
  const name = text(element, "name") || text((element.businessObject.get("processRef") as Moddle | undefined) ?? element, "name");
  if (!known || element.di?.get("isHorizontal") === false) return;
  known.classList.add("edge-name");
  if (!/[\u3400-\u9fff]/.test(name)) return;
  const most = Math.max(1, Math.floor((element.height - 8) / 13));
  const letters = [...name.trim()];
  const upright = svg("text", { x: 15, y: element.height / 2, class: "djs-label edge-name upright" });
  upright.textContent = letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : letters.join("");
  known.replaceWith(upright);
}

/** New shapes are as large as those that 整理 lays out. */
const SIZES: [string, number, number][] = [
  ["bpmn:Task", 88, 50],
  ["bpmn:Gateway", 36, 36],
  ["bpmn:Event", 32, 32],
];

interface Factory {
  getDefaultSize(of: Moddle | Element, di: Moddle): { width: number; height: number };
}

export class StudioSizes {
  static $inject = ["elementFactory"];

  constructor(factory: Factory) {
    const usual = factory.getDefaultSize.bind(factory);
    factory.getDefaultSize = (of, di) => {
      const own = SIZES.find(([type]) => is(of, type));
      return own ? { width: own[1], height: own[2] } : usual(of, di);
    };
  }
}

export class StudioDrawing {
  static $inject = ["bpmnRenderer", "textRenderer"];

  constructor(renderer: Renderer, texts: TextRenderer) {
    const plain = renderer.handlers["bpmn:Task"] as Draw;
    const step: Draw = (parent, element, attributes) => {
      const box = plain(parent, element, attributes);
      parent.querySelector(":scope > .djs-label")?.remove();
      box.setAttribute("rx", "6");
      box.setAttribute("ry", "6");
      const sign = SIGNS[element.type];
      if (sign) parent.append(svg("path", { class: "sign", d: sign, transform: "translate(4 4) scale(.85)" }));
      words(parent, element, texts);
      badges(parent, element);
      return box;
    };
    for (const task of TASKS) renderer.handlers[`bpmn:${task}`] = step;
    for (const [kind, name] of [["Lane", "lane"], ["Participant", "pool"]] as const) {
      const band = renderer.handlers[`bpmn:${kind}`] as Draw;
      renderer.handlers[`bpmn:${kind}`] = (parent, element, attributes) => {
        const box = band(parent, element, attributes);
        parent.classList.add(name);
        edgeName(parent, element);
        return box;
      };
    }
    const arrow = renderer.handlers["bpmn:SequenceFlow"] as Draw;
    renderer.handlers["bpmn:SequenceFlow"] = (parent, element, attributes) => {
      const line = arrow(parent, element, attributes);
      if (is(element, "bpmn:SequenceFlow") && text(element, "kind")) line.classList.add(text(element, "kind"));
      return line;
    };
  }
}
