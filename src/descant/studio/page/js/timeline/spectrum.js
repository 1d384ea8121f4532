// What sounds at which pitch and when, in tiles from the server: bytes [frame][bin], drawn as shades of the ink.

import { api } from "../api.js";

const KEPT = 80; // tiles
const LONGEST = 1800; // seconds in sight at once; beyond, one would fetch everything for a grey haze
const SHADE = Uint8ClampedArray.from({ length: 256 }, (_, value) => 140 * (value / 255) ** 2.1);

/** Event 'tile' (detail: {start, end} in seconds) when more can be drawn. */
export class Spectrum extends EventTarget {
  #tiles = new Map(); // number -> {bytes, canvas}, "asked" or "gone"

  constructor(id, about) {
    super();
    Object.assign(this, about, { id });
    this.seconds = about.tile_frames / about.frames_per_second;
    this.last = Math.ceil(about.frames / about.tile_frames) - 1;
  }

  static async load(id) { return new Spectrum(id, await api.get(`/api/pieces/${id}/spectrum`)); }

  /** Colours have changed. */
  repaint() { for (const tile of this.#tiles.values()) if (tile.bytes) tile.canvas = null; }

  /** Draw [start, end] where x(time) and y(pitch) tell the place; what is not there yet is asked for. */
  draw(pen, start, end, x, y, ink, span) {
    if (span > LONGEST) return;
    for (let at = Math.max(0, Math.floor(start / this.seconds)); at <= Math.min(this.last, Math.floor(end / this.seconds)); at++) {
      const tile = this.#tile(at);
      if (!tile) continue;
      tile.canvas ??= this.#paint(tile.bytes, ink);
      const wide = tile.canvas.width / this.frames_per_second, low = this.lowest_midi - 0.5 / this.bins_per_semitone;
      const top = y(low + this.bins / this.bins_per_semitone), left = x(at * this.seconds);
      pen.drawImage(tile.canvas, left, top, x(at * this.seconds + wide) - left, y(low) - top);
    }
  }

  #tile(at) {
    const tile = this.#tiles.get(at);
    if (tile?.bytes) {
      this.#tiles.delete(at);
      this.#tiles.set(at, tile);
      return tile;
    }
    if (!tile) this.#ask(at);
    return null;
  }

  async #ask(at) {
    this.#tiles.set(at, "asked");
    try {
      this.#tiles.set(at, { bytes: new Uint8Array(await api.bytes(`/api/pieces/${this.id}/spectrum/${at}`)), canvas: null });
      this.dispatchEvent(new CustomEvent("tile", { detail: { start: at * this.seconds, end: (at + 1) * this.seconds } }));
    } catch {
      this.#tiles.set(at, "gone"); // the notes are drawn all the same
    }
    for (const old of this.#tiles.keys()) {
      if (this.#tiles.size <= KEPT) break;
      this.#tiles.delete(old);
    }
  }

  #paint(bytes, ink) {
    const { bins } = this, frames = Math.max(1, Math.floor(bytes.length / bins)), canvas = document.createElement("canvas");
    canvas.width = frames;
    canvas.height = bins;
    const pen = canvas.getContext("2d"), image = pen.createImageData(frames, bins), [red, green, blue] = ink.match(/[\d.]+/g).map(Number);
    for (let bin = 0; bin < bins; bin++) {
      for (let frame = 0, to = (bins - 1 - bin) * frames * 4; frame < frames; frame++, to += 4) {
        image.data[to] = red;
        image.data[to + 1] = green;
        image.data[to + 2] = blue;
        image.data[to + 3] = SHADE[bytes[frame * bins + bin]];
      }
    }
    pen.putImageData(image, 0, 0);
    return canvas;
  }
}
