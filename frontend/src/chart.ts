// A chart's picture: it opens as wide as its frame, can be made larger and smaller, and is moved by dragging.
import { all, on, one } from "./dom";

const STEP = 1.25;
const LEAST = 0.2;
const MOST = 2.5;
const scales = new WeakMap<Element, number>();

function picture(frame: Element): SVGSVGElement | null {
  return frame.querySelector("svg");
}

/** Draws the picture at `scale` of its own size; what was in the middle of the frame stays there. */
function show(frame: HTMLElement, scale: number): void {
  const svg = picture(frame);
  if (!svg) return;
  const box = svg.viewBox.baseVal;
  const before = scales.get(frame) ?? scale;
  const middle = [frame.scrollLeft + frame.clientWidth / 2, frame.scrollTop + frame.clientHeight / 2] as const;
  const next = Math.min(MOST, Math.max(LEAST, scale));
  scales.set(frame, next);
  svg.setAttribute("width", String(box.width * next));
  svg.setAttribute("height", String(box.height * next));
  frame.scrollTo(
    (middle[0] * next) / before - frame.clientWidth / 2,
    (middle[1] * next) / before - frame.clientHeight / 2,
  );
}

function fit(frame: HTMLElement): void {
  const svg = picture(frame);
  if (svg) show(frame, Math.min(1, (frame.clientWidth - 32) / svg.viewBox.baseVal.width));
}

/** On a phone the whole chart would be unreadable: there it opens at its own size, where the issue stands. */
function open(frame: HTMLElement): void {
  if (frame.clientWidth < 600) show(frame, 0.7);
  else fit(frame);
  one("[data-now]", frame)?.scrollIntoView({ block: "center", inline: "center" });
}

function drag(frame: HTMLElement): void {
  let from: [number, number] | null = null;
  frame.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0) from = [event.clientX, event.clientY];
  });
  frame.addEventListener("pointermove", (event) => {
    if (!from) return;
    frame.scrollBy(from[0] - event.clientX, from[1] - event.clientY);
    from = [event.clientX, event.clientY];
  });
  for (const end of ["pointerup", "pointerleave"]) frame.addEventListener(end, () => (from = null));
  frame.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      show(frame, (scales.get(frame) ?? 1) * (event.deltaY < 0 ? STEP : 1 / STEP));
    },
    { passive: false },
  );
}

const known = new WeakSet<HTMLElement>();

function frames(): void {
  for (const frame of all<HTMLElement>(".chart-view")) {
    if (known.has(frame)) continue;
    known.add(frame);
    open(frame);
    drag(frame);
  }
}

export function startCharts(): void {
  frames();
  document.addEventListener("htmx:after:swap", frames);
  on("click", "[data-chart-zoom]", (button) => {
    const frame = one<HTMLElement>(".chart-view", button.closest(".panel") ?? document.body);
    if (!frame) return;
    const way = button.getAttribute("data-chart-zoom");
    if (way === "fit") fit(frame);
    else show(frame, way === "own" ? 1 : (scales.get(frame) ?? 1) * (way === "in" ? STEP : 1 / STEP));
  });
}
