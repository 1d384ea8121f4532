// Chords and keys as people write them (Dm7, F♯ø7, Bb/D; Gm, E flat) and as the piece keeps them: Harte's syntax (D:min7).

const LETTERS = "CDEFGAB";
const STEPS = [0, 2, 4, 5, 7, 9, 11]; // semitones of the letters, and of the major scale's degrees
const DEGREES = ["1", "b2", "2", "b3", "3", "4", "b5", "5", "b6", "6", "b7", "7"];
const SHOWN = {
  "": "", maj: "", min: "m", dim: "°", aug: "+", maj7: "maj7", min7: "m7", dim7: "°7", hdim7: "ø7", hdim: "ø7", minmaj7: "m(maj7)",
  maj6: "6", min6: "m6", min9: "m9", min11: "m11", min13: "m13", "sus4(b7)": "7sus4", "maj(9)": "add9", "(1,5)": "5", "aug(b7)": "+7",
};
const WRITTEN = {
  "": "maj", M: "maj", maj: "maj", major: "maj", m: "min", "-": "min", mi: "min", min: "min", minor: "min",
  "°": "dim", o: "dim", dim: "dim", "+": "aug", aug: "aug", 6: "maj6", maj6: "maj6", M6: "maj6", m6: "min6", "-6": "min6", min6: "min6",
  7: "7", dom7: "7", M7: "maj7", "Δ": "maj7", "Δ7": "maj7", maj7: "maj7", ma7: "maj7", m7: "min7", "-7": "min7", mi7: "min7", min7: "min7",
  "°7": "dim7", o7: "dim7", dim7: "dim7", "ø": "hdim7", "ø7": "hdim7", m7b5: "hdim7", "-7b5": "hdim7", "m7(b5)": "hdim7", min7b5: "hdim7", hdim7: "hdim7",
  mM7: "minmaj7", "m(maj7)": "minmaj7", mmaj7: "minmaj7", minmaj7: "minmaj7", "-M7": "minmaj7", "+7": "aug(b7)", aug7: "aug(b7)", "7#5": "aug(b7)",
  sus: "sus4", sus2: "sus2", sus4: "sus4", "7sus4": "sus4(b7)", "7sus": "sus4(b7)", "sus4(b7)": "sus4(b7)", add9: "maj(9)", "(add9)": "maj(9)", 5: "(1,5)",
  9: "9", 11: "11", 13: "13", maj9: "maj9", M9: "maj9", m9: "min9", "-9": "min9", min9: "min9", m11: "min11", min11: "min11", m13: "min13", min13: "min13",
  maj11: "maj11", maj13: "maj13", "7b9": "7(b9)", "7(b9)": "7(b9)", "7#9": "7(#9)", "7(#9)": "7(#9)", "7b5": "7(b5)",
};
const HARTE = /^(?:N|X|[A-G][b#]*:(?:(?:[a-z]+\d*|[b#]?\d+)(?:\([*b#\d,]*\))?|\([*b#\d,]+\))(?:\/[b#]*\d+)?)$/;

/** A chord as it is kept, from either way of writing; null where it cannot be read. */
export function readChord(text) {
  const given = plain(text);
  if (/^(n\.?c\.?|n|none|-)$/i.test(given)) return "N";
  if (given === "?" || given === "X") return "X";
  if (HARTE.test(given)) return given;
  const found = /^([A-Ga-g])([b#]*)([^/]*)(?:\/([A-Ga-g][b#]*|[b#]*\d+))?$/.exec(given);
  if (!found) return null;
  const [, letter, marks, kind, bass] = found, root = letter.toUpperCase() + marks, quality = WRITTEN[kind];
  if (quality === undefined) return null;
  if (!bass) return `${root}:${quality}`;
  const degree = /\d/.test(bass) ? bass : DEGREES[(pitchClass(bass) - pitchClass(root) + 12) % 12];
  return `${root}:${quality}${degree === "1" ? "" : `/${degree}`}`;
}

/** A chord as it is shown: D:min7/b3 is Dm7/F. */
export function chordName(label) {
  if (label === "N") return "N.C.";
  if (label === "X") return "?";
  const [chord, degree] = label.split("/"), [root, quality = ""] = chord.split(":");
  const [, base, added] = /^([^(]*)(.*)$/.exec(quality);
  const name = SHOWN[quality] ?? `${SHOWN[base] ?? base}${added}`;
  return signs(root + name) + (degree && degree !== "1" ? `/${above(root, degree)}` : "");
}

/** A key as it is kept, `Bb major`, from Bb, Gm, f# minor; null where it cannot be read. */
export function readKey(text) {
  const given = plain(text);
  if (/^(n|no key|none)$/i.test(given)) return "N";
  const found = /^([A-Ga-g])([b#]?)[ -]*(|major|maj|dur|M|minor|min|moll|m)$/.exec(given.replace(/ (flat|sharp)/i, (_, sign) => (/f/i.test(sign) ? "b" : "#")));
  if (!found) return null;
  const minor = /^(minor|min|moll|m)$/.test(found[3]) || (!found[3] && /[a-g]/.test(found[1]));
  return `${found[1].toUpperCase()}${found[2]} ${minor ? "minor" : "major"}`;
}

export function keyName(label) {
  return label === "N" ? "no key" : signs(label);
}

/** C♯4 of a MIDI pitch. */
export function pitchName(pitch) {
  return ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"][pitch % 12] + (Math.floor(pitch / 12) - 1);
}

/** A MIDI pitch from C#4 or 61; null where it cannot be read. */
export function readPitch(text) {
  const given = plain(text);
  if (/^\d{1,3}$/.test(given)) return Number(given) <= 127 ? Number(given) : null;
  const found = /^([A-Ga-g])([b#]*)(-?\d)$/.exec(given);
  if (!found) return null;
  const pitch = 12 * (Number(found[3]) + 1) + STEPS[LETTERS.indexOf(found[1].toUpperCase())] + shift(found[2]);
  return pitch >= 0 && pitch <= 127 ? pitch : null;
}

const plain = (text) => text.trim().replaceAll("♭", "b").replaceAll("♯", "#").replace(/^([A-Ga-g]) ?(?:-?flat)\b/i, "$1b").replace(/^([A-Ga-g]) ?(?:-?sharp)\b/i, "$1#");
const shift = (marks) => [...marks].reduce((sum, mark) => sum + (mark === "#") - (mark === "b"), 0);
const pitchClass = (name) => (STEPS[LETTERS.indexOf(name[0].toUpperCase())] + shift(name.slice(1)) + 24) % 12;
const signs = (text) => text.replaceAll("b", "♭").replaceAll("#", "♯");

// The note a Harte interval above a root, spelled by its degree: b3 above D is F, 3 above E is G♯.
function above(root, interval) {
  const degree = Number(interval.replace(/[b#]/g, "")) - 1, letter = (LETTERS.indexOf(root[0]) + degree) % 7;
  const wanted = STEPS[LETTERS.indexOf(root[0])] + shift(root.slice(1)) + STEPS[degree % 7] + shift(interval);
  const off = ((wanted - STEPS[letter] + 18) % 12) - 6;
  return LETTERS[letter] + (off > 0 ? "♯".repeat(off) : "♭".repeat(-off));
}
