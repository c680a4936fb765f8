// Saving: a second after the last change, and when the page is left. A copy stays in the browser until the server has it.
import { store } from "../dom";
import { openDialog } from "../overlays";
import type { Editor } from "./types";
import { Delivery } from "./delivery";
import { page, send, t } from "./page";

interface Saved {
  revision: number;
  saved_at: string;
  /** What the chart is called now. */
  name: string;
}
interface Other {
  by: string;
  at: string;
  revision: number;
  text?: string;
}
type Said = "saved" | "saving" | "changed" | "offline" | "conflict" | "refused";

const WAIT = 1000;
const RETRY = 5000;
const KEY = `studio:${page.id}`;

export async function xmlOf(editor: Editor): Promise<string> {
  return (await editor.saveXML({ format: true })).xml ?? "";
}

export class Saver {
  private revision = page.revision;
  private timer = 0;
  private writing = Promise.resolve();
  private readonly delivery = new Delivery<string, Saved & Other>(
    (xml, leaving) => send(page.urls.save, { revision: this.revision, xml }, undefined, leaving),
    (saved, next) => {
      this.revision = saved.revision;
      this.keep(next);
    },
  );
  private stopped = false;
  /** Counts changes, so that one made while the server writes is written too. */
  private changes = 0;
  private kept = 0;

  constructor(
    private readonly editor: Editor,
    private readonly show: (said: Said, text: string) => void,
    private readonly flush: () => void,
  ) {
    // The copy in the browser is what survives a page that ends before the server has answered.
    window.addEventListener("pagehide", () => void this.leave());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && void this.leave());
    window.addEventListener("online", () => this.changes > this.kept && this.soon(0));
    window.addEventListener("beforeunload", (event) => {
      if (this.changes > this.kept && !this.stopped) event.preventDefault();
    });
  }

  get unsaved(): boolean {
    return this.changes > this.kept;
  }

  /** The canvas shows a copy that never reached the server and began from `revision`. */
  takeUp(left: { xml: string; revision: number }): void {
    this.revision = left.revision;
    this.delivery.mayHave(left.xml);
    this.changed();
  }

  changed(): void {
    if (this.stopped || !page.editable) return;
    this.changes += 1;
    this.show("changed", t("有改动"));
    this.soon(WAIT);
  }

  /** What stands in the browser and never reached the server, if it began from what is on the server now. */
  static left(): { xml: string; revision: number } | null {
    try {
      const found = JSON.parse(store.get(KEY)) as { xml?: unknown; revision?: unknown };
      return typeof found.xml === "string" && typeof found.revision === "number" ? { xml: found.xml, revision: found.revision } : null;
    } catch {
      return null;
    }
  }

  static forget(): void {
    store.set(KEY, "");
  }

  /** One at a time: who comes while the server writes is next, with what is left to write then. */
  async now(leaving = false): Promise<void> {
    window.clearTimeout(this.timer);
    this.flush();
    const before = this.writing.catch(() => undefined); // what went wrong then is no reason not to write now
    this.writing = before.then(() => (this.unsaved && !this.stopped ? this.write(leaving) : undefined));
    await this.writing;
  }

  private soon(wait: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.now(), wait);
  }

  private async leave(): Promise<void> {
    this.flush();
    if (!this.unsaved || this.stopped) return;
    this.keep(await xmlOf(this.editor));
    await this.now(true);
  }

  private async write(leaving: boolean): Promise<void> {
    const upTo = this.changes;
    const xml = await xmlOf(this.editor);
    this.keep(xml);
    this.show("saving", t("正在保存"));
    const answer = await this.delivery.send(xml, leaving);
    if (answer.status === 200 && answer.body) this.done(answer.body, upTo);
    else if (answer.status === 409 && answer.body?.by) this.conflict(answer.body, xml);
    else if (answer.status === 0 || answer.status >= 500) this.again();
    else this.refused(answer.status, answer.text);
  }

  private keep(xml: string): void {
    store.set(KEY, JSON.stringify({ xml, revision: this.revision }));
  }

  private done(saved: Saved, upTo: number): void {
    this.revision = saved.revision;
    this.kept = upTo;
    for (const title of document.querySelectorAll<HTMLElement>(".studio-top h1")) title.textContent = title.title = saved.name;
    if (this.unsaved) return this.soon(WAIT);
    Saver.forget();
    this.show("saved", t("已保存 {time}", { time: saved.saved_at }));
  }

  private again(): void {
    this.show("offline", t("没有连上，改动留在本机，正在重试"));
    this.soon(RETRY);
  }

  private refused(status: number, text: string): void {
    const words = status === 401 || status === 403 ? t("登录已过期，请在另一页登录后再保存") : text;
    this.show("refused", words || t("没有保存"));
    // Nothing is lost: the copy stays in the browser, and the next change tries again.
  }

  private conflict(other: Other, xml: string): void {
    this.stopped = true;
    this.show("conflict", t("有冲突"));
    const box = document.getElementById("conflict-dialog");
    const words = box?.querySelector("[data-conflict-text]");
    if (words) words.textContent = t("{who}在 {when} 保存了这张流程图，您的改动还没有保存。", { who: other.by, when: other.at });
    box?.querySelector("[data-conflict=theirs]")?.addEventListener("click", () => this.theirs(), { once: true });
    box?.querySelector("[data-conflict=copy]")?.addEventListener("click", () => void this.copy(xml), { once: true });
    openDialog("conflict-dialog");
  }

  private theirs(): void {
    Saver.forget();
    this.kept = this.changes;
    location.reload();
  }

  private async copy(xml: string): Promise<void> {
    const answer = await send<{ url: string }>(page.urls.copy, { xml });
    if (answer.status !== 200 || !answer.body) return this.show("refused", answer.text || t("没有保存"));
    Saver.forget();
    this.kept = this.changes;
    location.assign(answer.body.url);
  }
}
