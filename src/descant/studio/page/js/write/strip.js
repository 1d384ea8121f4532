// A small piano roll: where notes are, which of them are new, and the bars that are selected. Drag over it to select.

import { h } from "../dom.js";
import { theme } from "../theme.js";
import { Palette } from "../timeline/palette.js";

const FAR = 4; // pixels that a press may move and still be a click

export class Strip {
  // select(start, end) and go(time), in seconds; without them it is a picture.
  constructor(host, { label, height = 84, select = null, go = null }) {
    Object.assign(this, { select, go, height, notes: [], fresh: new Set(), bars: [], start: 0, end: 1, chosen: null, now: -1 });
    this.canvas = h("canvas", { class: select ? "strip choosable" : "strip", role: "img", "aria-label": label });
    host.append(this.canvas);
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.canvas);
    this.palette = new Palette();
    this.redraw = () => { this.palette.read(); this.draw(); };
    theme.addEventListener("change", this.redraw);
    if (select) this.#point();
  }

  // notes: rows; fresh: the set of those that are new; bars: times of bar lines; start, end: what is shown.
  show({ notes, fresh = new Set(), bars = [], start = 0, end = 1 }) {
    Object.assign(this, { notes, fresh, bars, start, end: Math.max(end, start + 0.01) });
    this.draw();
  }

  choose(chosen) { this.chosen = chosen; this.draw(); }

  at(time) {
    const x = Math.round(this.#x(time));
    if (x === this.now) return;
    this.now = x;
    this.draw();
  }

  close() {
    this.watch.disconnect();
    theme.removeEventListener("change", this.redraw);
    this.canvas.remove();
  }

  draw() {
    const width = this.canvas.clientWidth, { height } = this;
    if (!width) return;
    const scale = devicePixelRatio || 1, context = this.canvas.getContext("2d");
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    context.scale(scale, scale);
    const fill = (name) => { context.fillStyle = this.palette[name]; };
    fill("stripe");
    context.fillRect(0, 0, width, height);
    fill("rule");
    for (const time of this.bars) context.fillRect(Math.round(this.#x(time)), 0, 1, height);
    if (this.chosen) {
      fill("blue");
      context.globalAlpha = 0.17;
      const left = this.#x(this.chosen.start);
      context.fillRect(left, 0, this.#x(this.chosen.end) - left, height);
      context.globalAlpha = 1;
    }
    const inside = this.notes.filter((note) => note.offset > this.start && note.onset < this.end && !note.drum);
    const pitches = inside.map((note) => note.pitch), low = Math.min(...pitches, 60), high = Math.max(...pitches, 60);
    const step = (height - 10) / Math.max(12, high - low + 1);
    for (const note of inside) {
      const left = this.#x(note.onset), wide = Math.max(1.5, this.#x(note.offset) - left - 1);
      fill(this.fresh.has(note) ? "blue" : "wave");
      context.fillRect(left, height - 5 - (note.pitch - low + 1) * step, wide, Math.max(2.5, step - 0.6));
    }
    if (this.now >= 0 && this.now <= width) { fill("red"); context.fillRect(this.now, 0, 2, height); }
  }

  #x(time) { return (time - this.start) / (this.end - this.start) * this.canvas.clientWidth; }

  #time(event) {
    const box = this.canvas.getBoundingClientRect();
    return this.start + Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * (this.end - this.start);
  }

  #point() {
    let from = null;
    this.canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      from = { time: this.#time(event), x: event.clientX, drawn: false };
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (!from || Math.abs(event.clientX - from.x) < FAR) return;
      from.drawn = true;
      const time = this.#time(event);
      this.select(Math.min(from.time, time), Math.max(from.time, time));
    });
    this.canvas.addEventListener("pointerup", (event) => {
      if (from && !from.drawn) this.go(this.#time(event));
      from = null;
    });
    this.canvas.addEventListener("pointercancel", () => { from = null; });
  }
}
