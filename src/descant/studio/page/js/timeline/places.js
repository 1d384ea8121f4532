// Where things are: in seconds, in bars and beats, on the lanes.

import { beatColumns, noteColumns, sectionColours, spanColumns } from "../columns.js";
import { before, nearest } from "../search.js";

const MAKERS = { beats: beatColumns, notes: (rows, model) => noteColumns(rows, model.get("parts")) };
const EVERY = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]; // bars from line to line

/** What makes a field's rows columns. */
export const maker = (field) => MAKERS[field] ?? spanColumns;

export class Places extends EventTarget {
  constructor(model, player, view) {
    super();
    Object.assign(this, { model, player, view, previews: new Map() }); // field -> {result, columns} while it is being changed
  }

  columns(field) {
    return this.previews.get(field)?.columns ?? this.model.columns(field, maker(field));
  }

  get beats() { return this.columns("beats"); }
  get notes() { return this.columns("notes"); }
  get sectionColours() {
    const { rows } = this.columns("sections");
    if (this.coloured?.rows !== rows) this.coloured = { rows, colours: sectionColours(rows) };
    return this.coloured.colours;
  }

  freshNotes() { return this.estimates.notes(this.notes); }

  get barWidth() {
    const { bars, usual } = this.beats;
    return this.view.scale * (bars.length > 1 ? (bars.at(-1) - bars[0]) / (bars.length - 1) : 4 * usual);
  }

  get barNow() { return before(this.beats.bars, this.player.time + 1e-4); }
  spanNow(lane) { return lane.at(this.player.time + 1e-4); }

  /** [start, end) of the bar at a time; without bars, two seconds. */
  barAt(time) {
    const { bars } = this.beats, at = before(bars, time + 1e-6);
    if (!bars.length) return { start: Math.floor(time / 2) * 2, end: Math.min(this.model.duration, Math.floor(time / 2) * 2 + 2) };
    return { start: at < 0 ? 0 : bars[at], end: bars[at + 1] ?? this.model.duration };
  }

  /** The numbers of the first and last bar of a stretch, counted from 1; null without bars. */
  barsOf({ start, end }) {
    const { bars } = this.beats;
    if (!bars.length) return null;
    return { from: Math.max(1, before(bars, start + 0.01) + 1), to: Math.max(1, before(bars, end - 0.01) + 1) };
  }

  /** "bar 12, beat 3", or nothing where there are no beats. */
  place(time) {
    const { time: beats, bar, position } = this.beats, at = before(beats, time + 0.011);
    if (at < 0) return beats.length ? "before the first beat" : "";
    return position[at] ? `bar ${bar[at]}, beat ${position[at]}` : `beat ${at + 1}`;
  }

  /** The nearest beat (or the nearest half of one, zoomed in), where it lies within `px`. */
  snapped(time, px) {
    const { time: beats } = this.beats, at = nearest(beats, time);
    return at >= 0 && Math.abs(beats[at] - time) * this.view.scale <= px ? beats[at] : time;
  }

  nextBeat(time, toward) {
    const { time: beats } = this.beats, at = toward > 0 ? before(beats, time + 0.01) + 1 : before(beats, time - 0.01);
    return beats[at] ?? Math.max(0, Math.min(this.model.duration, time + toward * 0.5));
  }

  /** How many bars, a power of two, are `px` wide at least. */
  barsTo(px) { return EVERY.find((n) => n * this.barWidth >= px) ?? 2048; }

  /** each(time, isBar) for the beats worth a line between two times. */
  linesBetween(start, end, each) {
    const { time, position, bars, usual } = this.beats, { unit } = this.palette;
    if (usual * this.view.scale >= 9 * unit) {
      for (let i = Math.max(0, before(time, start)); i < time.length && time[i] <= end; i++) each(time[i], position[i] === 1);
      return;
    }
    const every = this.barsTo(14 * unit), first = Math.max(0, before(bars, start));
    for (let k = first - (first % every); k < bars.length && bars[k] <= end; k += every) each(bars[k], true);
  }

  beatLines(each) { this.linesBetween(this.view.start, this.view.end, (time, bar) => each(this.view.x(time), bar)); }
}
