// Drums: a row for each kind that is struck.

import { moment } from "./axis.js";
import { sure } from "./beats.js";
import { NotesLane } from "./notes.js";

const KINDS = [ // from the bottom up: name, the percussion keys of General MIDI, the one that an added stroke gets
  ["Kick", [35, 36], 36], ["Snare", [37, 38, 39, 40], 38], ["Toms", [41, 43, 45, 47, 48, 50], 45],
  ["Hi-hat", [42, 44, 46], 42], ["Cymbals", [49, 51, 52, 53, 55, 57, 59], 49], ["Other", [], 54],
];
const OTHER = KINDS.length - 1;
const ROW = 15; // px

function drumKind(key) {
  const at = KINDS.findIndex(([, keys]) => keys.includes(key));
  return at < 0 ? OTHER : at;
}

export class DrumsLane extends NotesLane {
  static key = "drums";
  static title = "Drums";
  static drums = true;

  usual = 36;

  get present() { return this.count > 0; }

  /** The kinds that are struck. */
  get kinds() {
    if (this.sorted?.notes !== this.notes) {
      const struck = new Set(Array.from(this.list, (row) => drumKind(this.notes.pitch[row])));
      this.sorted = { notes: this.notes, kinds: [...struck].sort((a, b) => a - b) };
    }
    return this.sorted.kinds;
  }

  get tall() { return this.kinds.length * ROW * this.palette.unit; }

  rows(pitch) {
    const tall = this.height / this.kinds.length, at = Math.max(0, this.kinds.indexOf(drumKind(pitch))), bottom = this.height - at * tall;
    return [bottom - tall + 2, bottom - 2];
  }

  pitchAt(y) {
    const at = Math.floor(((this.height - y) / this.height) * this.kinds.length);
    return KINDS[this.kinds[Math.max(0, Math.min(this.kinds.length - 1, at))]][2];
  }

  dragged(note, from, to) {
    const pitch = this.pitchAt(to);
    return drumKind(pitch) === drumKind(note.pitch) ? 0 : pitch - note.pitch;
  }

  stepped(note, steps) {
    const kind = drumKind(note.pitch), to = Math.max(0, Math.min(OTHER, kind + Math.sign(steps)));
    return steps === 0 || to === kind ? 0 : KINDS[to][2] - note.pitch;
  }

  box(note) {
    const { top, bottom, left } = super.box(note);
    return { left: left - 1, right: left + 4, top, bottom };
  }

  drawTile(pen, start, end, x, width) {
    const { palette, height, kinds } = this, tall = height / kinds.length;
    kinds.forEach((_, i) => {
      pen.fillStyle = i % 2 ? palette.sheet : palette.stripe;
      pen.fillRect(0, height - (i + 1) * tall, width, tall);
    });
    this.timeline.linesBetween(start, end, (time, bar) => {
      pen.fillStyle = bar ? palette.beat : palette.rule;
      pen.fillRect(Math.round(x(time)), 0, 1, height);
    });
    const { onset, pitch, velocity, part } = this.notes, drawn = new Float64Array(KINDS.length).fill(-9), fresh = this.timeline.freshNotes();
    for (const i of this.within(start - 0.1, end)) {
      const kind = drumKind(pitch[i]), left = x(onset[i]);
      if (left < drawn[kind] + 0.5) continue;
      drawn[kind] = left;
      const [top, bottom] = this.rows(pitch[i]);
      pen.fillStyle = fresh?.[i] ? palette.blue : palette.ink;
      pen.globalAlpha = this.timeline.player.muted.has(part[i]) ? 0.15 : 0.25 + (0.75 * velocity[i]) / 127;
      pen.fillRect(left, top, 2.5, bottom - top);
    }
    pen.globalAlpha = 1;
  }

  draw(pen) {
    super.draw(pen);
    const { height, kinds } = this;
    kinds.forEach((kind, i) => this.edgeName(pen, KINDS[kind][0], height - ((i + 0.5) * height) / kinds.length));
  }

  describe(i) {
    const note = this.notes.rows[this.row(i)];
    return `${KINDS[drumKind(note.pitch)][0]}, ${this.timeline.place(note.onset)}, ${moment(note.onset, true)}, velocity ${note.velocity ?? 64}${sure(note)}`;
  }
}
