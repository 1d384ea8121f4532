// The ruler: times of the clock above, numbers of bars below, the loop as a band. Dragging along it chooses a stretch.

import { before } from "../search.js";
import { Lane } from "./lane.js";

const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600];

export class AxisLane extends Lane {
  static key = "axis";
  static title = "Bar";
  static height = 40;

  get tall() { return (this.timeline.beats.bars.length ? 40 : 22) * this.palette.unit; }

  draw(pen) {
    const { palette, view } = this, { unit } = palette;
    this.drawLoop(pen);
    pen.font = palette.sans(11);
    const step = STEPS.find((one) => one * view.scale >= 76 * unit) ?? 7200;
    for (let k = Math.floor(view.start / step); k * step <= view.end; k++) {
      const x = Math.round(view.x(k * step));
      pen.fillStyle = palette.bar;
      pen.fillRect(x, 0, 1, 8 * unit);
      pen.fillStyle = palette.soft;
      pen.fillText(moment(k * step, step < 1), x + 4 * unit, 8 * unit);
    }
    this.drawBars(pen);
  }

  drawBars(pen) {
    const { palette, view } = this, { bars } = this.timeline.beats, { unit } = palette;
    if (!bars.length) return;
    const every = this.timeline.barsTo(34 * unit), ticks = this.timeline.barsTo(10 * unit), now = this.timeline.barNow;
    pen.font = palette.sans(12, "600");
    for (let k = Math.max(0, before(bars, view.start) - every); k < bars.length && bars[k] <= view.end; k++) {
      const x = Math.round(view.x(bars[k]));
      pen.fillStyle = palette.bar;
      if (k % ticks === 0) pen.fillRect(x, this.height - 16 * unit, 1, 16 * unit);
      if (k % every) continue;
      pen.fillStyle = k === now ? palette.red : palette.ink;
      pen.fillText(String(k + 1), x + 4 * unit, this.height - 9 * unit);
    }
  }

  drawLoop(pen) {
    const { palette, view } = this, { loop } = this.timeline.player;
    if (!loop) return;
    const left = view.x(loop.start), right = view.x(loop.end), { unit } = palette;
    pen.fillStyle = palette.blue;
    pen.globalAlpha = 0.2;
    pen.fillRect(left, 0, right - left, this.height);
    pen.globalAlpha = 1;
    for (const [x, away] of [[left, 1], [right - 4 * unit, -1]]) {
      pen.fillRect(x, 0, 4 * unit, this.height);
      for (const y of [0.35, 0.65]) pen.fillRect(x + (away > 0 ? 6 : -5) * unit, this.height * y - 1.5 * unit, 3 * unit, 3 * unit);
    }
  }
}

/** 1:07, or 1:07.3 with tenths. */
export function moment(time, tenths = false) {
  const all = Math.round(time * 10) / 10, hours = Math.floor(all / 3600), minutes = Math.floor(all / 60) % 60;
  const rest = all % 60, two = (n) => String(Math.floor(n)).padStart(2, "0");
  const text = hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
  return tenths ? `${text}.${Math.round(all * 10) % 10}` : text;
}
