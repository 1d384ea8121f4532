// Lanes of labelled spans (chords, keys, sections): borders that can be dragged, labels that can be typed anew.

import { addSpan, moveBorder, relabel, removeSpan, split } from "../edit/spans.js";
import { before, nearest } from "../search.js";
import { moment } from "./axis.js";
import { sure } from "./beats.js";
import { Lane } from "./lane.js";

const REACH = 6; // px on either side of a border
const SNAP = 9; // px within which a dragged border takes a beat's place
const FINE = 0.02; // seconds

export class SpanLane extends Lane {
  static noun = "span";

  get present() { return this.timeline.editable || this.model.get(this.field) !== undefined; }
  get columns() { return this.timeline.columns(this.field); }
  get count() { return this.columns.rows.length; }

  /** How a label is shown, and how what was typed becomes one (null: it cannot be read). */
  shown(label) { return label; }
  read(text) { return text.trim() || null; }
  get example() { return ""; }

  /** Draw each span in sight: drawSpan(pen, row, left, right, index, isNew). */
  draw(pen) {
    const { rows, start, end } = this.columns, { view, chosen } = this, mine = this.timeline.estimates.of(this.field);
    const now = this.timeline.spanNow(this);
    let filled = -9;
    if (!rows.length) this.invite(pen, this.constructor.noun);
    for (let i = Math.max(0, before(start, view.start)); i < rows.length && start[i] <= view.end; i++) {
      const left = view.x(start[i]), right = view.x(end[i]);
      if (right < 0 || (right - left < 1 && right < filled + 1)) continue;
      filled = right;
      this.drawSpan(pen, rows[i], Math.max(left, -4), Math.min(right, view.width + 4), i, mine(rows[i]), i === now);
      if (i === chosen) this.frame(pen, left, right);
    }
    pen.globalAlpha = 1;
  }

  at(time) {
    const { start, end } = this.columns, at = before(start, time);
    return at >= 0 && time < end[at] ? at : -1;
  }

  extent(i) { return [this.columns.start[i], this.columns.end[i]]; }

  describe(i) {
    const row = this.columns.rows[i], { timeline } = this;
    return `${this.shown(row.label)}, ${timeline.place(row.start)}, ${moment(row.start, true)} to ${moment(row.end, true)}${sure(row)}`;
  }

  hit(x) {
    const { start, end } = this.columns, { view } = this, time = view.time(x);
    for (const [times, part] of [[start, "start"], [end, "end"]]) {
      const at = nearest(times, time);
      const wide = at >= 0 && (end[at] - start[at]) * view.scale;
      if (at >= 0 && Math.abs(view.x(times[at]) - x) <= Math.min(REACH, wide / 4)) return { index: at, part, drags: true };
    }
    const at = this.at(time);
    return at < 0 ? null : { index: at, part: "body" };
  }

  grab({ index, part }) {
    const { rows } = this.columns, { duration } = this.model, name = this.constructor.noun;
    return {
      move: ({ time, free }) => this.timeline.preview(this.field, moveBorder(rows, index, part, free ? time : this.timeline.snapped(time, SNAP), duration)),
      end: () => this.timeline.commit(this, `a ${name}'s border moved`),
      cancel: () => this.timeline.preview(this.field, null),
    };
  }

  change(result, label) {
    if (result) this.timeline.apply(this, result, label);
    return result !== null;
  }

  /** A span in the gap at a time, as long as its bar. */
  add(time) {
    const { start, end } = this.timeline.selection ?? this.timeline.barAt(time);
    const { rows } = this.columns, done = this.change(addSpan(rows, start, end, this.fresh(rows)), `a ${this.constructor.noun} added`);
    if (done) this.edit(this.chosen);
    return done;
  }

  fresh() { return "N"; }

  /** Ask for another label in a field on the span itself. `after(i)` goes on to a neighbour. */
  edit(i) {
    const row = this.columns.rows[i], noun = this.constructor.noun;
    this.timeline.write(this, i, {
      label: `${noun[0].toUpperCase()}${noun.slice(1)} at ${this.timeline.place(row.start)}`,
      value: this.typed(row.label), wrong: `Not a ${noun} that can be read. Try ${this.example}.`,
      read: (text) => this.read(text),
      done: (label) => { if (label !== row.label) this.change(relabel(this.columns.rows, i, label), `a ${noun} renamed`); },
    });
  }

  /** A label as it stands in the field. */
  typed(label) { return this.shown(label); }

  /** The place where a span is parted: the cursor where it lies within, else the beat next to its middle. */
  partedAt(i) {
    const [start, end] = this.extent(i), { time } = this.timeline.player;
    if (time > start + 0.1 && time < end - 0.1) return this.timeline.snapped(time, SNAP);
    const middle = (start + end) / 2, { time: beats } = this.timeline.beats, at = nearest(beats, middle);
    return at >= 0 && beats[at] > start + 0.1 && beats[at] < end - 0.1 ? beats[at] : middle;
  }

  actions() {
    const { rows } = this.columns, { duration } = this.model, { noun } = this.constructor, { timeline } = this;
    const border = (side, toward, fine) => (i) => {
      const from = rows[i][side], time = fine ? from + toward * FINE : timeline.nextBeat(from, toward);
      this.change(moveBorder(rows, i, side, time, duration), `a ${noun}'s border moved`);
    };
    return [
      { key: ["Enter", "F2"], label: `Type another ${noun}`, short: "Rename", run: (i) => this.edit(i) },
      { key: "S", label: `Split the ${noun}`, short: "Split", run: (i) => this.change(split(rows, i, this.partedAt(i)), `a ${noun} split`) },
      { key: "Alt+ArrowLeft", label: "Start a beat earlier", short: "Start ←", repeat: true, run: border("start", -1) },
      { key: "Alt+ArrowRight", label: "Start a beat later", short: "Start →", repeat: true, run: border("start", 1) },
      { key: "Alt+Shift+ArrowLeft", label: "End a beat earlier", short: "End ←", repeat: true, run: border("end", -1) },
      { key: "Alt+Shift+ArrowRight", label: "End a beat later", short: "End →", repeat: true, run: border("end", 1) },
      { key: "Mod+ArrowLeft", label: "Start 20 ms earlier", repeat: true, run: border("start", -1, true) },
      { key: "Mod+ArrowRight", label: "Start 20 ms later", repeat: true, run: border("start", 1, true) },
      { key: ["Delete", "Backspace"], label: `Delete the ${noun}`, short: "Delete", run: (i) => this.change(removeSpan(rows, i), `a ${noun} deleted`) },
      { key: ["Insert", "N"], label: `Add a ${noun} in the gap at the cursor`, free: true, run: () => this.add(timeline.player.time) },
    ];
  }
}

export const spanKey = (row) => `${row.start} ${row.end} ${row.label}`;
