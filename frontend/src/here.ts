// Who else has this issue open, and who is writing: told by the server's line of events, shown in the head. Advice only.
import { data, fill, one } from "./dom";

interface Person {
  name: string;
  tone: string;
  initial: string;
  typing: boolean;
}

const MOST = 4;

function avatar(person: Person): HTMLElement {
  const mark = document.createElement("span");
  mark.className = `avatar ${person.tone}${person.typing ? " typing" : ""}`;
  mark.textContent = person.initial;
  mark.title = person.name;
  mark.setAttribute("aria-hidden", "true");
  return mark;
}

export function showHere(said: string): void {
  const { issue, people } = JSON.parse(said) as { issue: number; people: Person[] };
  const home = one(`[data-here="${Number(issue)}"]`);
  if (!home) return;
  const typing = people.filter((person) => person.typing);
  const named = typing.length ? typing : people;
  const words = document.createElement("span");
  words.className = "sr";
  words.textContent = people.length ? fill(data(home, typing.length ? "here-typing" : "here-open"), { names: named.slice(0, MOST).map((person) => person.name).join("、") }) : "";
  const line = one("[data-here-line]");
  if (line) {
    line.hidden = !typing.length;
    line.textContent = typing.length ? words.textContent : "";
  }
  home.hidden = !people.length;
  home.title = words.textContent;
  home.replaceChildren(...[...typing, ...people.filter((person) => !person.typing)].slice(0, MOST).map(avatar), words);
}
