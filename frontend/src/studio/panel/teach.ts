// How a step is taught: lists of sentences in both languages.
import type { Words } from "../types";
import type { Sentence } from "../moddle";
import { sentences } from "../bo";
import { button, h, icon } from "../html";
import { t } from "../page";
import { moved, rowButtons, type Context } from "./context";
import { bare } from "./fields";

/** Name, title, icon, tone. */
export const TEACHING: [Sentence, string, string, string][] = [
  ["instruction", "要做什么", "flag", "plain"],
  ["method", "要领", "bulb", "plain"],
  ["important", "重要", "alert", "red"],
  ["caution", "注意", "info", "green"],
  ["case", "案例", "case", "plain"],
  ["evidence", "要留的证据", "clip", "plain"],
];

export function teachingWord(name: Sentence): string {
  return t(TEACHING.find(([each]) => each === name)?.[1] ?? name);
}

/** Lists that have a line which is not written yet, by element and kind. */
const fresh = new Set<string>();

export function startLine(context: Context, name: Sentence): void {
  fresh.add(`${context.element.id} ${name}`);
  context.redraw();
  document.querySelector<HTMLElement>(`[data-field="${name}-${sentences(context.owner, name).length}-zh"]`)?.focus();
}

export function sentenceList(context: Context, name: Sentence, title: string, sign: string, tone: string): HTMLElement {
  const key = `${context.element.id} ${name}`;
  const read = (): Words[] => sentences(context.owner, name);
  const lines = (): Words[] => (fresh.has(key) ? [...read(), { zh: "", en: "" }] : read());
  const known = read();
  const shown = lines();
  const write = (words: Words[]): void => {
    fresh.delete(key);
    context.writer.setSentences(context.element, context.owner, name, words);
  };
  const change = (at: number, part: Partial<Words>): void => write(lines().map((each, index) => (index === at ? { ...each, ...part } : each)));
  const row = (words: Words, at: number): HTMLElement =>
    h(
      "li",
      {},
      bare({ key: `${name}-${at}-zh`, label: `${title} ${at + 1}`, value: words.zh, change: (zh) => change(at, { zh }) }, 2),
      bare({ key: `${name}-${at}-en`, label: t("{title} {n}，英文", { title, n: at + 1 }), value: words.en, lang: "en", placeholder: "English", change: (en) => change(at, { en }) }),
      rowButtons(at, shown.length, (from, to) => write(moved(lines(), from, to)), (gone) => {
        fresh.delete(key);
        if (gone < read().length) write(read().filter((_, index) => index !== gone));
        else context.redraw();
      }),
    );
  return h(
    "section",
    { class: `sentences ${tone}`, "aria-label": title },
    h("header", {}, icon(sign, true), h("b", { class: "grow" }, title), h("span", { class: "t12 ink3" }, known.length ? String(known.length) : ""), button(t("加一条"), "plus", () => startLine(context, name), { kind: "bare" })),
    shown.length ? h("ol", {}, ...shown.map(row)) : null,
  );
}

export function teaching(context: Context): HTMLElement[] {
  return TEACHING.map(([name, title, sign, tone]) => sentenceList(context, name, t(title), sign, tone));
}
