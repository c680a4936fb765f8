// New things while nobody looks: the number in the tab's title, and a short flash.
let plain = document.title;
let waiting = 0;
let timer = 0;

function show(): void {
  document.title = waiting ? `(${waiting}) ${plain}` : plain;
}

export function somethingNew(): void {
  if (!document.hidden) return;
  if (!waiting) plain = document.title;
  waiting += 1;
  show();
  if (timer) return;
  let beats = 6;
  timer = window.setInterval(() => {
    beats -= 1;
    document.title = beats % 2 ? `● ${plain}` : `(${waiting}) ${plain}`;
    if (beats <= 0) {
      window.clearInterval(timer);
      timer = 0;
      show();
    }
  }, 900);
}

export function startTitle(): void {
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !waiting) return;
    waiting = 0;
    window.clearInterval(timer);
    timer = 0;
    show();
  });
}
