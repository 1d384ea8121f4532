// Bars pointed at: a click goes there, a drag or a click with Shift selects. While `choosing` is on, plain clicks select too,
// for who has no Shift key.

const FAR = 6; // pixels that a press may move and still be a click

export class Pointing {
  // barOf(element) -> index or -1; go(bar); select(first, last, done)
  constructor(scroller, { barOf, go, select }) {
    Object.assign(this, { scroller, barOf, go, select, choosing: false, anchor: -1 });
    this.from = null;
    scroller.addEventListener("pointerdown", (event) => this.#down(event));
    scroller.addEventListener("pointermove", (event) => this.#move(event));
    scroller.addEventListener("pointerup", (event) => this.#up(event));
    scroller.addEventListener("pointercancel", () => { this.from = null; });
  }

  #down(event) {
    if (event.button !== 0) return;
    const bar = this.barOf(event.target);
    if (bar < 0) return;
    this.from = { bar, x: event.clientX, y: event.clientY, last: bar, drawn: false };
    if (event.pointerType === "mouse") event.preventDefault(); // no selection of text
    this.scroller.focus({ preventScroll: true });
  }

  #move(event) {
    const { from } = this;
    if (!from || (event.pointerType !== "mouse" && !this.choosing)) return;
    if (!from.drawn && Math.hypot(event.clientX - from.x, event.clientY - from.y) < FAR) return;
    const bar = this.barOf(document.elementFromPoint(event.clientX, event.clientY));
    if (bar < 0 || (bar === from.last && from.drawn)) return;
    if (!from.drawn && bar === from.bar && !this.choosing) return;
    Object.assign(from, { last: bar, drawn: true });
    this.anchor = from.bar;
    this.select(from.bar, bar, false);
  }

  #up(event) {
    const { from } = this;
    this.from = null;
    if (!from) return;
    if (from.drawn) this.select(from.bar, from.last, true);
    else if ((event.shiftKey || this.choosing) && this.anchor >= 0) {
      this.select(this.anchor, from.bar, true);
      if (this.choosing) this.anchor = -1;
    } else if (event.shiftKey || this.choosing) {
      this.anchor = from.bar;
      this.select(from.bar, from.bar, true);
    } else {
      this.anchor = from.bar;
      this.go(from.bar);
    }
  }
}
