// Dialogs, drawers and sheets are <dialog>; menus are <details>. This opens, closes and walks through them.
import { all, data, on, one } from "./dom";

export function openDialog(id: string): void {
  const box = document.getElementById(id);
  if (box instanceof HTMLDialogElement && !box.open) box.showModal();
}

function shutMenus(except: Element | null = null): void {
  for (const menu of all<HTMLDetailsElement>("details.menu-box[open]")) if (!menu.contains(except)) menu.open = false;
}

function entries(menu: Element): HTMLElement[] {
  return all(".menu :is(a, button, [role=menuitem])", menu).filter((entry) => entry.offsetParent !== null);
}

function walk(menu: HTMLElement, step: number): void {
  const list = entries(menu);
  const at = list.indexOf(document.activeElement as HTMLElement);
  list[(at + step + list.length) % list.length]?.focus();
}

function menuKeys(menu: HTMLElement, event: KeyboardEvent): void {
  if (!(menu as HTMLDetailsElement).open) return;
  if (event.key === "Escape") {
    (menu as HTMLDetailsElement).open = false;
    one("summary", menu)?.focus();
    event.stopPropagation();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    walk(menu, event.key === "ArrowDown" ? 1 : -1);
  }
}

/** A sheet is pulled down by its grip. */
function grip(button: HTMLElement, event: PointerEvent): void {
  const start = event.clientY;
  const end = (up: PointerEvent): void => {
    if (Math.abs(up.clientY - start) > 40) button.click();
  };
  window.addEventListener("pointerup", end, { once: true });
}

export function startOverlays(): void {
  on("click", "[data-open]", (button, event) => {
    event.preventDefault();
    shutMenus();
    openDialog(data(button, "open"));
  });
  on("click", "[data-print]", () => window.print());
  on("click", "[data-close]", (button) => button.closest("dialog")?.close());
  on("pointerdown", ".grab", grip);
  document.addEventListener("click", (event) => {
    const target = event.target as Element | null;
    // A click on the veil lands on the dialog itself.
    if (target instanceof HTMLDialogElement && target.open && target.id !== "ask") {
      const box = target.getBoundingClientRect();
      const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside) target.close();
    }
    const kept = target?.closest("details.menu-box") ?? null;
    const chosen = target?.closest(".menu :is(a, button)");
    shutMenus(chosen && !chosen.closest(".seg") ? null : kept);
  });
  on("keydown", "details.menu-box", menuKeys);
  document.addEventListener(
    "toggle",
    (event) => {
      const menu = event.target;
      if (!(menu instanceof HTMLDetailsElement) || !menu.open) return;
      const notices = one("[data-notices]", menu);
      if (notices) {
        notices.dispatchEvent(new CustomEvent("live:notices"));
        one("[data-bell-dot]", menu)?.setAttribute("hidden", "");
      }
    },
    true,
  );
}
