// What all lanes share: a row with a name, a canvas and a list for the keyboard, painted when something has changed.

import { h } from "../dom.js";

export class Lane {
  static key = ""; // the lane's name
  static title = "";
  static field = null; // what its corrections are kept under; null: nothing to correct
  static height = 30; // px at the usual size of letters

  constructor(timeline) {
    Object.assign(this, { timeline, model: timeline.model, view: timeline.view, palette: timeline.palette });
    this.name = this.constructor.key;
    this.title = this.constructor.title;
    this.field = this.constructor.field;
    this.hidden = false;
    this.tiles = null; // Tiles, where it is drawn in them
    this.stale = true;
    this.canvas = h("canvas", { "aria-hidden": "true" });
    this.pen = this.canvas.getContext("2d");
    this.mark = h("button", { class: "put-back", type: "button", hidden: true, onclick: () => timeline.putBack(this) });
    this.head = h("div", { class: "lane-head" }, h("span", { class: "lane-name" }, this.title), this.mark);
    this.body = h("div", { class: "lane-body" }, this.canvas);
    this.element = h("div", { class: `lane lane-${this.name}`, dataset: { lane: this.name } }, this.head, this.body);
  }

  /** Whether the piece has anything for it. */
  get present() { return true; }
  get tall() { return this.constructor.height * this.palette.unit; }
  /** Its entries, for the keyboard; 0 where it has none. */
  get count() { return 0; }

  layout(dots) {
    this.element.hidden = this.hidden || !this.present;
    this.height = Math.round(this.tall);
    this.dots = dots;
    this.canvas.width = Math.max(1, Math.round(this.view.width * dots));
    this.canvas.height = Math.max(1, Math.round(this.height * dots));
    this.canvas.style.height = `${this.height}px`;
    this.body.style.height = `${this.height}px`;
    this.changed();
  }

  /** Something that it shows has changed. */
  changed() {
    this.tiles?.clear();
    this.stale = true;
    this.tell();
  }

  tell() {
    const corrected = this.field !== null && this.model.corrected(this.field);
    this.element.classList.toggle("corrected", corrected);
    if (this.mark.hidden !== !corrected) {
      this.mark.hidden = !corrected;
      this.mark.textContent = "corrected";
      this.mark.title = `${this.title}: corrected by you. Press to put the estimate back`;
      this.mark.setAttribute("aria-label", `${this.title} corrected; put the estimate back`);
    }
  }

  paint() {
    if (!this.stale || this.element.hidden) return;
    this.stale = false;
    const { pen, dots } = this;
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    pen.globalAlpha = 1;
    pen.clearRect(0, 0, this.view.width, this.height);
    pen.textBaseline = "middle";
    pen.textAlign = "left";
    this.draw(pen);
  }

  draw() {}

  /** What lies under a point: {index, part}, where part is "start", "end" or "body"; null: nothing. */
  hit() { return null; }
  /** In words what an entry is. */
  describe() { return ""; }
  /** [start, end] of an entry, in seconds. */
  extent() { return [0, 0]; }
  /** What can be done with the entry that is chosen: [{key, label, run, short, repeat}]. */
  actions() { return []; }
  /** A drag of what was hit: {move(time, y, free), end(), cancel()}; null: it cannot be dragged. */
  grab() { return null; }

  /** The entry at a time, or the last before it. */
  at() { return -1; }

  get chosen() { return this.timeline.chosen?.lane === this ? this.timeline.chosen.index : -1; }

  /** Beats and bars as quiet lines behind what follows. */
  grid(pen, top = 0, height = this.height) {
    this.timeline.beatLines((x, bar) => {
      pen.fillStyle = bar ? this.palette.beat : this.palette.rule;
      pen.fillRect(Math.round(x), top, 1, height);
    });
  }

  /** Text where there is room for it; whether there was. */
  words(pen, text, left, right, middle, colour = this.palette.ink) {
    if (left + pen.measureText(text).width > right - 2) return false;
    pen.fillStyle = colour;
    pen.fillText(text, left, middle);
    return true;
  }

  /** A name at the left edge, over what is drawn there. */
  edgeName(pen, text, middle) {
    const { palette, palette: { unit } } = this;
    pen.font = palette.sans(10.5);
    pen.globalAlpha = 0.8;
    pen.fillStyle = palette.paper;
    pen.fillRect(0, middle - 6 * unit, pen.measureText(text).width + 5 * unit, 12 * unit);
    pen.globalAlpha = 1;
    pen.fillStyle = palette.soft;
    pen.fillText(text, 2 * unit, middle);
  }

  /** What can be done in a lane that is empty. */
  invite(pen, noun) {
    pen.font = this.palette.sans(12);
    this.words(pen, `No ${noun} yet: double-click, or N in this lane, adds one`, 8 * this.palette.unit, this.view.width, this.height / 2, this.palette.soft);
  }

  /** The frame round the entry that is chosen. */
  frame(pen, left, right, top = 1, bottom = this.height - 1) {
    pen.globalAlpha = 1;
    pen.strokeStyle = this.palette.blue;
    pen.lineWidth = 2;
    pen.strokeRect(Math.max(-4, left) + 1, top, Math.max(3, Math.min(this.view.width + 4, right) - Math.max(-4, left) - 2), bottom - top);
  }
}
