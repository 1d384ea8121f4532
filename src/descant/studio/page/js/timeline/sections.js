// The form: spans that repeat each other share a letter and a colour.

import { dashes } from "./chords.js";
import { SpanLane } from "./spans.js";

export class SectionsLane extends SpanLane {
  static key = "sections";
  static title = "Sections";
  static noun = "section";
  static field = "sections";
  static height = 28;

  get example() { return "A, Verse or Coda"; }
  read(text) { return text.trim().slice(0, 60) || null; }

  fresh(rows) {
    const taken = new Set(rows.map((row) => row.label));
    return [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].find((letter) => !taken.has(letter)) ?? "New";
  }

  drawSpan(pen, row, left, right, at, fresh) {
    const { palette, height } = this, { unit } = palette, colour = palette[this.timeline.sectionColours.get(row.label)];
    pen.fillStyle = colour;
    pen.globalAlpha = 0.14 + 0.2 * (row.confidence ?? 1);
    pen.fillRect(left, 0, right - left - 1, height);
    pen.globalAlpha = 1;
    pen.fillRect(left, 0, 3 * unit, height);
    if (fresh) dashes(pen, left, right - 1, height - 2 * unit, 2 * unit, 5 * unit);
    pen.font = palette.serif(16, "600");
    const from = Math.max(left, 0) + 10 * unit;
    this.words(pen, shortened(pen, row.label, right - 2 - from), from, right, height / 2 + unit);
  }
}

// As much of a name as there is room for.
function shortened(pen, name, room) {
  if (pen.measureText(name).width <= room) return name;
  let end = name.length - 1;
  while (end > 2 && pen.measureText(`${name.slice(0, end)}…`).width > room) end--;
  return `${name.slice(0, end).trimEnd()}…`;
}
