// The whole piece in a strip, in its sections' colours, with what the lanes show framed; a slider for hands and keys.

import { h } from "../dom.js";
import { before } from "../search.js";
import { moment } from "./axis.js";

const HEIGHT = 42; // px

export class Overview {
  #strip = null;
  #shown = "";

  constructor(timeline) {
    this.timeline = timeline;
    this.canvas = h("canvas", { "aria-hidden": "true" });
    this.slider = h("input", { type: "range", min: 0, step: "any", value: 0, "aria-label": "Position in the piece" });
    this.slider.max = timeline.model.duration;
    this.slider.addEventListener("input", () => timeline.goTo(Number(this.slider.value)));
    this.element = h("div", { class: "overview" }, this.canvas, this.slider);
  }

  layout(dots) {
    this.width = this.element.clientWidth;
    this.height = HEIGHT * this.timeline.palette.unit;
    this.dots = dots;
    this.canvas.width = Math.max(1, Math.round(this.width * dots));
    this.canvas.height = Math.round(this.height * dots);
    this.element.style.height = `${this.height}px`;
    this.changed();
  }

  changed() {
    this.#strip = null;
    this.#shown = "";
  }

  paint(now) {
    const { view, palette, model } = this.timeline, x = (time) => (time / Math.max(0.001, model.duration)) * this.width;
    const shown = `${Math.round(x(now) * 2)} ${view.start} ${view.scale}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#strip ??= this.#make();
    const pen = this.canvas.getContext("2d");
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.drawImage(this.#strip, 0, 0);
    pen.scale(this.dots, this.dots);
    if (view.span < model.duration - 0.01) {
      const left = x(view.start), right = Math.max(left + 4, x(view.end));
      pen.fillStyle = palette.paper;
      pen.globalAlpha = 0.55;
      pen.fillRect(0, 0, left, this.height);
      pen.fillRect(right, 0, this.width - right, this.height);
      pen.globalAlpha = 1;
      pen.strokeStyle = palette.ink;
      pen.lineWidth = 1.5;
      pen.strokeRect(left + 0.75, 0.75, right - left - 1.5, this.height - 1.5);
    }
    pen.fillStyle = palette.red;
    pen.fillRect(x(now) - 1, 0, 2, this.height);
  }

  /** The slider's value and its words; not in every frame. */
  tell(now) {
    if (!this.slider.matches(":active")) this.slider.value = now;
    const { timeline } = this, words = `${moment(now)}, ${timeline.place(now)}`;
    if (!timeline.player.playing && this.slider.getAttribute("aria-valuetext") !== words) this.slider.setAttribute("aria-valuetext", words);
  }

  #make() {
    const strip = document.createElement("canvas"), { timeline, width, height } = this, { palette, model, outline } = timeline;
    strip.width = this.canvas.width;
    strip.height = this.canvas.height;
    const pen = strip.getContext("2d"), { rows, start, end } = timeline.columns("sections"), { notes } = timeline;
    pen.scale(this.dots, this.dots);
    pen.fillStyle = palette.sheet;
    pen.fillRect(0, 0, width, height);
    const density = outline ? null : densities(notes, model.duration, Math.ceil(width));
    for (let px = 0; px < width; px++) {
      const from = (px / width) * model.duration, to = ((px + 1) / width) * model.duration, at = before(start, from);
      pen.fillStyle = at >= 0 && from < end[at] ? palette[timeline.sectionColours.get(rows[at].label)] : palette.wave;
      const [low, high] = outline ? outline.extremes(from, to) : [-density[px], density[px]], middle = height / 2;
      pen.fillRect(px, middle - high * (middle - 3), 1, Math.max(1, (high - low) * (middle - 3)));
    }
    return strip;
  }
}

// How much is played where, for a piece without a recording.
function densities({ onset, offset }, duration, width) {
  const sums = new Float64Array(width + 1);
  for (let i = 0; i < onset.length; i++) {
    const from = Math.floor((onset[i] / duration) * width), to = Math.min(width, Math.floor((offset[i] / duration) * width));
    for (let px = from; px <= to; px++) sums[px]++;
  }
  const most = Math.max(1, ...sums);
  return sums.map((sum) => sum / most);
}
