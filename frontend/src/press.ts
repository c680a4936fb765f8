// A press that began on something ends on it: what would be drawn anew in between is drawn afterwards.

/**
 * Leaving a field hands its value in, and that draws its surroundings anew. Where the field was left by pressing a button
 * there, the button would be another one by the time it is let go, and the browser would know of no click.
 */
export class Press {
  private down = false;
  private missed = false;

  constructor(home: () => Element | null, draw: () => void) {
    document.addEventListener("pointerdown", (event) => {
      this.down = event.target instanceof Node && Boolean(home()?.contains(event.target));
    }, true);
    const over = (): void => {
      if (!this.down) return;
      this.down = false;
      // The click comes with the same event, and is answered first.
      if (this.missed) window.setTimeout(draw);
      this.missed = false;
    };
    for (const name of ["pointerup", "pointercancel", "keydown"]) document.addEventListener(name, over, true);
    // The list of a select keeps the release to itself: its choice ends the press as well.
    document.addEventListener("change", (event) => event.target instanceof HTMLSelectElement && over(), true);
  }

  /** Whether to wait; then it will be drawn when the press is over. */
  holds(): boolean {
    this.missed ||= this.down;
    return this.down;
  }
}
