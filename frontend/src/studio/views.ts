// Four views of one chart: the canvas, a list, the national standard's symbols, words. The last three come from the server.
import { all, on, one } from "../dom";
import type { Editor } from "./types";
import { h } from "./html";
import { page, send, t } from "./page";
import { xmlOf } from "./save";
import { Press } from "../press";
import { OutlineView } from "./outline";

export type View = "chart" | "outline" | "picture" | "narrative";

export class Views {
  private view: View = "chart";
  private turn = 0;
  private readonly outline: OutlineView;
  private readonly press = new Press(() => one("#view-drawn"), () => void this.draw());

  constructor(
    private readonly editor: Editor,
    replace: (xml: string) => Promise<void>,
  ) {
    this.outline = new OutlineView(editor, replace);
    on("click", "[data-view]", (tab) => void this.open(tab.dataset["view"] as View));
    editor.get("eventBus").on(["commandStack.changed", "studio.replaced"], 100, () => {
      if (this.view !== "chart") void this.draw();
    });
  }

  get current(): View {
    return this.view;
  }

  async open(view: View): Promise<void> {
    this.view = view;
    document.body.dataset["studioView"] = view;
    for (const tab of all("[data-view]")) {
      const chosen = tab.dataset["view"] === view;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    const drawn = one("#view-drawn");
    const canvas = one("#view-chart");
    if (canvas) canvas.hidden = view !== "chart";
    if (drawn) {
      drawn.hidden = view === "chart";
      drawn.setAttribute("aria-labelledby", `tab-view-${view}`);
    }
    if (view === "chart") {
      this.editor.get("canvas").resized();
      if (this.editor.get("canvas").viewbox().width === 0) this.editor.get("canvas").zoom("fit-viewport", "auto");
    } else await this.draw();
  }

  private async draw(): Promise<void> {
    const home = one("#view-drawn");
    const view = this.view;
    if (!home || view === "chart") return;
    const turn = (this.turn += 1);
    home.setAttribute("aria-busy", "true");
    if (home.dataset["shown"] !== view) home.replaceChildren(waiting());
    const answer = await send<{ html: string }>(page.urls[view], { xml: await xmlOf(this.editor) });
    if (turn !== this.turn || this.press.holds()) return;
    home.removeAttribute("aria-busy");
    home.dataset["shown"] = view;
    // Made by the server, which escapes everything that a user wrote.
    const menu = one("[data-drop]:has(> details[open])", home)?.dataset["drop"];
    if (answer.status === 200 && answer.body) home.innerHTML = answer.body.html;
    else home.replaceChildren(h("div", { class: "empty" }, h("h2", {}, t("这个看法现在画不出来")), h("p", { class: "t13" }, answer.text || t("请先改正检查结果里的错误，或稍后再试。"))));
    if (menu !== undefined) one(`[data-drop="${CSS.escape(menu)}"] > details`, home)?.setAttribute("open", "");
    if (view === "outline") this.outline.ready(home);
  }
}

function waiting(): HTMLElement {
  const box = h("div", { "aria-label": t("正在载入") });
  for (let at = 0; at < 5; at += 1) box.append(h("div", { class: "skeleton" }, h("div", { class: "skel w1" }), h("div", { class: "skel w3" })));
  return box;
}
