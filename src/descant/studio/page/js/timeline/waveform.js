// The sound's outline: lows and highs a column, halved and halved again so that any zoom reads about two columns a pixel.

import { api } from "../api.js";
import { Lane } from "./lane.js";
import { Tiles } from "./tiles.js";

export class Outline {
  constructor(values, perSecond) {
    this.step = 1 / perSecond;
    this.levels = [values];
    while (this.levels.at(-1).length > 2048) {
      const fine = this.levels.at(-1), coarse = new Int8Array(Math.ceil(fine.length / 4) * 2);
      for (let i = 0; i < coarse.length; i += 2) {
        coarse[i] = Math.min(fine[2 * i], fine[2 * i + 2] ?? 0);
        coarse[i + 1] = Math.max(fine[2 * i + 1], fine[2 * i + 3] ?? 0);
      }
      this.levels.push(coarse);
    }
    this.peak = this.levels.at(-1).reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  }

  static async load(id) {
    const answer = await api.fetch(`/api/pieces/${id}/waveform`);
    const perSecond = Number(answer.headers.get("X-Columns-Per-Second"));
    return new Outline(new Int8Array(await answer.arrayBuffer()), perSecond);
  }

  /** The extremes between two times, as shares of the loudest. */
  extremes(from, to) {
    const depth = Math.max(0, Math.min(this.levels.length - 1, Math.floor(Math.log2((to - from) / this.step))));
    const level = this.levels[depth], width = this.step * 2 ** depth, last = Math.min(level.length / 2 - 1, Math.floor(to / width));
    let low = 0, high = 0;
    for (let i = Math.max(0, Math.floor(from / width)); i <= last; i++) {
      if (level[2 * i] < low) low = level[2 * i];
      if (level[2 * i + 1] > high) high = level[2 * i + 1];
    }
    return [low / this.peak, high / this.peak];
  }
}

export class WaveformLane extends Lane {
  static key = "waveform";
  static title = "Sound";
  static height = 64;

  constructor(timeline) {
    super(timeline);
    this.tiles = new Tiles((...given) => this.drawTile(...given));
  }

  get present() { return this.model.about.has?.audio !== false; }

  draw(pen) {
    this.grid(pen);
    if (this.timeline.outline) this.tiles.paint(pen, this.view, this.height, this.dots);
  }

  prepare() { if (this.timeline.outline) this.tiles.prepare(this.view); }

  drawTile(pen, start, end, x, width) {
    const middle = this.height / 2, step = (end - start) / width, { outline } = this.timeline;
    pen.fillStyle = this.palette.wave;
    pen.beginPath();
    for (let px = 0; px < width; px++) {
      const from = start + px * step;
      if (from > this.view.duration) break;
      const [low, high] = outline.extremes(from, from + step);
      pen.rect(px, middle - high * (middle - 1), 1, Math.max(1, (high - low) * (middle - 1)));
    }
    pen.fill();
  }
}
