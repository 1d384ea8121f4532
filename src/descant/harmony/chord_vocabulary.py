"""The 1,540 chords and 70 keys of the modular analysis, and how they are told relative to a pitch.

A chord is one of 35 roots and one of 44 kinds: four triads in three inversions, eight seventh chords in four. A key is
one of 35 tonics in major or minor. Pitches are numbered by ROOTS, from F double flat to B double sharp. From one to
another there are 25 steps on the line of fifths, twelve down to twelve up; a longer way is taken for its enharmonic
equal, so chords and keys relative to a pitch are the same in every transposition.

A chord that leans on a degree is a chord in that degree's key, so applied chords are brief changes of key. An augmented
sixth chord is a dominant seventh chord on the flat sixth degree, as it sounds.

McLeod and Rohrmeier: A Modular System for the Harmonic Analysis of Musical Scores using a Large Vocabulary, ISMIR 2021.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from descant.harmony.note_features import within
from descant.harmony.roman import MAJOR, MINOR, NONE, QUALITIES, ROOTS, Roman, secondary_mode, tonic_of
from descant.types.arrays import IntArray

MODES = (MAJOR, MINOR)
TRIADS = ("maj", "min", "dim", "aug")
SEVENTHS = ("maj7", "min7", "7", "dim7", "hdim7", "aug7", "minmaj7", "augmin7")
KINDS = tuple((name, at) for names, many in ((TRIADS, 3), (SEVENTHS, 4)) for name in names for at in range(many))
CHORDS = len(ROOTS) * len(KINDS)  # root * 44 + kind
ALL_KEYS = len(ROOTS) * len(MODES)

REACH = 12  # fifths
STEPS = 2 * REACH + 1
RELATIVE = STEPS * len(KINDS)  # chords relative to a pitch: step * 44 + kind
CHANGES = 1 + STEPS * len(MODES)  # 0 where the key stays, else 1 + mode * 25 + step
HOMES = 15  # how many sharps a key has more than the key signature, from -7 to 7

_EVERY = np.arange(len(ROOTS))
STEP: IntArray = within(_EVERY[None, :] - _EVERY[:, None], -REACH, REACH) + REACH  # (35, 35) from, to -> 0 to 24
# (35, 25) from, step -> to
MOVED: IntArray = within(_EVERY[:, None] + np.arange(-REACH, REACH + 1) + ROOTS[0], ROOTS[0], ROOTS[-1]) - ROOTS[0]

_WRITTEN = {"minmaj7": "min7", "augmin7": "aug7"}  # numerals have no sign of their own for these
_AS_IT_SOUNDS = {"aug6": "7"}
FLAT_SIXTH = -4  # fifths from the tonic


class KeyedChord(NamedTuple):
    """A chord in its key: root and tonic by their numbers in ROOTS, the kind's in KINDS, the mode's in MODES."""

    root: int
    kind: int
    tonic: int
    mode: int


def keyed_chord(one: Roman) -> KeyedChord | None:
    """The chord of a numeral, in the key of what it leans on; None where its root or tonic is not in the vocabulary."""
    key = one.key
    if one.secondary != NONE:
        key = (tonic_of(one.key, one.secondary), secondary_mode(one.key, one.secondary))
        other = (key[0], MINOR if key[1] == MAJOR else MAJOR)
        if one.quality != "aug6" and tonic_of(key, one.degree) != one.root == tonic_of(other, one.degree):
            key = other
    kind = (_AS_IT_SOUNDS.get(one.quality, one.quality), one.inversion)
    if one.root not in ROOTS or key[0] not in ROOTS or kind not in KINDS:
        return None
    return KeyedChord(ROOTS.index(one.root), KINDS.index(kind), ROOTS.index(key[0]), MODES.index(key[1]))


def numeral_in(fifths: int, kind: int, key: tuple[int, str], secondary: tuple[int, int] = NONE) -> Roman:
    """A chord with its root in fifths written in a key, or as leaning on one of its degrees.

    Where no degree has its root, its enharmonic equal is written.
    """
    of = key if secondary == NONE else (tonic_of(key, secondary), secondary_mode(key, secondary))
    name, inversion = KINDS[kind]
    if name == "7" and fifths - of[0] == FLAT_SIXTH:
        return Roman(key, (4, 1), "aug6", inversion, fifths, secondary)
    if degree_of(fifths, of) is None:
        fifths = of[0] + (fifths - of[0] + 5) % 12 - 5  # between the flat second and the sharp fourth degree
    return Roman(key, degree_of(fifths, of) or NONE, _WRITTEN.get(name, name), inversion, fifths, secondary)


def degree_of(fifths: int, key: tuple[int, str]) -> tuple[int, int] | None:
    """The degree of a key that a pitch is; None where it is altered by more than a semitone."""
    for number in range(1, 8):
        alter, rest = divmod(fifths - tonic_of(key, (number, 0)), 7)
        if rest == 0 and abs(alter) <= 1:
            return number, alter
    return None


def members(kind: int) -> tuple[int, ...]:
    """The pitches of a kind of chord, in fifths from its root."""
    more = {"minmaj7": (0, -3, 1, 5), "augmin7": (0, 4, 8, -2)}
    return {**QUALITIES, **more}[KINDS[kind][0]]


def change_of(tonic: IntArray, mode: IntArray, new_tonic: IntArray, new_mode: IntArray) -> IntArray:
    """The number in CHANGES from each key to each other; 0 where it stays."""
    found: IntArray = 1 + new_mode * STEPS + STEP[tonic, new_tonic]
    return np.where((tonic == new_tonic) & (mode == new_mode), 0, found)


def home_of(tonic: IntArray, mode: IntArray, sharps: IntArray) -> IntArray:
    """The number in HOMES of each key under a key signature."""
    own = tonic + ROOTS[0] - 3 * mode
    found: IntArray = np.clip(own - sharps, -7, 7) + 7
    return found
