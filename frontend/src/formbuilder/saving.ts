// Saving: a second after the last good change. Whoever was faster with the same part is told of, and nothing is lost.
import { fill, one } from "../dom";
import { openDialog } from "../overlays";
import { Delivery } from "../studio/delivery";
import { send, t } from "../studio/page";

/** What is saved: where to, from which state it began, what it is now, and why it cannot go yet ("" if it can). */
export interface Work {
  url: string;
  revision: number;
  seen: string;
  editable: boolean;
  content: () => Promise<Record<string, unknown>>;
  blocked: () => string;
  conflict: string;
}

interface Saved {
  revision: number;
  seen: string;
  saved_at: string;
}
interface Other {
  by: string;
  at: string;
  revision: number;
}

const WAIT = 900;
const RETRY = 5000;

export class Saving {
  private revision: number;
  private seen: string;
  private timer = 0;
  private busy = false;
  private changes = 0;
  private kept = 0;
  private stopped = false;
  private readonly delivery = new Delivery<Record<string, unknown>, Saved & Other>(
    (content) => send(this.work.url, { revision: this.revision, seen: this.seen, ...content }),
    (saved) => ([this.revision, this.seen] = [saved.revision, saved.seen]),
  );

  constructor(private readonly work: Work) {
    [this.revision, this.seen] = [work.revision, work.seen];
    window.addEventListener("beforeunload", (event) => {
      if (this.unsaved) event.preventDefault();
    });
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      void this.now();
    });
  }

  get unsaved(): boolean {
    return this.changes > this.kept && !this.stopped;
  }

  changed(): void {
    this.changes += 1;
    this.say("changed", t("有改动"));
  }

  /** It may go. */
  soon(wait = WAIT): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.now(), wait);
  }

  async now(): Promise<void> {
    if (!this.work.editable || !this.unsaved) return;
    if (this.busy) return this.soon();
    const blocked = this.work.blocked();
    if (blocked) return this.say("refused", blocked);
    this.busy = true;
    const upTo = this.changes;
    this.say("saving", t("正在保存"));
    const content = structuredClone(await this.work.content()); // the writer writes on in the same object
    const answer = await this.delivery.send(content);
    this.busy = false;
    if (answer.status === 200 && answer.body) this.done(answer.body, upTo);
    else if (answer.status === 409 && answer.body?.by) this.conflict(answer.body);
    else if (answer.status === 0 || answer.status >= 500) this.again();
    else this.say("refused", answer.text || t("没有保存"));
  }

  private done(saved: Saved, upTo: number): void {
    [this.revision, this.seen, this.kept] = [saved.revision, saved.seen, upTo];
    if (this.unsaved) return this.soon();
    this.say("saved", t("已保存 {time}", { time: saved.saved_at }));
  }

  private again(): void {
    this.say("offline", t("没有连上，正在重试"));
    this.soon(RETRY);
  }

  private conflict(other: Other): void {
    this.say("conflict", t("有冲突"));
    const box = document.getElementById("conflict-dialog") as HTMLDialogElement | null;
    const words = box?.querySelector("[data-conflict-text]");
    if (words) words.textContent = fill(this.work.conflict, { who: other.by, when: other.at });
    one("[data-conflict=theirs]", box ?? document)?.addEventListener("click", () => {
      this.stopped = true;
      location.reload();
    }, { once: true });
    one("[data-conflict=mine]", box ?? document)?.addEventListener("click", () => {
      this.revision = other.revision;
      box?.close();
      void this.now();
    }, { once: true });
    openDialog("conflict-dialog");
  }

  private say(said: string, words: string): void {
    const line = one("#saved");
    const home = line ? one("[data-saved-text]", line) : null;
    if (!line || !home) return;
    line.dataset["said"] = said;
    home.textContent = words;
  }
}
