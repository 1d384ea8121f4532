"""Roman numerals without learning: on every beat the nearest chord template, in the key whose profile fits best.

A chord template is 1 at the chord's pitch classes and 0 elsewhere; the likeness to how long each pitch class is heard
during the beat is their cosine. A key fits by the correlation of its profile with the pitch classes of the bars around.
What the modular analysis and the graph network are compared with.

Krumhansl: Cognitive Foundations of Musical Pitch, Oxford 1990 (the profiles are those of Krumhansl and Kessler 1982).
Fujishima: Realtime Chord Recognition of Musical Sound, ICMC 1999 (the templates).
"""

from __future__ import annotations

import numpy as np

from descant.harmony.chord_vocabulary import KINDS, members, numeral_in
from descant.harmony.note_features import WrittenNotes, within
from descant.harmony.roman import KEYS, MAJOR, MINOR, semitones
from descant.types.arrays import FloatArray, IntArray

PROFILES = {
    MAJOR: (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    MINOR: (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}
QUALITIES = ("maj", "min", "dim", "7", "min7", "dim7", "hdim7")
KEY_BEATS = 12  # before and after the beat: those that its key is taken from
FLATTEST = -5  # fifths from the tonic: roots are spelled between the flat second and the sharp fourth degree


def template_numerals(notes: WrittenNotes) -> tuple[FloatArray, IntArray]:
    """The beginning of each beat in quarters, (b,), and its numeral's class in each of HEADS, (b, 6)."""
    edges = _beats(notes)
    heard = heard_between(notes, edges)
    key_number = _keys(heard)
    chords = [(root, KINDS.index((name, 0))) for name in QUALITIES for root in range(12)]
    templates = np.zeros((len(chords), 12))
    for at, (root, kind) in enumerate(chords):
        templates[at, [(root + semitones(one)) % 12 for one in members(kind)]] = 1
    likeness = heard @ (templates / np.linalg.norm(templates, axis=1, keepdims=True)).T
    best = likeness.argmax(axis=1)
    for at in range(1, len(best)):  # in silence the last chord goes on
        if not heard[at].any():
            best[at] = best[at - 1]
    bass = _lowest(notes, edges)
    classes = []
    for at, of in enumerate(key_number.tolist()):
        root, kind = chords[best[at]]
        sharps = int(notes.sharps[max(0, int(np.searchsorted(notes.bar, edges[at] + 1e-6, side="right")) - 1)])
        tonic, mode = of % 12, (MAJOR, MINOR)[of // 12]
        key = (_spelled(tonic, sharps + (3 if mode == MINOR else 0) - 5, mode), mode)
        fifths = _from(7 * root % 12, key[0] + FLATTEST)
        pitches = [(root + semitones(one)) % 12 for one in members(kind)]
        inversion = pitches.index(bass[at]) if bass[at] in pitches else 0
        classes.append(numeral_in(fifths, kind + inversion, key).classes)
    return edges[:-1], np.array(classes, dtype=np.int64)


def heard_between(notes: WrittenNotes, edges: FloatArray) -> FloatArray:
    """(b, 12) for how many quarters each pitch class is heard between two edges, (b + 1,)."""
    found = np.zeros((len(edges), 12))
    for pitch_class in range(12):
        own = notes.pitch % 12 == pitch_class
        start = notes.onset[own]
        found[:, pitch_class] = _ramps(start, edges) - _ramps(start + notes.duration[own], edges)
    return np.diff(found, axis=0)


def _ramps(start: FloatArray, time: FloatArray) -> FloatArray:
    """For each time the sum of what has passed since every start."""
    begun = np.searchsorted(np.sort(start), time)
    before = np.append(0.0, np.cumsum(np.sort(start)))
    found: FloatArray = begun * time - before[begun]
    return found


def _beats(notes: WrittenNotes) -> FloatArray:
    """The beats from the first note's to the end of the last note."""
    end = float(np.max(notes.onset + notes.duration))
    bars = np.append(notes.bar, max(end, float(notes.bar[-1] + notes.bar_length[-1])))
    beats = [np.arange(low, high - 1e-6, beat) for low, high, beat in zip(bars, bars[1:], notes.beat, strict=False)]
    times = np.unique(np.concatenate(beats))
    first = max(0, int(np.searchsorted(times, notes.onset[0] + 1e-6, side="right")) - 1)
    return np.append(times[first:][times[first:] < end - 1e-6], end)


def _keys(heard: FloatArray) -> IntArray:
    """(b,) the key of each beat: its tonic's pitch class, 12 more in minor."""
    total = np.cumsum(np.pad(heard, ((KEY_BEATS + 1, KEY_BEATS), (0, 0))), axis=0)
    around = total[2 * KEY_BEATS + 1 :] - total[: -2 * KEY_BEATS - 1]
    profiles = np.array([np.roll(PROFILES[mode], tonic) for mode in (MAJOR, MINOR) for tonic in range(12)])
    profiles = profiles - profiles.mean(axis=1, keepdims=True)
    profiles /= np.linalg.norm(profiles, axis=1, keepdims=True)
    found: IntArray = ((around - around.mean(axis=1, keepdims=True)) @ profiles.T).argmax(axis=1)
    return found


def _lowest(notes: WrittenNotes, edges: FloatArray) -> IntArray:
    """(b,) the pitch class of the lowest note heard between two edges; -1 where there is none."""
    found = np.full(len(edges) - 1, -1)
    first = np.maximum(np.searchsorted(edges, notes.onset + 1e-6, side="right") - 1, 0)
    last = np.searchsorted(edges[:-1], notes.onset + notes.duration - 1e-6)
    for at in np.argsort(-notes.pitch, kind="stable").tolist():
        found[first[at] : max(last[at], first[at] + 1)] = notes.pitch[at] % 12
    return found


def _spelled(pitch_class: int, flattest: int, mode: str) -> int:
    """The tonic in fifths, one of twelve from the flattest, if numerals have a key of that name."""
    tonics = [fifths for fifths, of in KEYS if of == mode]
    named = within(np.array([_from(7 * pitch_class % 12, flattest)]), tonics[0], tonics[-1])
    return int(named[0])


def _from(fifths: int, flattest: int) -> int:
    """The enharmonic equal among twelve from the flattest."""
    return flattest + (fifths - flattest) % 12
