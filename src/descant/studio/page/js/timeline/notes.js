// What the piano roll and the drums share: notes that can be chosen, moved, added and deleted.

import { addNote, changeNote, moveNote, removeNote } from "../edit/notes.js";
import { before } from "../search.js";
import { Lane } from "./lane.js";
import { Tiles } from "./tiles.js";

const NUDGE = 0.02; // seconds
const LOUDER = 8; // of velocity

export class NotesLane extends Lane {
  static field = "notes";
  static drums = false;

  constructor(timeline) {
    super(timeline);
    this.tiles = new Tiles((...given) => this.drawTile(...given));
    this.ghost = null; // a note that is being dragged
  }

  get notes() { return this.timeline.notes; }

  /** Its entries as rows of the notes, in order of onset. */
  get list() {
    const { notes } = this, drums = this.constructor.drums;
    if (this.listed !== notes) {
      this.listed = notes;
      this.indices = Int32Array.from(notes.onset.keys()).filter((i) => !!notes.drum[i] === drums);
    }
    return this.indices;
  }

  get count() { return this.list.length; }
  row(index) { return this.list[index]; }
  entryOf(row) { return before(this.list, row); }

  prepare() { this.tiles.prepare(this.view); }

  draw(pen) {
    const { view } = this;
    this.tiles.paint(pen, view, this.height, this.dots);
    if (this.chosen >= 0 && this.chosen < this.count) {
      const { left, right, top, bottom } = this.box(this.ghost ?? this.notes.rows[this.row(this.chosen)]);
      if (this.ghost) {
        pen.fillStyle = this.palette.blue;
        pen.fillRect(left, top, right - left, bottom - top);
      }
      this.frame(pen, left - 2, right + 2, top - 1.5, bottom + 1.5);
    }
  }

  /** Rows of the notes that touch [start, end]. */
  *within(start, end) {
    const { onset, reach, offset, drum } = this.notes, drums = this.constructor.drums;
    for (let i = before(reach, start) + 1; i < onset.length && onset[i] < end; i++) {
      if (offset[i] >= start && !!drum[i] === drums) yield i;
    }
  }

  /** The place of a note in px. */
  box(note) {
    const [top, bottom] = this.rows(note.pitch), left = this.view.x(note.onset);
    return { left, right: Math.max(left + 3, this.view.x(note.offset)), top, bottom };
  }

  at(time) {
    const { onset } = this.notes, first = before(onset, time + 0.02);
    return first < 0 ? -1 : this.entryOf(first);
  }

  extent(i) {
    const row = this.row(i);
    return [this.notes.onset[row], this.notes.offset[row]];
  }

  hit(x, y) {
    const slack = 3 / this.view.scale, time = this.view.time(x);
    let found = null;
    for (const row of this.within(time - slack, time + slack)) {
      const { left, right, top, bottom } = this.box(this.notes.rows[row]);
      if (y < top - 1 || y > bottom + 1 || x < left - 3 || x > right + 3) continue;
      const edge = Math.min(6, (right - left) / 4), index = this.entryOf(row);
      found = { index, drags: true, part: this.constructor.drums ? "body" : x < left + edge ? "start" : x > right - edge ? "end" : "body" };
      if (index === this.chosen) break;
    }
    return found;
  }

  grab({ index, part }, from) {
    const row = this.row(index), { rows } = this.notes, { duration } = this.model, note = rows[row];
    let result = null, sounded = note.pitch;
    return {
      move: ({ time, y }) => {
        const seconds = time - from.time, pitch = part === "body" ? this.dragged(note, from.y, y) : 0;
        const still = Math.abs(seconds) * this.view.scale < 4 ? 0 : seconds; // up or down without a shake in time
        if (part === "start") result = changeNote(rows, row, { onset: Math.min(note.onset + seconds, note.offset - 0.03) }, duration);
        else if (part === "end") result = changeNote(rows, row, { offset: note.offset + seconds }, duration);
        else result = moveNote(rows, row, still, pitch, duration);
        this.ghost = result.rows[result.at];
        if (this.ghost.pitch !== sounded) this.sound(this.ghost);
        sounded = this.ghost.pitch;
        this.stale = true;
      },
      end: () => {
        this.ghost = null;
        if (result) this.change(result, part === "body" ? "a note moved" : "a note's length changed");
      },
      cancel: () => { this.ghost = null; this.stale = true; },
    };
  }

  /** Semitones of a drag from one height to another, and of so many steps up. */
  dragged(note, from, to) { return this.pitchAt(to) - this.pitchAt(from); }
  stepped(note, steps) { return steps; }

  change(result, label) { this.timeline.apply(this, result, label); }

  repitched(i, pitch) { return changeNote(this.notes.rows, this.row(i), { pitch }, this.model.duration); }

  sound(note) {
    const { parts } = this.notes, part = parts[note.part ?? 0] ?? {};
    this.timeline.player.try(note.pitch, { program: note.program ?? part.program, drum: this.constructor.drums, velocity: note.velocity }).catch(() => {});
  }

  /** A note one beat long, of the part of the one that was chosen last. */
  add(time, y = null) {
    const { rows, parts } = this.notes, like = rows[this.row(this.chosen)] ?? rows[this.row(Math.max(0, this.at(time)))] ?? {};
    const pitch = y === null ? like.pitch ?? this.usual : this.pitchAt(y), part = like.part ?? this.partFor();
    const length = this.constructor.drums ? 0.1 : this.timeline.beats.usual;
    if (part < 0 && rows.some((row) => row.part !== undefined)) return false;
    const note = { onset: time, offset: Math.min(this.model.duration, time + length), pitch, program: like.program ?? parts[part]?.program ?? 0, drum: this.constructor.drums };
    const result = addNote(rows, part < 0 ? note : { ...note, part });
    this.change(result, "a note added");
    this.sound(result.rows[result.at]);
    return true;
  }

  partFor() { return this.notes.parts.findIndex((part) => !!part.drum === this.constructor.drums); }

  actions() {
    const { rows, parts } = this.notes, { duration } = this.model, beat = this.timeline.beats.usual / 4;
    const move = (seconds, steps) => (i) => {
      const result = moveNote(rows, this.row(i), seconds, this.stepped(rows[this.row(i)], steps), duration);
      this.change(result, "a note moved");
      if (steps) this.sound(result.rows[result.at]);
    };
    const set = (values, label) => (i) => this.change(changeNote(rows, this.row(i), values(rows[this.row(i)]), duration), label);
    const velocity = (by) => set((note) => ({ velocity: Math.max(1, Math.min(127, (note.velocity ?? 64) + by)) }), "a note's loudness changed");
    const longer = (by) => set((note) => ({ offset: note.offset + by }), "a note's length changed");
    const drums = this.constructor.drums, players = parts.map((part, i) => i).filter((i) => !!parts[i].drum === drums);
    return [
      !drums && { key: ["Enter", "F2"], label: "Type another pitch", short: "Pitch", run: (i) => this.edit(i) },
      { key: "Alt+ArrowUp", label: drums ? "Another drum, up" : "A semitone up", short: "Up", repeat: true, run: move(0, 1) },
      { key: "Alt+ArrowDown", label: drums ? "Another drum, down" : "A semitone down", short: "Down", repeat: true, run: move(0, -1) },
      !drums && { key: "Alt+Shift+ArrowUp", label: "An octave up", repeat: true, run: move(0, 12) },
      !drums && { key: "Alt+Shift+ArrowDown", label: "An octave down", repeat: true, run: move(0, -12) },
      { key: "Alt+ArrowLeft", label: "Move 20 ms earlier", short: "Earlier", repeat: true, run: move(-NUDGE, 0) },
      { key: "Alt+ArrowRight", label: "Move 20 ms later", short: "Later", repeat: true, run: move(NUDGE, 0) },
      !drums && { key: "Alt+Shift+ArrowLeft", label: "Shorter by a quarter of a beat", short: "Shorter", repeat: true, run: longer(-beat) },
      !drums && { key: "Alt+Shift+ArrowRight", label: "Longer by a quarter of a beat", short: "Longer", repeat: true, run: longer(beat) },
      { key: "Mod+ArrowUp", label: "Louder", repeat: true, run: velocity(LOUDER) },
      { key: "Mod+ArrowDown", label: "Softer", repeat: true, run: velocity(-LOUDER) },
      { key: "O", label: "Hear the note", short: "Hear", run: (i) => this.sound(rows[this.row(i)]) },
      { key: "P", label: "To the next part", short: players.length > 1 ? "Part" : "", run: set((note) => this.moved(players[(players.indexOf(note.part ?? 0) + 1) % players.length] ?? note.part ?? 0), "a note's part changed") },
      { key: ["Delete", "Backspace"], label: "Delete the note", short: "Delete", run: (i) => this.change(removeNote(rows, this.row(i)), "a note deleted") },
      { key: ["Insert", "N"], label: "Add a note at the cursor", short: "Add at cursor", free: true, run: () => this.add(this.timeline.player.time) },
    ].filter(Boolean);
  }

  moved(part) { return { part, program: this.notes.parts[part]?.program ?? 0 }; }
}

export const noteKey = (row) => `${row.onset} ${row.offset} ${row.pitch} ${row.velocity ?? 64} ${row.part ?? 0}`;
