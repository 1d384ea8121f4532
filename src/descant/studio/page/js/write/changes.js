// What a take changed: of the notes as they sound, exactly; of the page, by the longest run of signs that both have.

const CLOSE = 0.002; // seconds within which a note is where it was

// {fresh, gone, outside: {same, fresh, gone, cut}} of rows of notes before and after. window: {start, end} in seconds, or null
// for all. cut: what is left outside of notes that reached over an edge of it; it is not counted as fresh.
export function changedNotes(before, after, window = null) {
  const { kept, rest } = matched(before, after);
  const outside = (note) => window !== null && (note.offset <= window.start + CLOSE || note.onset >= window.end - CLOSE);
  const gone = before.filter((note) => !kept.has(note)), reached = gone.filter((note) => !outside(note));
  const isCut = (note) => reached.some((one) => one.pitch === note.pitch && Math.abs(note.onset < window.start ? one.onset - note.onset : one.offset - note.offset) < CLOSE);
  const strange = rest.filter(outside), cut = strange.filter(isCut).length;
  return {
    fresh: rest, gone, same: kept.size,
    outside: { same: [...kept].filter(outside).length, fresh: strange.length - cut, gone: gone.filter(outside).length, cut },
  };
}

// Notes that are in both, by pitch, onset and offset; several alike are counted.
function matched(before, after) {
  const byPitch = new Map();
  for (const note of before) {
    if (!byPitch.has(note.pitch)) byPitch.set(note.pitch, []);
    byPitch.get(note.pitch).push(note);
  }
  const kept = new Set(), rest = [];
  for (const note of after) {
    const same = byPitch.get(note.pitch)?.find(one =>
      !kept.has(one) && Math.abs(one.onset - note.onset) < CLOSE && Math.abs(one.offset - note.offset) < CLOSE);
    if (same) kept.add(same); else rest.push(note);
  }
  return { kept, rest };
}

// Names of the notes on a page that were not there before: of each part and bar what is not in the longest common run.
// pages: SVG elements, in the document or not.
export function changedNames(before, after) {
  const old = signs(before), names = new Set();
  for (const [place, row] of signs(after)) {
    const common = commonRun(old.get(place)?.map((one) => one.sign) ?? [], row.map((one) => one.sign));
    row.forEach((one, at) => { if (!common.has(at)) names.add(one.name); });
  }
  return names;
}

// Of each part and measure ('0-8') its notes: {name, sign}. A sign is what the note looks like, but for where along the staff.
function signs(pages) {
  const found = new Map();
  for (const page of pages) {
    for (const note of page.querySelectorAll("g.e-note[data-name]")) {
      const [part, measure] = note.dataset.name.slice(1).split("-");
      const place = `${part}-${measure}`;
      if (!found.has(place)) found.set(place, []);
      found.get(place).push({ name: note.dataset.name, sign: signOf(note) });
    }
  }
  return found;
}

function signOf(note) {
  const staff = note.closest("g.e-staff")?.querySelector(":scope > path")?.getAttribute("d") ?? "";
  const top = Number(/^M\S+ (\S+)/.exec(staff)?.[1] ?? 0);
  const used = [...note.querySelectorAll("g.e-notehead use, g.e-accid use")].map((one) => {
    const glyph = /E[0-9A-F]{3,4}/.exec(one.getAttribute("href") ?? "")?.[0];
    const y = Number(/translate\(\S+ (\S+)\)/.exec(one.getAttribute("transform") ?? "")?.[1] ?? 0);
    return `${glyph} ${Math.round((y - top) / 10)}`;
  });
  const stem = note.closest("g.e-chord") ?? note; // dots and flags belong to the whole chord
  const short = stem.querySelector("g.e-flag") || note.closest("g.e-beam") ? "short" : "";
  return [...used, stem.querySelectorAll("g.e-dots ellipse").length, short].join(", ");
}

// Places of the second row that belong to a longest common subsequence.
function commonRun(one, other) {
  const table = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1));
  for (let i = one.length - 1; i >= 0; i--) {
    for (let j = other.length - 1; j >= 0; j--) {
      table[i][j] = one[i] === other[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  const found = new Set();
  for (let i = 0, j = 0; i < one.length && j < other.length;) {
    if (one[i] === other[j]) { found.add(j); i++; j++; } else if (table[i + 1][j] >= table[i][j + 1]) i++; else j++;
  }
  return found;
}
