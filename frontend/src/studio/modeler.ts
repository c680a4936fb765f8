// The canvas: bpmn-js with our look, our words, our bar, and no palette of its own.
import Modeler from "bpmn-js/lib/Modeler";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import minimap from "diagram-js-minimap";
import type { Editor } from "./types";
import { StudioDrawing, StudioSizes } from "./drawing";
import { translate } from "./library-zh";
import { laneModule } from "./lanes";
import { bihuan } from "./moddle";
import { padModule } from "./pad";

const own = {
  __init__: ["studioDrawing"],
  studioDrawing: ["type", StudioDrawing],
  translate: ["value", translate],
  paletteProvider: ["value", null],
};

export function makeEditor(container: HTMLElement, editable: boolean): Editor {
  const font = { fontFamily: "var(--font)", lineHeight: 1.25 };
  // For readers, and on a phone: nothing of what changes a chart is there at all.
  const Kind = editable ? Modeler : NavigatedViewer;
  return new Kind({
    container,
    keyboard: { bind: editable },
    moddleExtensions: { bihuan },
    bpmnRenderer: { defaultFillColor: "var(--surface)", defaultStrokeColor: "var(--ink-3)", defaultLabelColor: "var(--ink)" },
    textRenderer: { defaultStyle: { ...font, fontSize: 13, fontWeight: "600" }, externalStyle: { ...font, fontSize: 12, fontWeight: "400" } },
    minimap: { open: true },
    additionalModules: [own, minimap, ...(editable ? [padModule, laneModule, { __init__: ["studioSizes"], studioSizes: ["type", StudioSizes] }] : [])],
  }) as Editor;
}
