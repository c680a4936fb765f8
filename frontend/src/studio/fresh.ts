// What the version that the draft began from does not have wears a sign.
import type { Editor, Element } from "./types";
import { is } from "./bo";
import { h } from "./html";
import { page, t } from "./page";

const MOST = 60;

function sign(editor: Editor, element: Element): void {
  const position = { left: element.width - (is(element, "bpmn:Activity") ? 22 : 6), top: -10 };
  const html = h("span", { class: "fresh-mark" }, t("新"));
  editor.get("overlays").add(element, "fresh", { position, html, show: { minZoom: 0.3 } });
}

/** Keeps the signs right while the chart changes. */
export function markFresh(editor: Editor): void {
  if (!page.known) return;
  const known = new Set(page.known);
  const draw = (): void => {
    editor.get("overlays").remove({ type: "fresh" });
    const fresh = editor.get("elementRegistry").filter((each) => is(each, "bpmn:FlowNode") && !each.labelTarget && !known.has(each.id));
    for (const element of fresh.slice(0, MOST)) sign(editor, element);
  };
  editor.get("eventBus").on(["commandStack.changed", "studio.replaced"], 90, draw);
  draw();
}
