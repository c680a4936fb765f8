// Signatures: drawn with pen, finger or mouse, or made of the typed name; either way a picture that goes up as a file.
import { all, data, on, one } from "../dom";

type Send = (home: HTMLElement, file: File) => void;
const WIDTH = 3;

interface Pad {
  drawn: boolean;
  last: [number, number] | null;
}
const pads = new WeakMap<HTMLCanvasElement, Pad>();

function padOf(canvas: HTMLCanvasElement): Pad {
  const found = pads.get(canvas) ?? { drawn: false, last: null };
  pads.set(canvas, found);
  return found;
}

function ink(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  const pen = canvas.getContext("2d");
  if (pen) {
    // Paper and ink of the token file that are the same in both themes: what is signed is printed.
    const style = getComputedStyle(document.documentElement);
    pen.strokeStyle = pen.fillStyle = style.getPropertyValue("--sheet-ink").trim();
    pen.lineWidth = WIDTH;
    pen.lineCap = pen.lineJoin = "round";
  }
  return pen;
}

function place(canvas: HTMLCanvasElement, event: PointerEvent): [number, number] {
  const box = canvas.getBoundingClientRect();
  return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
}

function renew(region: HTMLElement): void {
  const canvas = one<HTMLCanvasElement>("[data-sign-pad]", region);
  const name = one<HTMLInputElement>("[data-sign-name]", region);
  const done = one<HTMLButtonElement>("[data-sign-done]", region);
  if (canvas && name && done) done.disabled = !padOf(canvas).drawn && !name.value.trim();
}

function clear(region: HTMLElement): void {
  const canvas = one<HTMLCanvasElement>("[data-sign-pad]", region);
  const name = one<HTMLInputElement>("[data-sign-name]", region);
  if (!canvas || !name) return;
  canvas.getContext("2d")?.clearRect(0, 0, canvas.width, canvas.height);
  padOf(canvas).drawn = false;
  name.value = "";
  renew(region);
}

function write(canvas: HTMLCanvasElement, name: string): void {
  const pen = ink(canvas);
  if (!pen) return;
  const font = getComputedStyle(document.body).fontFamily;
  let size = 96;
  do {
    pen.font = `${size}px ${font}`;
    size -= 8;
  } while (size > 16 && pen.measureText(name).width > canvas.width - 48);
  pen.textBaseline = "middle";
  pen.fillText(name, 24, canvas.height / 2, canvas.width - 48);
}

function finish(region: HTMLElement, send: Send): void {
  const canvas = one<HTMLCanvasElement>("[data-sign-pad]", region);
  const home = one("[data-files]", region.closest("[data-field]") ?? document);
  const name = one<HTMLInputElement>("[data-sign-name]", region)?.value.trim() ?? "";
  if (!canvas || !home) return;
  if (!padOf(canvas).drawn) write(canvas, name);
  const pen = canvas.getContext("2d");
  if (pen) {
    pen.globalCompositeOperation = "destination-over";
    pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--sheet").trim();
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.globalCompositeOperation = "source-over";
  }
  canvas.toBlob((blob) => {
    if (!blob) return;
    const picture = canvas.toDataURL("image/png");
    const title = [data(region, "say-file"), name.replace(/[\\/:*?"<>|]/g, "")].filter(Boolean).join(" ");
    send(home, new File([blob], `${title}.png`, { type: "image/png" }));
    const image = new Image();
    [image.src, image.alt] = [picture, `${title}.png`];
    one("[data-file-name]", home.lastElementChild ?? home)?.replaceWith(image);
    clear(region);
    region.hidden = true;
  }, "image/png");
}

export function startSigning(send: Send): void {
  document.addEventListener("pointerdown", (event) => {
    const canvas = event.target instanceof Element ? event.target.closest<HTMLCanvasElement>("[data-sign-pad]") : null;
    if (!canvas || event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    padOf(canvas).last = place(canvas, event);
  });
  document.addEventListener("pointermove", (event) => {
    const canvas = event.target instanceof HTMLCanvasElement && event.target.matches("[data-sign-pad]") ? event.target : null;
    const pad = canvas ? padOf(canvas) : null;
    if (!canvas || !pad?.last) return;
    const pen = ink(canvas);
    const here = place(canvas, event);
    pen?.beginPath();
    pen?.moveTo(...pad.last);
    pen?.lineTo(...here);
    pen?.stroke();
    pad.last = here;
    pad.drawn = true;
  });
  for (const type of ["pointerup", "pointercancel"] as const)
    document.addEventListener(type, () => {
      for (const canvas of all<HTMLCanvasElement>("[data-sign-pad]")) padOf(canvas).last = null;
      for (const region of all("[data-sign]")) renew(region);
    });
  on("input", "[data-sign-name]", (input) => renew(input.closest<HTMLElement>("[data-sign]") ?? input));
  on("click", "[data-sign-clear]", (button) => clear(button.closest<HTMLElement>("[data-sign]") ?? button));
  on("click", "[data-sign-done]", (button) => finish(button.closest<HTMLElement>("[data-sign]") ?? button, send));
  on("keydown", "[data-sign-name]", (input, event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    one<HTMLButtonElement>("[data-sign-done]:not(:disabled)", input.closest<HTMLElement>("[data-sign]") ?? document)?.click();
  });
}
