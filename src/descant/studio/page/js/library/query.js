// What is looked for: words, notes, an item or a file, in any mix; and how it is written in the address.

import { api } from "../api.js";

const LIMIT = 20;
const NOTE = /^(?:[A-G](?:#+|♯+|b+|♭+)?-?\d?|[rR])(?:[:/]\d+(?:\.\d+)?(?:\/\d+)?)?$/;
const FEWEST = 4;
const NOTATION = /\.(mid|midi|kar|rmi|musicxml|xml|mxl|mei|abc|krn)$/i;
export const FACETS = ["all", "rhythm", "harmony", "timbre", "melody"];

/** Whether words are notes by their names: C C G G A A G. */
function readsAsNotes(words) {
  const parts = words.trim().split(/[\s,|]+/).filter(Boolean);
  return parts.length >= FEWEST && parts.every((part) => NOTE.test(part));
}

const SEMITONES = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

/** MIDI pitches of notes by their names; without an octave, as near as can be to the note before, or to middle C. */
export function pitchesOf(notes) {
  const found = [];
  for (const [, letter, signs, octave] of notes.matchAll(/([A-G])([#♯]*|[b♭]*)(-?\d)?(?=[\s,|:/]|$)/g)) {
    const tone = SEMITONES[letter] + (/[b♭]/.test(signs) ? -signs.length : signs.length);
    const before = found.at(-1) ?? 60;
    found.push(octave ? 12 * (Number(octave) + 1) + tone : before + (((tone - before + 6) % 12) + 12) % 12 - 6);
  }
  return found;
}

export class Asked {
  words = "";
  plain = false; // words that look like notes are words all the same
  notes = ""; // played
  like = null; // {id, name}
  by = "all";
  file = null; // a File or Blob
  name = "";
  kind = "clip";
  sort = "newest";
  page = 1;

  static from(query) {
    const one = new Asked();
    one.words = query.get("words") ?? "";
    one.plain = query.has("plain");
    one.notes = query.get("notes") ?? "";
    if (/^\d+$/.test(query.get("like") ?? "")) one.like = { id: Number(query.get("like")), name: query.get("name") ?? "" };
    if (FACETS.includes(query.get("by"))) one.by = query.get("by");
    one.sort = query.get("sort") ?? "newest";
    one.page = Math.max(1, Number(query.get("page")) || 1);
    return one;
  }

  take(file, name = file.name) {
    this.file = file;
    this.name = name;
    this.kind = NOTATION.test(name) ? "hum" : "clip";
    this.like = null;
    this.notes = "";
    this.page = 1;
  }

  get asNotes() { return !this.notes && !this.plain && readsAsNotes(this.words); }

  get empty() { return !this.words.trim() && !this.notes.trim() && !this.like && !this.file; }

  /** The address; files have none. */
  get hash() {
    const query = this.#query({ plain: this.plain ? "1" : "", like: this.like?.id, name: this.like?.name, by: this.by === "all" ? "" : this.by, sort: this.sort === "newest" ? "" : this.sort, page: this.page > 1 ? this.page : "" }, true);
    return `#/library${query && `?${query}`}`;
  }

  #query(more, whole = false) {
    const notes = this.asNotes && !whole ? this.words : this.notes;
    const words = this.asNotes && !whole ? "" : this.words;
    return new URLSearchParams(Object.entries({ words: words.trim(), notes: notes.trim(), ...more }).filter(([, value]) => value !== "" && value !== undefined && value !== null)).toString();
  }

  /** A page of items. */
  find(signal) {
    if (this.empty) return api.get(`/api/library/items?${this.#query({ sort: this.sort, page: this.page, limit: LIMIT })}`, { signal });
    const by = this.by !== "all" && (this.like || (this.file && this.kind === "like")) ? this.by : "";
    if (!this.file) return api.get(`/api/library/search?${this.#query({ like: this.like?.id, by, page: this.page, limit: LIMIT })}`, { signal });
    return api.upload(this.file, { path: `/api/library/search?${this.#query({ kind: this.kind, by, page: this.page, limit: LIMIT, name: this.name })}`, signal });
  }
}
