// Keys, such as D minor, from where to where.

import { keyName, readKey } from "../edit/chord_names.js";
import { dashes } from "./chords.js";
import { SpanLane } from "./spans.js";

export class KeysLane extends SpanLane {
  static key = "keys";
  static title = "Key";
  static noun = "key";
  static field = "keys";
  static height = 26;

  shown(label) { return keyName(label); }
  read(text) { return readKey(text); }
  get example() { return "D minor, B♭ or F♯m"; }
  fresh() { return "C major"; }

  drawSpan(pen, row, left, right, at, fresh) {
    const { palette, height } = this, { unit } = palette;
    pen.fillStyle = palette.ink;
    pen.fillRect(left, 0, 1.5 * unit, height - 2 * unit);
    pen.fillStyle = fresh ? palette.blue : palette.ink;
    pen.globalAlpha = fresh ? 1 : 0.15 + 0.6 * (row.confidence ?? 1);
    if (fresh) dashes(pen, left, right - 3, height - 2 * unit, 2 * unit, 5 * unit);
    else pen.fillRect(left, height - 2 * unit, right - left - 3, 1.5 * unit);
    pen.globalAlpha = 1;
    pen.font = palette.serif(15, "italic");
    this.words(pen, keyName(row.label), Math.max(left, 0) + 8 * unit, right, height / 2 - unit);
  }
}
