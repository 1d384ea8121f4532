// The melody's course over the piano roll: voiced runs on a regular grid, the surer the stronger.

import { api } from "../api.js";
import { before } from "../search.js";

const LEAP = 1.5; // semitones from one frame drawn to the next: a new note, not a glide

export class Melody {
  constructor({ step, runs }) {
    this.step = step / 1000;
    this.start = Float64Array.from(runs, ([time]) => time / 1000);
    this.sure = Float64Array.from(runs, ([, percent]) => percent / 100);
    this.pitch = runs.map(([, , ...steps]) => {
      let sum = 0;
      return Float32Array.from(steps, (cents) => (sum += cents) / 100);
    });
  }

  static async load(id) { return new Melody(await api.get(`/api/pieces/${id}/pitch`)); }

  get empty() { return this.start.length === 0; }

  /** The lowest and highest pitch but for outliers. */
  get range() {
    const some = this.pitch.flatMap((run) => [run[0], run[run.length >> 1]]).sort((a, b) => a - b);
    return [some[Math.floor(some.length * 0.01)], some[Math.floor(some.length * 0.99)]];
  }

  /** {pitch, sure} at a time; null where nobody sings. */
  at(time) {
    const run = before(this.start, time);
    const pitch = run < 0 ? undefined : this.pitch[run][Math.round((time - this.start[run]) / this.step)];
    return pitch === undefined ? null : { pitch, sure: this.sure[run] };
  }

  draw(pen, start, end, x, y, palette, scale) {
    const stride = Math.max(1, Math.floor(0.7 / (this.step * scale))), strokes = new Map(); // one path for each tenth of confidence
    let last = -9;
    for (let r = Math.max(0, before(this.start, start)); r < this.start.length && this.start[r] < end; r++) {
      const run = this.pitch[r], right = x(this.start[r] + run.length * this.step);
      if (right - last < 1) continue; // nothing new at this zoom
      last = right;
      const level = Math.round(this.sure[r] * 10);
      if (!strokes.has(level)) strokes.set(level, new Path2D());
      this.#trace(strokes.get(level), r, start, end, stride, x, y);
    }
    pen.lineJoin = pen.lineCap = "round";
    for (const [colour, width, most] of [[palette.paper, 4.5, 0.7], [palette.melody, 2, 1]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width * palette.unit;
      for (const [level, path] of strokes) {
        pen.globalAlpha = most * (0.35 + 0.065 * level);
        pen.stroke(path);
      }
    }
    pen.globalAlpha = 1;
  }

  #trace(path, r, start, end, stride, x, y) {
    const run = this.pitch[r], { step } = this;
    const from = Math.max(0, Math.floor((start - this.start[r]) / step) - stride);
    const to = Math.min(run.length, Math.ceil((end - this.start[r]) / step) + stride);
    for (let i = from - (from % stride); i < to; i += stride) {
      const across = x(this.start[r] + i * step), up = y(run[i]);
      if (i <= from || Math.abs(run[i] - run[i - stride]) > LEAP) path.moveTo(across - 0.5, up);
      path.lineTo(across, up);
    }
  }
}
