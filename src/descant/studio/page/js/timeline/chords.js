// Chords as charts write them, the surer the darker their line.

import { chordName, readChord } from "../edit/chord_names.js";
import { SpanLane } from "./spans.js";

export class ChordsLane extends SpanLane {
  static key = "chords";
  static title = "Chords";
  static noun = "chord";
  static field = "chords";
  static height = 42;

  shown(label) { return chordName(label); }
  read(text) { return readChord(text); }
  get example() { return "Dm7, F♯°, B♭/D, N.C. or C:maj7"; }

  drawSpan(pen, row, left, right, at, fresh, now) {
    const { palette, height } = this, { unit } = palette, wide = Math.max(0.5, right - left - 1.5), name = chordName(row.label);
    const middle = height / 2 - unit, place = Math.max(left, 0) + 6 * unit;
    if (row.label === "N") {
      pen.font = palette.serif(13, "400");
      this.words(pen, name, place, right, middle, palette.soft);
      return;
    }
    pen.fillStyle = palette.sheet;
    pen.fillRect(left, 0, wide, height);
    pen.globalAlpha = fresh ? 1 : 0.12 + 0.88 * (row.confidence ?? 1) ** 1.5;
    pen.fillStyle = palette.blue;
    if (fresh) dashes(pen, left, left + wide, height - 3 * unit, 3 * unit, 5 * unit);
    else pen.fillRect(left, height - 3 * unit, wide, 3 * unit);
    pen.globalAlpha = 1;
    if (now) {
      pen.fillStyle = palette.red;
      pen.globalAlpha = 0.14;
      pen.fillRect(left, 0, wide, height - 3 * unit);
      pen.globalAlpha = 1;
      pen.fillRect(left, 0, wide, 2 * unit);
    }
    for (const size of [20, 15, 12]) {
      pen.font = palette.serif(size);
      if (this.words(pen, name, size === 20 ? place : place - 3 * unit, right, middle, fresh ? palette.blue : palette.ink)) return;
    }
  }
}

/** A dashed line: what its reader has said. */
export function dashes(pen, left, right, top, height, step) {
  for (let x = left; x < right; x += step * 1.6) pen.fillRect(x, top, Math.min(step, right - x), height);
}
