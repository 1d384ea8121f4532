// Which entries of a corrected field are their reader's: those that are certain and that the estimate has not. What was
// left as it was keeps the confidence of its estimate, also when another estimate has taken its place.

import { beatKey } from "./beats.js";
import { noteKey } from "./notes.js";
import { spanKey } from "./spans.js";

const KEYS = { beats: beatKey, notes: noteKey };

export class Estimates {
  #sets = new Map(); // field -> {rows, set}

  constructor(model) { this.model = model; }

  /** mine(row): whether an entry of a field is its reader's. */
  of(field) {
    const set = this.#keys(field), key = KEYS[field] ?? spanKey;
    return (row) => set !== null && (row.confidence ?? 1) >= 1 && !set.has(key(row));
  }

  // The estimate's entries as keys; null where the field is not corrected.
  #keys(field) {
    if (!this.model.corrected(field)) return null;
    const rows = this.model.estimate(field) ?? [];
    if (this.#sets.get(field)?.rows !== rows) this.#sets.set(field, { rows, set: new Set(rows.map(KEYS[field] ?? spanKey)) });
    return this.#sets.get(field).set;
  }

  /** For each note whether it is new; null where none is. */
  notes(columns) {
    const was = this.#keys("notes");
    if (!was) return null;
    if (this.marked?.columns !== columns || this.marked.was !== was) {
      this.marked = { columns, was, fresh: Uint8Array.from(columns.rows, this.of("notes")) };
    }
    return this.marked.fresh;
  }
}
