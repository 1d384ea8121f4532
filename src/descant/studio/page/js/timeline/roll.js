// The piano roll: notes in the colours of their parts over what the spectrum shows, and the melody's course.

import { pitchName, readPitch } from "../edit/chord_names.js";
import { moment } from "./axis.js";
import { sure } from "./beats.js";
import { NotesLane } from "./notes.js";

const BLACK = new Set([1, 3, 6, 8, 10]);
const LEAST = 24; // semitones shown at least
const AIR = 2; // semitones above and below
const FAR = 5; // semitones that the melody may lie outside the notes and be shown

export class RollLane extends NotesLane {
  static key = "roll";
  static title = "Notes";

  constructor(timeline) {
    super(timeline);
    this.grown = false; // twice as tall
    this.usual = 60;
  }

  get present() { return this.range !== null; }

  /** The lowest and highest pitch shown; null where there is nothing to show. */
  get range() {
    const { notes, melody } = this.timeline;
    if (this.ranged?.notes === notes && this.ranged.melody === melody) return this.ranged.range;
    let low = Infinity, high = -Infinity;
    for (const row of this.list) {
      if (notes.pitch[row] < low) low = notes.pitch[row];
      if (notes.pitch[row] > high) high = notes.pitch[row];
    }
    if (melody && !melody.empty) { // of a melody far from all notes, the harmonics of something else
      const [bottom, top] = melody.range, notes = high > low;
      low = Math.min(low, notes ? Math.max(low - FAR, bottom) : bottom);
      high = Math.max(high, notes ? Math.min(high + FAR, top) : top);
    }
    let range = null;
    if (this.model.get("notes") !== undefined || Number.isFinite(low)) {
      if (!Number.isFinite(low)) [low, high] = [48, 72];
      low = Math.floor(low) - AIR;
      high = Math.ceil(high) + AIR;
      const more = Math.max(0, LEAST - (high - low)) / 2;
      range = [Math.max(0, Math.floor(low - more)), Math.min(127, Math.ceil(high + more))];
      this.usual = Math.round((low + high) / 2);
    }
    this.ranged = { notes, melody, range };
    return range;
  }

  get tall() {
    if (!this.range) return 0;
    const rows = this.range[1] - this.range[0] + 1, { unit } = this.palette, narrow = this.view.width < 560 * unit;
    const most = Math.max(330, (0.4 * innerHeight) / unit);
    const usual = narrow ? Math.max(170, Math.min(250, rows * 4)) : Math.max(180, Math.min(most, rows * 7.5));
    return usual * unit * (this.grown ? 2.2 : 1);
  }

  /** Top and bottom of a pitch's row. */
  rows(pitch) {
    const [low, high] = this.range, tall = this.height / (high - low + 1), bottom = this.height - (pitch - low) * tall;
    return [bottom - tall + Math.min(1, tall / 6), bottom];
  }

  y(pitch) {
    const [low, high] = this.range;
    return this.height - ((pitch - low + 0.5) * this.height) / (high - low + 1);
  }

  pitchAt(y) {
    const [low, high] = this.range;
    return Math.max(0, Math.min(127, Math.floor(low + ((this.height - y) * (high - low + 1)) / this.height)));
  }

  drawTile(pen, start, end, x, width) {
    this.drawKeys(pen, width);
    const { spectrum, melody, palette, shows } = this.timeline, { scale } = this.view;
    if (spectrum && shows.spectrum) spectrum.draw(pen, start, end, x, (pitch) => this.y(pitch), palette.ink, this.view.span);
    this.timeline.linesBetween(start, end, (time, bar) => {
      pen.fillStyle = bar ? palette.bar : palette.beat;
      pen.globalAlpha = bar ? 0.55 : 0.5;
      pen.fillRect(Math.round(x(time)), 0, 1, this.height);
    });
    pen.globalAlpha = 1;
    this.drawNotes(pen, start, end, x);
    if (melody && shows.melody) melody.draw(pen, start, end, x, (pitch) => this.y(pitch), palette, scale);
  }

  drawKeys(pen, width) {
    const [low, high] = this.range, { palette } = this, tall = this.height / (high - low + 1);
    pen.fillStyle = palette.stripe;
    pen.fillRect(0, 0, width, this.height);
    for (let key = low; key <= high; key++) {
      const [, bottom] = this.rows(key);
      pen.fillStyle = palette.sheet;
      if (BLACK.has(key % 12) && tall >= 2.5) pen.fillRect(0, bottom - tall, width, tall);
      pen.fillStyle = palette.rule;
      if (key % 12 === 0) pen.fillRect(0, Math.round(bottom), width, 1);
    }
  }

  drawNotes(pen, start, end, x) {
    const { onset, offset, pitch, velocity, part, parts } = this.notes, { palette, timeline } = this;
    const [low, high] = this.range, tall = Math.max(2, this.height / (high - low + 1) - 1), fresh = timeline.freshNotes();
    const drawn = new Float64Array(128).fill(-9); // up to where each row is filled already
    const colours = (parts.length ? parts : [{}]).map((_, i) => palette.part(i));
    let colour = null; // set where it changes: reading a colour costs more than filling
    for (const i of this.within(start, end)) {
      const left = x(onset[i]), right = x(offset[i]);
      if (right < drawn[pitch[i]]) continue;
      const silent = timeline.player.muted.has(part[i]), top = this.rows(pitch[i])[0], wide = Math.max(1.5, right - left - 0.75);
      pen.globalAlpha = silent ? 0.18 : 0.4 + (0.6 * velocity[i]) / 127;
      if (colours[part[i]] !== colour) pen.fillStyle = colour = colours[part[i]] ?? colours[0];
      pen.fillRect(left, top, wide, tall);
      if (fresh?.[i]) {
        pen.globalAlpha = 1;
        pen.strokeStyle = palette.ink;
        pen.lineWidth = 1;
        pen.strokeRect(left + 0.5, top + 0.5, Math.max(1, wide - 1), Math.max(1, tall - 1));
      }
      drawn[pitch[i]] = Math.ceil(left + 1);
    }
    pen.globalAlpha = 1;
  }

  draw(pen) {
    super.draw(pen);
    this.drawOctaves(pen);
  }

  // The names of the Cs at the left edge.
  drawOctaves(pen) {
    const [low, high] = this.range;
    for (let key = Math.ceil(low / 12) * 12; key <= high; key += 12) {
      const y = this.y(key);
      if (y >= 6 * this.palette.unit) this.edgeName(pen, `C${key / 12 - 1}`, y);
    }
  }

  describe(i) {
    const row = this.row(i), note = this.notes.rows[row], part = this.notes.parts[note.part ?? 0];
    const seconds = (note.offset - note.onset).toFixed(2);
    return `${pitchName(note.pitch)}, ${this.timeline.place(note.onset)}, ${moment(note.onset, true)}, ${seconds} s, velocity ${note.velocity ?? 64}${part?.name ? `, ${part.name}` : ""}${sure(note)}`;
  }

  /** The note above or below one, of those that sound with it. */
  beside(i, up) {
    const row = this.row(i), { rows } = this.notes, note = rows[row];
    let best = -1;
    for (const other of this.within(note.onset - 0.05, note.onset + 0.05)) {
      const away = (rows[other].pitch - note.pitch) * up;
      if (away > 0 && (best < 0 || away < (rows[best].pitch - note.pitch) * up)) best = other;
    }
    return best < 0 ? i : this.entryOf(best);
  }

  edit(i) {
    const note = this.notes.rows[this.row(i)];
    this.timeline.write(this, i, {
      label: `Pitch of the note at ${this.timeline.place(note.onset)}`, value: pitchName(note.pitch), wrong: "Not a pitch that can be read. Try F♯4, Bb3 or 61.",
      read: readPitch,
      done: (pitch) => { if (pitch !== note.pitch) this.change(this.repitched(i, pitch), "a note moved"); },
    });
  }

  /** What lies under a point, in words, the melody too. */
  hint(x, y) {
    const { melody, shows } = this.timeline, found = melody && shows.melody ? melody.at(this.view.time(x)) : null;
    if (!found || Math.abs(this.y(found.pitch) - y) > 6) return "";
    return `Melody ${pitchName(Math.round(found.pitch))}, ${(440 * 2 ** ((found.pitch - 69) / 12)).toFixed(1)} Hz, confidence ${found.sure.toFixed(2)}`;
  }
}
