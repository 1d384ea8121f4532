// Rows of a piece's JSON as columns of numbers, sorted by time: what drawing and sounding look things up in.

const SECTION_COLOURS = 8;

// Notes; `reach` is the latest end so far, so that a search in it finds where drawing begins.
export function noteColumns(given, parts = []) {
  const rows = sorted(given), count = rows.length;
  const columns = {
    rows, parts, onset: new Float64Array(count), offset: new Float64Array(count), reach: new Float64Array(count),
    pitch: new Uint8Array(count), velocity: new Uint8Array(count), part: new Uint16Array(count), drum: new Uint8Array(count),
    program: new Uint8Array(count),
  };
  let reach = 0;
  for (let at = 0; at < count; at++) {
    const row = rows[at], part = row.part ?? 0;
    columns.onset[at] = row.onset;
    columns.offset[at] = row.offset;
    columns.reach[at] = reach = Math.max(reach, row.offset);
    columns.pitch[at] = row.pitch;
    columns.velocity[at] = row.velocity ?? 64;
    columns.part[at] = part;
    columns.drum[at] = row.drum ?? parts[part]?.drum ?? false;
    columns.program[at] = row.program ?? parts[part]?.program ?? 0;
  }
  return columns;
}

// Beats; `bar` is the number of each one's bar, counted from the first downbeat, and `first` where the bars begin.
export function beatColumns(rows) {
  const time = Float64Array.from(rows, (row) => row.time), position = Uint8Array.from(rows, (row) => row.position ?? 0);
  const bar = new Int32Array(rows.length), first = [];
  for (let at = 0; at < rows.length; at++) {
    if (position[at] === 1) first.push(at);
    bar[at] = first.length;
  }
  const gaps = [];
  for (let at = 1; at < time.length; at++) gaps.push(time[at] - time[at - 1]);
  const usual = gaps.sort((a, b) => a - b)[gaps.length >> 1] || 0.5;
  return { rows, time, position, bar, first, bars: Float64Array.from(first, (at) => time[at]), usual };
}

// Labelled spans: chords, keys, sections.
export function spanColumns(rows) {
  return { rows, start: Float64Array.from(rows, (row) => row.start), end: Float64Array.from(rows, (row) => row.end) };
}

// A colour for each label of the sections, in order of appearance.
export function sectionColours(rows) {
  const labels = [...new Set(rows.map((row) => row.label))];
  return new Map(labels.map((label, i) => [label, `s${i % SECTION_COLOURS}`]));
}

function sorted(rows) {
  for (let at = 1; at < rows.length; at++) {
    if (rows[at].onset < rows[at - 1].onset) return rows.slice().sort((a, b) => a.onset - b.onset);
  }
  return rows;
}
