// Changes to labelled spans: chords, keys, sections. Each gives {rows, at}: the new rows, and the one to go on with.

const SHORTEST = 0.05; // seconds
const TOUCHING = 0.011; // seconds between two spans that share a border

const mine = (row) => ({ ...row, confidence: 1 });
const round = (time) => Math.round(time * 1e6) / 1e6;

export function relabel(rows, at, label) {
  const named = rows.slice();
  named[at] = { ...mine(rows[at]), label };
  return { rows: named, at };
}

/** Two spans of one, the second from `time` on. Null where one of them would be too short. */
export function split(rows, at, time) {
  const { start, end } = rows[at];
  if (time < start + SHORTEST || time > end - SHORTEST) return null;
  const parted = rows.slice();
  parted.splice(at, 1, { ...mine(rows[at]), end: round(time) }, { ...mine(rows[at]), start: round(time) });
  return { rows: parted, at: at + 1 };
}

/** The start or the end of a span at another time; a neighbour that touches it there gives way or follows. */
export function moveBorder(rows, at, side, time, duration = Infinity) {
  const left = side === "start" ? at - 1 : at, right = left + 1;
  const touching = left >= 0 && right < rows.length && rows[right].start - rows[left].end < TOUCHING;
  const moves = side === "start" ? { left: touching, right: true } : { left: true, right: touching };
  const low = left < 0 ? 0 : moves.left ? rows[left].start + SHORTEST : rows[left].end;
  const high = right >= rows.length ? duration : moves.right ? rows[right].end - SHORTEST : rows[right].start;
  const there = round(Math.max(low, Math.min(high, time))), moved = rows.slice();
  if (moves.left) moved[left] = { ...mine(rows[left]), end: there };
  if (moves.right) moved[right] = { ...mine(rows[right]), start: there };
  return { rows: moved, at };
}

/** Without a span: the one before it goes on through its time, or the one after it begins there. */
export function removeSpan(rows, at) {
  const { start, end } = rows[at], left = rows.slice();
  left.splice(at, 1);
  const before = at - 1, touches = (one, other) => Math.abs(one - other) < TOUCHING;
  if (before >= 0 && touches(rows[before].end, start)) left[before] = { ...mine(rows[before]), end };
  else if (at < left.length && touches(left[at].start, end)) left[at] = { ...mine(left[at]), start };
  return { rows: left, at: Math.max(0, Math.min(before, left.length - 1)) };
}

/** A span where none is, cut to the gap. Null where there is no gap. */
export function addSpan(rows, start, end, label) {
  const later = rows.findIndex((row) => row.start > start), at = later < 0 ? rows.length : later;
  const low = Math.max(start, rows[at - 1]?.end ?? 0), high = Math.min(end, rows[at]?.start ?? Infinity);
  if (high - low < SHORTEST) return null;
  const more = rows.slice();
  more.splice(at, 0, { start: round(low), end: round(high), label, confidence: 1 });
  return { rows: more, at };
}
