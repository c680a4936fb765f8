// Words of a limit count down while the page is open: 剩 38 分. The server's figures are seconds of working time;
// it sends them anew every few minutes, so a clock that was not renewed for long stands still rather than guesses.
import { all, one } from "./dom";
import { fill } from "./dom";

interface Words {
  left: string;
  over: string;
  under: string;
  minutes: string;
  hours: string;
  hoursMinutes: string;
  days: string;
  daysHours: string;
}

const HOUR = 3600;
const STANDS_AFTER = 900;

export function duration(words: Words, seconds: number, day: number): string {
  const whole = Math.floor(Math.abs(seconds));
  if (whole < 60) return words.under;
  if (whole < Math.min(HOUR, day)) return fill(words.minutes, { m: Math.floor(whole / 60) });
  if (whole < day) {
    const minutes = Math.floor(whole / 60);
    const rest = minutes % 60;
    const values = { h: Math.floor(minutes / 60), m: String(rest).padStart(2, "0") };
    return fill(rest ? words.hoursMinutes : words.hours, values);
  }
  const days = Math.floor(whole / day);
  const rest = whole % day;
  return days < 10 && rest >= HOUR ? fill(words.daysHours, { d: days, h: Math.floor(rest / HOUR) }) : fill(words.days, { d: days });
}

function tick(words: Words, now: number): void {
  for (const chip of all("[data-left]")) {
    const since = Number(chip.dataset["since"] ?? (chip.dataset["since"] = String(now)));
    const passed = (now - since) / 1000;
    const label = one("[data-words]", chip);
    if (!label || passed > STANDS_AFTER) continue;
    const left = Number(chip.dataset["left"]) - passed;
    label.textContent = fill(left >= 0 ? words.left : words.over, { t: duration(words, left, Number(chip.dataset["day"]) || 28_800) });
    if (left < 0 && !chip.classList.contains("breach")) {
      chip.classList.remove("ok", "warn");
      chip.classList.add("breach");
    }
  }
}

export function startClocks(): void {
  const holder = one("#clock-words");
  if (!holder?.textContent) return;
  const words = JSON.parse(holder.textContent) as Words;
  tick(words, Date.now());
  window.setInterval(() => tick(words, Date.now()), 10_000);
}
