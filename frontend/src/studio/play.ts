// Plays the way that shows a fault: a dot goes from element to element, which light up as they are entered.
import { one } from "../dom";
import type { Editor, Element, Point } from "./types";
import { icon } from "./html";
import { t } from "./page";

const SPEED = 420; // pixels a second
const REST = 550; // milliseconds at an element
const SVG = "http://www.w3.org/2000/svg";
let current: Player | null = null;

const still = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
const wait = (time: number): Promise<void> => new Promise((resolve) => window.setTimeout(resolve, time));

function along(points: Point[], far: number): Point | null {
  let left = far;
  for (let at = 1; at < points.length; at += 1) {
    const [from, to] = [points[at - 1] as Point, points[at] as Point];
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (left <= length && length > 0) return { x: from.x + ((to.x - from.x) * left) / length, y: from.y + ((to.y - from.y) * left) / length };
    left -= length;
  }
  return null;
}

class Player {
  private paused = false;
  private over = false;
  private wake: (() => void) | null = null;
  private step = 0;
  private readonly lit: string[] = [];

  constructor(
    private readonly editor: Editor,
    private readonly path: string[],
    private readonly fault: string[],
  ) {}

  async run(): Promise<void> {
    this.bar(true);
    for (const id of this.path) {
      this.step += 1;
      const before = this.path[this.step - 2];
      this.words();
      if (before !== undefined && !still()) await this.travel(before, id);
      if (this.over) break;
      this.light(id);
      // Without motion everything waits for the reader to press.
      if (still()) await this.hold();
      else await wait(REST);
      await this.hold();
      if (this.over) break;
    }
    if (!this.over) this.ended();
  }

  private light(id: string): void {
    if (!this.editor.get("elementRegistry").get(id)) return;
    this.editor.get("canvas").addMarker(id, "played");
    this.lit.push(id);
    this.editor.get("canvas").scrollToElement(id, 80);
  }

  private async hold(): Promise<void> {
    if (still() && !this.over) this.paused = true;
    if (!this.paused || this.over) return;
    this.button();
    await new Promise<void>((resolve) => (this.wake = resolve));
  }

  private arrow(from: string, to: string): Element | undefined {
    const source = this.editor.get("elementRegistry").get(from);
    return source?.outgoing.find((each) => each.target?.id === to);
  }

  private async travel(from: string, to: string): Promise<void> {
    // What runs beside it may be entered next: then the dot comes by the arrow that leads there from what is lit.
    const arrow = this.arrow(from, to) ?? this.lit.map((id) => this.arrow(id, to)).find((each) => each !== undefined);
    const points = arrow?.waypoints;
    if (!arrow || !points) return;
    this.editor.get("canvas").addMarker(arrow, "played");
    this.lit.push(arrow.id);
    const dot = document.createElementNS(SVG, "circle");
    dot.setAttribute("r", "7");
    dot.setAttribute("class", "token");
    this.editor.get("canvas").getLayer("studio-token", 50).append(dot);
    let far = 0;
    let last = performance.now();
    while (!this.over) {
      const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
      if (!this.paused) far += ((now - last) / 1000) * SPEED;
      last = now;
      const at = along(points, far);
      if (!at) break;
      dot.setAttribute("cx", String(at.x));
      dot.setAttribute("cy", String(at.y));
    }
    dot.remove();
  }

  toggle(): void {
    this.paused = !this.paused;
    this.button();
    if (!this.paused) {
      this.wake?.();
      this.wake = null;
    }
  }

  stop(): void {
    this.over = true;
    this.wake?.();
    const canvas = this.editor.get("canvas");
    for (const id of this.lit) if (this.editor.get("elementRegistry").get(id)) canvas.removeMarker(id, "played");
    for (const id of this.fault) if (this.editor.get("elementRegistry").get(id)) canvas.removeMarker(id, "fault");
    this.bar(false);
  }

  private ended(): void {
    for (const id of this.fault) if (this.editor.get("elementRegistry").get(id)) this.editor.get("canvas").addMarker(id, "fault");
    const words = one("[data-play-text]");
    if (words) words.textContent = t("走到这里就出问题了");
    one("[data-play-toggle]")?.setAttribute("hidden", "");
  }

  private bar(open: boolean): void {
    const bar = one("#player");
    if (bar) bar.hidden = !open;
    if (open) one("[data-play-toggle]")?.removeAttribute("hidden");
    this.button();
  }

  private button(): void {
    const toggle = one("[data-play-toggle]");
    if (!toggle) return;
    const words = !this.paused ? t("暂停") : still() ? t("下一步") : t("继续");
    toggle.replaceChildren(icon(this.paused ? "play" : "pause", true), words);
  }

  private words(): void {
    const text = one("[data-play-text]");
    const id = this.path[this.step - 1] ?? "";
    const name = this.editor.get("elementRegistry").get(id)?.businessObject.name || id;
    if (text) text.textContent = t("第 {n} / {all} 步：{name}", { n: this.step, all: this.path.length, name });
  }
}

export async function play(editor: Editor, path: string[], fault: string[]): Promise<void> {
  current?.stop();
  editor.get("selection").select(null);
  editor.get("canvas").zoom(Math.max(0.7, Math.min(1, editor.get("canvas").zoom())), "auto");
  current = new Player(editor, path, fault);
  await current.run();
}

export function stopPlaying(): void {
  current?.stop();
  current = null;
}

export function pausePlaying(): void {
  current?.toggle();
}
