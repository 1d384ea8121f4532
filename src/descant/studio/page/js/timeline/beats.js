// Beats and downbeats, each a stroke that can be dragged.

import { beatsPerBar, insertBeat, moveBeat, removeBeat, setDownbeat } from "../edit/beats.js";
import { before, nearest } from "../search.js";
import { moment } from "./axis.js";
import { Lane } from "./lane.js";

const REACH = 7; // px on either side of a beat
const NUDGE = 0.01, NUDGE_FAR = 0.1; // seconds

export class BeatsLane extends Lane {
  static key = "beats";
  static title = "Beats";
  static field = "beats";
  static height = 26;

  get present() { return this.timeline.editable || this.model.get("beats") !== undefined; }
  get columns() { return this.timeline.beats; }
  get count() { return this.columns.time.length; }

  draw(pen) {
    const { palette, view, columns, height, chosen } = this, { time, position, bar, rows } = columns, { unit } = palette;
    const close = columns.usual * view.scale >= 6 * unit, mine = this.timeline.estimates.of("beats");
    const base = height - 3 * unit, every = this.timeline.barsTo(6 * unit);
    pen.fillStyle = palette.rule;
    pen.fillRect(0, Math.round(base), view.width, 1);
    if (!time.length) this.invite(pen, "beat");
    for (let i = Math.max(0, before(time, view.start - 1)); i < time.length && time[i] <= view.end; i++) {
      const down = position[i] === 1;
      if (i !== chosen && (down ? (bar[i] - 1) % every : !close)) continue;
      const x = Math.round(view.x(time[i])), tall = (down ? 19 : 11) * unit, wide = (down ? 3 : 2) * unit;
      pen.globalAlpha = down ? 1 : 0.35 + 0.65 * (rows[i].confidence ?? 1);
      pen.fillStyle = mine(rows[i]) ? palette.blue : down ? palette.ink : palette.bar;
      pen.fillRect(x - wide / 2, base - tall, wide, tall);
      if (i === chosen) this.frame(pen, x - 6 * unit, x + 6 * unit);
    }
    pen.globalAlpha = 1;
  }

  at(time) { return before(this.columns.time, time + 1e-6); }
  extent(i) { return [this.columns.time[i], this.columns.time[i]]; }

  describe(i) {
    const { time, position, bar, rows } = this.columns;
    const place = position[i] ? `bar ${bar[i]}, beat ${position[i]}` : `beat ${i + 1}`;
    return `${place}${position[i] === 1 ? ", downbeat" : ""}, ${moment(time[i], true)}${sure(rows[i])}`;
  }

  hit(x) {
    const { time } = this.columns, at = nearest(time, this.view.time(x));
    return at >= 0 && Math.abs(this.view.x(time[at]) - x) <= REACH ? { index: at, part: "body", drags: true } : null;
  }

  grab({ index }) {
    const rows = this.columns.rows, { duration } = this.model;
    return {
      move: ({ time }) => this.timeline.preview("beats", moveBeat(rows, index, time, duration)),
      end: () => this.timeline.commit(this, "a beat moved"),
      cancel: () => this.timeline.preview("beats", null),
    };
  }

  change(result, label) { if (result) this.timeline.apply(this, result, label); }

  /** A beat where none is, such as at the cursor. */
  add(time) {
    const result = insertBeat(this.columns.rows, time);
    if (result) this.change(result, "a beat added");
    return result !== null;
  }

  get perBar() {
    const usual = Number.parseInt(this.model.get("meter") ?? "4", 10);
    return beatsPerBar(this.columns.rows, usual);
  }

  actions() {
    const { rows } = this.columns, { duration } = this.model;
    const nudge = (seconds) => (i) => this.change(moveBeat(rows, i, rows[i].time + seconds, duration), "a beat moved");
    return [
      { key: "Alt+ArrowLeft", label: "Move 10 ms earlier", short: "Earlier", repeat: true, run: nudge(-NUDGE) },
      { key: "Alt+ArrowRight", label: "Move 10 ms later", short: "Later", repeat: true, run: nudge(NUDGE) },
      { key: "Alt+Shift+ArrowLeft", label: "Move 100 ms earlier", repeat: true, run: nudge(-NUDGE_FAR) },
      { key: "Alt+Shift+ArrowRight", label: "Move 100 ms later", repeat: true, run: nudge(NUDGE_FAR) },
      { key: "D", label: "Downbeat here, or no longer", short: "Downbeat", run: (i) => this.change(setDownbeat(rows, i, this.perBar), "a downbeat set") },
      { key: ["Delete", "Backspace"], label: "Delete the beat", short: "Delete", run: (i) => this.change(removeBeat(rows, i), "a beat deleted") },
      { key: ["Insert", "N"], label: "Add a beat at the cursor", short: "Add at cursor", free: true, run: () => this.add(this.timeline.player.time) },
    ];
  }
}

export const beatKey = (row) => `${row.time} ${row.position}`;

/** ", confidence 0.82", or nothing where it is certain. */
export function sure(row) {
  return row.confidence === undefined || row.confidence >= 1 ? "" : `, confidence ${row.confidence.toFixed(2)}`;
}
