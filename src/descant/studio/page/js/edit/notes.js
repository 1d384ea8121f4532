// Changes to notes. Each gives {rows, at}: the new rows in order of onset, and where the note is among them.

const SHORTEST = 0.03; // seconds

const round = (time) => Math.round(time * 1e6) / 1e6;

/** A note with other values: {onset, offset, pitch, velocity, part}. */
export function changeNote(rows, at, values, duration = Infinity) {
  const note = { ...rows[at], ...values, confidence: 1 };
  note.pitch = Math.max(0, Math.min(127, Math.round(note.pitch)));
  note.onset = round(Math.max(0, Math.min(duration - SHORTEST, note.onset)));
  note.offset = round(Math.max(note.onset + SHORTEST, Math.min(duration, note.offset)));
  const others = rows.slice();
  others.splice(at, 1);
  return placed(others, note);
}

/** A note at another time and pitch, as long as it was. */
export function moveNote(rows, at, seconds, semitones, duration = Infinity) {
  const { onset, offset, pitch } = rows[at], later = Math.max(-onset, Math.min(duration - offset, seconds));
  return changeNote(rows, at, { onset: onset + later, offset: offset + later, pitch: pitch + semitones }, duration);
}

export function addNote(rows, note) {
  return placed(rows.slice(), { velocity: 80, ...note, onset: round(note.onset), offset: round(Math.max(note.offset, note.onset + SHORTEST)), confidence: 1 });
}

export function removeNote(rows, at) {
  const left = rows.slice();
  left.splice(at, 1);
  return { rows: left, at: Math.min(at, left.length - 1) };
}

// A binary search, since the rows are in order of onset.
function placed(rows, note) {
  let low = 0, high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].onset <= note.onset) low = middle + 1; else high = middle;
  }
  rows.splice(low, 0, note);
  return { rows, at: low };
}
