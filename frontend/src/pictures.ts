// Attached pictures at full size over the page: arrows go to the neighbours, Escape or a click beside it closes.
import { all, data, on, one } from "./dom";

interface Shown {
  link: HTMLAnchorElement;
  /** Of a paper: the page that is shown, and how many there are. Of a picture both are 0. */
  page: number;
  pages: number;
}

let shown: Shown | null = null;

function group(link: Element): HTMLAnchorElement[] {
  return all<HTMLAnchorElement>("a[data-picture]", link.closest(".files") ?? document);
}

function show(box: HTMLDialogElement, next: Shown): void {
  const { link, page, pages } = next;
  const picture = one<HTMLImageElement>("[data-picture-large]", box);
  const name = one("[data-picture-name]", box);
  const place = one("[data-picture-page]", box);
  const file = one<HTMLAnchorElement>("[data-picture-file]", box);
  if (!picture || !name || !place || !file) return;
  picture.src = pages ? `${data(link, "pages")}${page}/` : link.href;
  picture.alt = link.title;
  name.textContent = link.title;
  place.textContent = pages > 1 ? `${page} / ${pages}` : "";
  file.href = link.href;
  file.download = link.title;
  const several = pages > 1 || group(link).length > 1;
  for (const button of all<HTMLElement>("[data-picture-go]", box)) button.hidden = !several;
  shown = next;
}

/** A picture, or a paper from its first or last page; a paper that cannot be read is downloaded. */
async function open(box: HTMLDialogElement, link: HTMLAnchorElement, fromEnd = false): Promise<void> {
  let pages = 0;
  if (data(link, "pages")) {
    const answer = await fetch(data(link, "pages"), { credentials: "same-origin", headers: { Accept: "application/json" } }).catch(() => null);
    const said = answer?.ok ? ((await answer.json().catch(() => null)) as { pages?: number } | null) : null;
    pages = said?.pages ?? 0;
    if (!pages) return location.assign(link.href);
  }
  show(box, { link, pages, page: pages && fromEnd ? pages : Math.min(1, pages) });
  if (!box.open) box.showModal();
}

function go(box: HTMLDialogElement, step: 1 | -1): void {
  if (!shown) return;
  const { link, page, pages } = shown;
  if (pages && page + step >= 1 && page + step <= pages) return show(box, { link, pages, page: page + step });
  const links = group(link);
  const next = links[(links.indexOf(link) + step + links.length) % links.length];
  if (next) void open(box, next, step < 0);
}

export function startPictures(): void {
  const box = (): HTMLDialogElement | null => one<HTMLDialogElement>("#picture");
  on("click", "a[data-picture]", (link, event) => {
    const dialog = box();
    if (!dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void open(dialog, link as HTMLAnchorElement);
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
