// A choice within a choice: one list of paths ("浙江 / 杭州") becomes a list for each level. The list itself keeps the value.
import { all, data, fill } from "../dom";

interface Branch {
  text: string;
  leaf: string;
  below: Map<string, Branch>;
}

function tree(select: HTMLSelectElement): Branch {
  const root: Branch = { text: "", leaf: "", below: new Map() };
  for (const option of select.options) {
    if (!option.value) continue;
    const keys = option.value.split("/");
    const texts = option.text.split(" / ");
    let at = root;
    keys.forEach((key, level) => {
      const next = at.below.get(key) ?? { text: texts.length === keys.length ? (texts[level] ?? key) : key, leaf: "", below: new Map() };
      at.below.set(key, next);
      at = next;
    });
    at.leaf = option.value;
    if (texts.length !== keys.length) at.text = option.text;
  }
  return root;
}

function level(source: HTMLSelectElement, branch: Branch, number: number, chosen: string): HTMLSelectElement {
  const select = document.createElement("select");
  select.className = source.className;
  const label = source.labels?.[0]?.textContent?.trim() || source.getAttribute("aria-label") || "";
  select.setAttribute("aria-label", `${label} ${fill(data(source, "say-level"), { n: number + 1 })}`);
  select.append(new Option(source.options[0]?.text ?? "", ""));
  for (const [key, next] of branch.below) select.append(new Option(next.text, key));
  select.value = chosen;
  return select;
}

function show(home: HTMLElement, source: HTMLSelectElement, root: Branch, path: string[]): void {
  const levels: HTMLSelectElement[] = [];
  let at: Branch | undefined = root;
  for (let number = 0; at && at.below.size; number += 1) {
    const key: string = path[number] ?? "";
    levels.push(level(source, at, number, key));
    at = key ? at.below.get(key) : undefined;
  }
  home.replaceChildren(...levels);
}

function enhance(source: HTMLSelectElement): void {
  const root = tree(source);
  const home = document.createElement("div");
  home.className = "cascade";
  source.after(home);
  source.hidden = true;
  show(home, source, root, source.value ? source.value.split("/") : []);
  home.addEventListener("change", (event) => {
    event.stopPropagation();
    const levels = [...home.children] as HTMLSelectElement[];
    const changed = levels.indexOf(event.target as HTMLSelectElement);
    const path = levels.slice(0, changed + 1).map((one) => one.value);
    const end = path.indexOf("");
    const kept = end < 0 ? path : path.slice(0, end);
    show(home, source, root, kept);
    source.value = kept.reduce<Branch | undefined>((at, key) => at?.below.get(key), root)?.leaf ?? "";
    source.dispatchEvent(new Event("input", { bubbles: true }));
    source.dispatchEvent(new Event("change", { bubbles: true }));
    (home.children[Math.min(changed, home.children.length - 1)] as HTMLElement | undefined)?.focus();
  });
}

export function prepareCascades(root: ParentNode = document): void {
  for (const select of all<HTMLSelectElement>("select[data-cascade]:not([hidden])", root)) enhance(select);
}
