// Proof while drawing: a moment after a change the server judges the chart; badges on it and a list below say what it found.
import { one } from "../dom";
import { Press } from "../press";
import { toast } from "../toast";
import type { Editor, Element, Finding, Mark, Proof } from "./types";
import { is } from "./bo";
import { button, h, icon } from "./html";
import { page, send, t } from "./page";
import { play } from "./play";
import { xmlOf } from "./save";

const WAIT = 300;
const TONES = { error: "red", warning: "gold", info: "grey" } as const;
const LEVELS = { error: "bad", warning: "warn", info: "hint" } as const;
const MOST_BADGES = 60;

export class Prover {
  private timer = 0;
  private asking: AbortController | null = null;
  private proof: Proof | null = null;
  private marked: [string, string][] = [];
  private chosen = "";
  private readonly press = new Press(() => one("#finding-list"), () => this.list(this.findings));

  constructor(
    private readonly editor: Editor,
    /** Puts another chart in the place of the present one, as one step that can be undone. */
    private readonly replace: (xml: string) => Promise<void>,
  ) {}

  soon(wait = WAIT): void {
    this.asking?.abort(); // its answer is about the chart before this change
    this.asking = null;
    this.busy(true);
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), wait);
  }

  get findings(): Finding[] {
    return this.proof?.findings ?? [];
  }

  private async ask(): Promise<void> {
    const asking = (this.asking = new AbortController());
    this.busy(true);
    const began = performance.now();
    try {
      const xml = await xmlOf(this.editor);
      const answer = await send<Proof>(page.urls.check, { xml }, asking.signal);
      if (asking !== this.asking) return;
      if (answer.status !== 200 || !answer.body) return this.failed(answer.text);
      this.show(answer.body, performance.now() - began);
      if (page.editable && answer.body.findings.length) await this.offers(xml, asking);
    } catch {
      if (asking === this.asking) this.failed("");
    } finally {
      if (asking === this.asking) this.busy(false);
    }
  }

  /** What one click can put right is tried out by the server, which takes longer than finding it. */
  private async offers(xml: string, asking: AbortController): Promise<void> {
    const answer = await send<{ mends: Record<string, { id: string; title: string }[]> }>(page.urls.offers, { xml }, asking.signal);
    if (asking !== this.asking || answer.status !== 200 || !answer.body) return;
    for (const finding of this.findings) finding.mends = answer.body.mends[finding.key] ?? [];
    this.list(this.findings);
  }

  /** While the list speaks of the chart before a change, nothing is mended by it. */
  private mendable(): void {
    const busy = one("#findings")?.getAttribute("aria-busy") === "true";
    for (const act of document.querySelectorAll<HTMLButtonElement>("#finding-list .mend")) act.disabled = busy;
  }

  private busy(yes: boolean): void {
    one("#findings")?.setAttribute("aria-busy", String(yes));
    this.mendable();
  }

  private failed(text: string): void {
    const time = one("[data-proof-time]");
    if (time) time.textContent = text || t("没有查成，改动后再查");
  }

  private show(proof: Proof, took: number): void {
    this.proof = proof;
    this.drawBadges(proof.findings);
    this.list(proof.findings);
    this.counts(proof.findings);
    marks(proof.marks);
    const time = one("[data-proof-time]");
    if (time) time.textContent = t("{seconds} 秒查完，改一处查一次", { seconds: (took / 1000).toFixed(1) });
    document.body.dataset["proved"] = String(Math.round(took));
  }

  /** Numbers on the elements; the picture's own sign says error or reminder, the number leads to the list. */
  private drawBadges(findings: Finding[]): void {
    const canvas = this.editor.get("canvas");
    const registry = this.editor.get("elementRegistry");
    for (const [id, marker] of this.marked) if (registry.get(id)) canvas.removeMarker(id, marker);
    this.marked = [];
    this.editor.get("overlays").remove({ type: "finding" });
    const taken = new Map<string, number>();
    findings.slice(0, MOST_BADGES).forEach((finding, at) => {
      for (const id of finding.elements.slice(0, 8)) {
        const element = registry.get(id);
        if (!element || element === canvas.getRootElement()) continue;
        canvas.addMarker(id, LEVELS[finding.severity]);
        this.marked.push([id, LEVELS[finding.severity]]);
        const turn = taken.get(id) ?? 0;
        taken.set(id, turn + 1);
        if (turn < 4) this.badge(element, finding, at, turn);
      }
    });
  }

  private badge(element: Element, finding: Finding, at: number, turn: number): void {
    const html = h(
      "button",
      { type: "button", class: `no ${TONES[finding.severity]}`, title: finding.message, tabindex: -1, onclick: () => this.choose(finding) },
      String(at + 1),
    );
    const middle = element.waypoints?.[Math.floor((element.waypoints.length - 1) / 2)];
    const position: Record<string, number> =
      middle && element.waypoints
        ? { left: middle.x - Math.min(...element.waypoints.map((each) => each.x)) - 10 + turn * 20, top: middle.y - Math.min(...element.waypoints.map((each) => each.y)) - 10 }
        : { left: (is(element, "bpmn:Activity") ? -9 : element.width - 10) + turn * 20, top: -10 };
    this.editor.get("overlays").add(element, "finding", { position, html, show: { minZoom: 0.3 } });
  }

  private counts(findings: Finding[]): void {
    const box = one("[data-proof-counts]");
    if (!box) return;
    const count = (severity: Finding["severity"]): number => findings.filter((each) => each.severity === severity).length;
    const chips: Node[] = [];
    if (count("error")) chips.push(h("span", { class: "status red" }, icon("alert"), t("{n} 个错误", { n: count("error") })));
    if (count("warning")) chips.push(h("span", { class: "status gold" }, icon("clock"), t("{n} 个提醒", { n: count("warning") })));
    if (count("info")) chips.push(h("span", { class: "status grey" }, icon("info"), t("{n} 个建议", { n: count("info") })));
    if (!findings.length) chips.push(h("span", { class: "status green" }, icon("check"), t("没有发现问题")));
    box.replaceChildren(...chips);
  }

  private list(findings: Finding[]): void {
    const list = one("#finding-list");
    if (!list || this.press.holds()) return;
    if (!findings.length) {
      list.replaceChildren(h("li", { class: "none" }, t("画完一步就查一步；这里会写出哪里走不通，以及怎么改。")));
      return;
    }
    list.replaceChildren(...findings.map((finding, at) => this.line(finding, at)));
    this.mendable();
  }

  private line(finding: Finding, at: number): HTMLElement {
    const acts = h("span", { class: "row g1 mends" });
    if (finding.path?.length) acts.append(button(t("播放路径"), "play", () => void play(this.editor, finding.path ?? [], finding.elements)));
    for (const mend of page.editable ? (finding.mends ?? []).slice(0, 2) : []) acts.append(button(mend.title, "wrench", () => void this.mend(finding, mend.id), { title: mend.title, kind: "mend" }));
    const where = this.name(finding.elements[0]);
    return h(
      "li",
      { class: `${TONES[finding.severity]}${page.editable && finding.mends?.length ? " mendable" : ""}`, "aria-current": this.chosen === finding.key ? "true" : null },
      h("span", { class: "no", "aria-label": t("第 {n} 条", { n: at + 1 }) }, String(at + 1)),
      h(
        "button",
        { type: "button", class: "what", title: `${finding.message}\n${finding.suggestion}`, onclick: () => this.choose(finding) },
        where ? h("b", { class: "nowrap" }, where) : null,
        h("span", { class: "cut" }, where ? unnamed(finding.message, this.nameOf(finding.elements[0])) : finding.message),
        h("span", { class: "how cut" }, finding.suggestion),
      ),
      acts,
    );
  }

  private nameOf(id: string | undefined): string {
    return (id ? this.editor.get("elementRegistry").get(id)?.businessObject.name : "") ?? "";
  }

  private name(id: string | undefined): string {
    const element = id ? this.editor.get("elementRegistry").get(id) : undefined;
    const name = this.nameOf(id);
    if (!element) return "";
    const kind = is(element, "bpmn:Gateway") ? t("判断") : is(element, "bpmn:Activity") ? t("步骤") : is(element, "bpmn:SequenceFlow") ? t("连线") : "";
    if (!name) return kind;
    return `${kind}「${name.length > 14 ? `${name.slice(0, 13)}…` : name}」`;
  }

  /** Selects what a finding is about and brings it into sight. */
  choose(finding: Finding): void {
    this.chosen = finding.key;
    const registry = this.editor.get("elementRegistry");
    const found = finding.elements.map((id) => registry.get(id)).filter((each): each is Element => each !== undefined);
    const canvas = this.editor.get("canvas");
    const first = found[0];
    if (first) {
      const root = canvas.findRoot(first);
      if (root && root !== canvas.getRootElement()) canvas.setRootElement(root);
      if (canvas.zoom() < 0.6) canvas.zoom(0.8, "auto");
      canvas.scrollToElement(first, 120);
    }
    this.editor.get("selection").select(found.length ? found : null);
    this.list(this.findings);
  }

  private async mend(finding: Finding, id: string): Promise<void> {
    this.busy(true); // two at once would each start from the chart without the other, and one would be lost
    try {
      const answer = await send<{ xml: string }>(page.urls.mend, { xml: await xmlOf(this.editor), finding: finding.key, mend: id });
      if (answer.status === 200 && answer.body) await this.replace(answer.body.xml);
      else toast(answer.text || t("没有改成，请手动改"), "bad");
    } finally {
      this.soon();
    }
  }
}

/** The message without the name that stands before it already. */
function unnamed(message: string, name: string): string {
  const said = `“${name.trim().split(/\s+/).join(" ")}”`;
  return message.startsWith(said) ? message.slice(said.length).trimStart() : message;
}

/** Five bars a mark; the reasons open below it. */
function marks(found: Mark[]): void {
  const box = one("#marks-list");
  if (!box) return;
  box.replaceChildren(
    ...found.map((mark) => {
      const full = Math.max(mark.score > 0 ? 1 : 0, Math.floor(mark.score / 20));
      const tone = mark.score >= 80 ? "green" : mark.score >= 40 ? "gold" : "red";
      const bars = h("span", { class: "five", role: "img", "aria-label": t("{n} 分", { n: mark.score }) });
      for (let at = 0; at < 5; at += 1) bars.append(h("i", { class: at < full ? "on" : "" }));
      const words = mark.reasons.length ? t("缺 {n} 处", { n: mark.reasons.length }) : t("好");
      const reasons = h("ul", { class: "reasons" }, ...mark.reasons.map((reason) => h("li", {}, reason)));
      const head = [h("span", {}, mark.name), bars, h("b", {}, words)];
      return h("li", { class: tone }, mark.reasons.length ? h("details", {}, h("summary", {}, ...head), reasons) : h("div", { class: "summary" }, ...head));
    }),
  );
}
