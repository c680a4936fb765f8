// Attached pictures at full size over the page: arrows go to the neighbours, Escape or a click beside it closes.
import { all, data, on, one } from "./dom";

function group(link: Element): HTMLAnchorElement[] {
  return all<HTMLAnchorElement>("a[data-picture]", link.closest(".files") ?? document);
}

function show(box: HTMLDialogElement, link: HTMLAnchorElement): void {
  const picture = one<HTMLImageElement>("[data-picture-large]", box);
  const name = one("[data-picture-name]", box);
  const file = one<HTMLAnchorElement>("[data-picture-file]", box);
  if (!picture || !name || !file) return;
  picture.src = link.href;
  picture.alt = link.title;
  name.textContent = link.title;
  file.href = link.href;
  file.download = link.title;
  const several = group(link).length > 1;
  for (const button of all<HTMLElement>("[data-picture-go]", box)) button.hidden = !several;
  current = link;
}

let current: HTMLAnchorElement | null = null;

function go(box: HTMLDialogElement, step: number): void {
  if (!current) return;
  const links = group(current);
  const next = links[(links.indexOf(current) + step + links.length) % links.length];
  if (next) show(box, next);
}

export function startPictures(): void {
  const box = (): HTMLDialogElement | null => one<HTMLDialogElement>("#picture");
  on("click", "a[data-picture]", (link, event) => {
    const dialog = box();
    if (!dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(dialog, link as HTMLAnchorElement);
    if (!dialog.open) dialog.showModal();
  });
  on("click", "[data-picture-go]", (button) => {
    const dialog = box();
    if (dialog) go(dialog, data(button, "picture-go") === "next" ? 1 : -1);
  });
  document.addEventListener("keydown", (event) => {
    const dialog = box();
    if (!dialog?.open || (event.key !== "ArrowRight" && event.key !== "ArrowLeft")) return;
    event.preventDefault();
    go(dialog, event.key === "ArrowRight" ? 1 : -1);
  });
  // Of a picture that is broken or too large there is no small one: its name stays.
  document.addEventListener(
    "error",
    (event) => {
      const image = event.target;
      if (image instanceof HTMLImageElement && image.closest("a[data-picture]")) image.remove();
    },
    true,
  );
}
