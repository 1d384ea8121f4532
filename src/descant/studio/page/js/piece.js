// One piece of music: what was heard in it, and over that what its reader says instead. The two are never mixed:
// a correction is a fragment of the piece's JSON (docs/json.md) kept under its field's name, and can be put back.

import { api } from "./api.js";
import { onPiece } from "./events.js";
import { say } from "./say.js";

const MEMBERS = {
  tempo: ["tempo"], meter: ["meter", "meter_confidence"], beats: ["beats"], keys: ["keys", "key"], chords: ["chords"],
  sections: ["sections"], notes: ["notes", "parts", "bends", "controls", "tempos", "meters"],
};
const WAIT = 350; // ms from a correction until it is sent; what follows within it is sent with it
const ECHO = 2500; // ms in which news of the piece are those of our own corrections
const MOST_STEPS = 200;

export class PieceModel extends EventTarget {
  #columns = new Map();
  #done = []; // {field, before, after, label}; a fragment is null where the estimate stands
  #undone = [];
  #waiting = new Map(); // field -> timer
  #kept = new Map(); // field -> the fragment that the server has
  #sending = Promise.resolve();
  #sends = new Map(); // field -> how often it was sent
  #sent = -Infinity; // when something was sent last, or had arrived
  #soon = 0; // the timer of news that are put off
  #close = [];

  constructor(about) {
    super();
    this.#take(about);
  }

  static async load(id) {
    const model = new PieceModel(await api.get(`/api/pieces/${id}`));
    model.#watch();
    return model;
  }

  get id() { return this.about.id; }

  // Whether there is anything to see; while it is heard again, what was heard before.
  get heard() { return this.about.state === "ready" || Object.keys(this.piece.made_by ?? {}).length > 0; }

  // A field's value: the correction where there is one, else the estimate; undefined where there is neither.
  get(field) {
    const member = field === "parts" || field === "key" ? { parts: "notes", key: "keys" }[field] : field;
    const from = this.corrected(member) ? this.piece.corrections : this.piece;
    return from[field] ?? (field === "key" && from.keys?.length ? { label: longest(from.keys) } : undefined);
  }

  estimate(field) { return this.piece[field]; }

  corrected(field) { return this.piece.corrections?.[field] !== undefined; }

  // All that belongs to a field and is corrected as one, such as notes with their parts.
  fragment(field) {
    const from = this.corrected(field) ? this.piece.corrections : this.piece;
    return pick(from, MEMBERS[field]);
  }

  // What `make` gives for a field's value, made once until the value changes.
  columns(field, make) {
    if (!this.#columns.has(field)) this.#columns.set(field, make(this.get(field) ?? [], this));
    return this.#columns.get(field);
  }

  // Say something else in a field's stead. Shown at once, sent soon; taken back, in words, where the server refuses.
  correct(field, fragment, label = "") {
    this.#done.push({ field, before: this.corrected(field) ? this.fragment(field) : null, after: fragment, label });
    if (this.#done.length > MOST_STEPS) this.#done.shift();
    this.#undone = [];
    this.#set(field, fragment);
  }

  // Put a field back to its estimate.
  revert(field) {
    if (this.corrected(field)) this.correct(field, null, `put ${field} back to the estimate`);
  }

  get undoable() { return this.#done.at(-1)?.label ?? null; }
  get redoable() { return this.#undone.at(-1)?.label ?? null; }

  undo() { return this.#step(this.#done, this.#undone, "before"); }
  redo() { return this.#step(this.#undone, this.#done, "after"); }

  // Send what still waits; resolves when the server has it all.
  flush(options) {
    for (const [field, timer] of this.#waiting) { clearTimeout(timer); this.#send(field, options); }
    return this.#sending;
  }

  close() {
    for (const end of this.#close) end();
    return this.flush();
  }

  #step(from, to, side) {
    const change = from.pop();
    if (!change) return null;
    to.push(change);
    this.#set(change.field, change[side]);
    return change.label;
  }

  #set(field, fragment) {
    this.#place(field, fragment);
    clearTimeout(this.#waiting.get(field));
    this.#waiting.set(field, setTimeout(() => this.#send(field), WAIT));
  }

  #place(field, fragment) {
    const corrections = { ...this.piece.corrections };
    for (const name of MEMBERS[field]) delete corrections[name];
    this.piece = { ...this.piece, corrections: { ...corrections, ...fragment } };
    this.#changed([field]);
  }

  #changed(fields) {
    for (const field of fields) this.#columns.delete(field);
    for (const field of fields) this.dispatchEvent(new CustomEvent("change", { detail: { field } }));
  }

  #send(field, options) {
    this.#waiting.delete(field);
    const fragment = this.corrected(field) ? this.fragment(field) : null, mine = (this.#sends.get(field) ?? 0) + 1;
    this.#sends.set(field, mine);
    this.#sending = this.#sending.then(async () => {
      this.#sent = performance.now();
      const path = `/api/pieces/${this.id}/corrections/${field}`;
      try {
        await (fragment ? api.put(path, fragment, options) : api.del(path, undefined, options));
        this.#kept.set(field, fragment);
      } catch (error) {
        if (this.#sends.get(field) === mine && !this.#waiting.has(field)) this.#refused(field, error); // else it is said anew
      }
      this.#sent = performance.now();
    });
  }

  #refused(field, error) {
    this.#done = this.#done.filter((change) => change.field !== field);
    this.#undone = this.#undone.filter((change) => change.field !== field);
    this.#place(field, this.#kept.get(field) ?? null);
    say(`That was not kept: ${error.message}`, { kind: "error" });
  }

  #take(about) {
    const { piece, ...rest } = about;
    this.about = rest;
    this.piece = piece ?? { schema: 1, duration: about.duration };
    this.duration = this.piece.duration ?? about.duration ?? 0;
    for (const field of Object.keys(MEMBERS)) this.#kept.set(field, this.corrected(field) ? this.fragment(field) : null);
  }

  #watch() {
    this.#close.push(onPiece(this.id, () => this.#news()), () => clearTimeout(this.#soon));
    const leave = () => { this.flush({ keepalive: true }); };
    addEventListener("pagehide", leave);
    this.#close.push(() => removeEventListener("pagehide", leave));
  }

  // The piece has changed, here or elsewhere: it is looked at once nothing of ours is on its way any more.
  #news() {
    const rest = Math.max(this.#sent + ECHO - performance.now(), this.#waiting.size ? WAIT : 0);
    clearTimeout(this.#soon);
    if (rest > 0) this.#soon = setTimeout(() => this.#news(), rest);
    else this.refresh().catch((error) => say(error.message, { kind: "error" }));
  }

  // Take the piece anew from the server. Event 'refresh' where it was heard again or became another one; where only
  // corrections differ, as those made in another window, their fields change.
  async refresh() {
    const sent = this.#sent, about = await api.get(`/api/pieces/${this.id}`);
    if (this.#waiting.size || this.#sent !== sent) return this.#news(); // it was corrected meanwhile
    const told = () => JSON.stringify([this.heard || this.about.state, this.about.has, { ...this.piece, corrections: null }]);
    const was = told(), before = this.piece.corrections ?? {};
    this.#take(about);
    const after = this.piece.corrections ?? {};
    this.#changed(Object.keys(MEMBERS).filter((field) => JSON.stringify(pick(before, MEMBERS[field])) !== JSON.stringify(pick(after, MEMBERS[field]))));
    if (told() === was) return;
    this.#columns.clear();
    this.dispatchEvent(new CustomEvent("refresh"));
  }
}

// The label that stands for the longest time.
function longest(spans) {
  const seconds = new Map();
  for (const { label, start, end } of spans) seconds.set(label, (seconds.get(label) ?? 0) + end - start);
  return [...seconds].reduce((most, one) => (one[1] > most[1] ? one : most))[0];
}

function pick(object, names) {
  return Object.fromEntries(names.filter((name) => object[name] !== undefined).map((name) => [name, object[name]]));
}
