// Changes to beats. Each gives {rows, at}: the new rows, and the one to go on with. What is given is left as it is.

const APART = 0.03; // seconds that stay between two beats

const mine = (row) => ({ ...row, confidence: 1 });

/** A beat at another time, between its neighbours. */
export function moveBeat(rows, at, time, duration = Infinity) {
  const low = at > 0 ? rows[at - 1].time + APART : 0, high = at + 1 < rows.length ? rows[at + 1].time - APART : duration;
  const moved = rows.slice();
  moved[at] = { ...mine(rows[at]), time: round(Math.max(low, Math.min(high, time))) };
  return { rows: moved, at };
}

/** A beat that was missed; the beats of its bar are counted anew. Null where another is too near. */
export function insertBeat(rows, time) {
  const at = rows.findIndex((row) => row.time > time), place = at < 0 ? rows.length : at;
  if (rows.some((row) => Math.abs(row.time - time) < APART)) return null;
  const before = rows[place - 1]?.position ?? 0;
  const added = rows.slice();
  added.splice(place, 0, { time: round(time), position: before ? before + 1 : 0, confidence: 1 });
  return { rows: countOn(added, place), at: place };
}

/** Without a beat; where that was a downbeat, the next one is. */
export function removeBeat(rows, at) {
  const left = rows.slice();
  const [gone] = left.splice(at, 1);
  if (gone.position === 1 && at < left.length) left[at] = { ...mine(left[at]), position: 1 };
  return { rows: countOn(left, gone.position === 1 ? at : Math.max(0, at - 1)), at: Math.min(at, left.length - 1) };
}

/** A downbeat here, and bars of `perBar` beats from here on; where one is already, it joins the bar before. */
export function setDownbeat(rows, at, perBar) {
  const set = rows.slice();
  if (rows[at].position === 1) {
    if (at === 0) return { rows, at };
    set[at] = { ...mine(rows[at]), position: rows[at - 1].position ? rows[at - 1].position + 1 : 0 };
    return { rows: countOn(set, at), at };
  }
  for (let i = at; i < set.length; i++) {
    const position = ((i - at) % perBar) + 1;
    if (set[i].position !== position) set[i] = { ...mine(set[i]), position };
  }
  const upbeat = rows.slice(0, at).every((row) => row.position !== 1);
  for (let i = at - 1; upbeat && i >= 0; i--) {
    set[i] = { ...mine(set[i]), position: perBar - ((at - 1 - i) % perBar) };
  }
  return { rows: set, at };
}

/** How many beats most bars have. */
export function beatsPerBar(rows, usual = 4) {
  const counts = new Map();
  let last = -1;
  rows.forEach((row, i) => {
    if (row.position !== 1) return;
    if (last >= 0) counts.set(i - last, (counts.get(i - last) ?? 0) + 1);
    last = i;
  });
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? usual;
}

// The positions after `at`, counted on up to the next downbeat.
function countOn(rows, at) {
  for (let i = at + 1; i < rows.length && rows[i].position !== 1; i++) {
    const position = rows[i - 1].position ? rows[i - 1].position + 1 : 0;
    if (rows[i].position !== position) rows[i] = { ...mine(rows[i]), position };
  }
  return rows;
}

const round = (time) => Math.round(time * 1e6) / 1e6;
