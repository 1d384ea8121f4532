"""The Illiac Suite's way: notes drawn at random, and thrown away until the rules of counterpoint let them pass.

Four voices in even notes over one scale. A chord is four pitches, drawn evenly from what each voice sings, and stays if
no rule forbids it; after too many attempts in vain the last chords are taken back. RULES are those of strict style that
concern note against note. Nothing else is known: what comes out is correct, and goes nowhere but to its last chord.

Hiller and Isaacson: Experimental Music: Composition with an Electronic Computer, 1959; as in the second experiment of
their string quartet of 1957. Simplified: no cantus firmus and no suspensions, all chords are whole triads, and a piece
in vain is not begun anew but from a few chords before.

Frames are (chords, 4) MIDI numbers from soprano to bass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from descant.composition.jsb_raster import RANGES
from descant.errors import InvalidValueError
from descant.types.arrays import IntArray
from descant.types.names import pitch_class
from descant.types.roman_numerals import KEY

SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 11)}
LEADING = 11  # semitones above the tonic
DIMINISHED = (0, 3, 6)
TRIADS = {  # root and shape of every triad, by its pitch classes
    frozenset((root + tone) % 12 for tone in shape): (root, shape)
    for root in range(12)
    for shape in ((0, 4, 7), (0, 3, 7), DIMINISHED)
}
_IS_TRIAD = np.zeros(1 << 12, dtype=bool)  # by the sum of 1 << pitch class
_IS_TRIAD[[sum(1 << tone for tone in triad) for triad in TRIADS]] = True
PERFECT = (0, 7)  # intervals without their octaves
LEAP = 5  # semitones: from here on a line turns back
WIDEST = (12, 12, 19)  # semitones between neighbours
ATTEMPTS = 20_000  # at one chord
AT_ONCE = 2_000
STEP_BACK = 4  # chords
LONGEST = 1000  # chords

Chord = tuple[int, ...]


@dataclass(frozen=True)
class Place:
    """A chord with what comes before it, all pitches counted from a tonic."""

    chord: Chord
    before: Chord | None = None
    earlier: Chord | None = None  # the one before that
    left: int = 2  # chords still to come

    @property
    def moves(self) -> Iterator[tuple[int, int]]:
        """Of each voice, where it was and where it is."""
        return zip(self.before or (), self.chord, strict=False)

    @property
    def root(self) -> tuple[int, tuple[int, ...]] | None:
        """The triad's root and its shape; None where the chord is none."""
        return TRIADS.get(frozenset(pitch % 12 for pitch in self.chord))


def _no_triad(place: Place) -> bool:
    return place.root is None


def _stands_badly(place: Place) -> bool:
    """In second inversion, or diminished and not on its third."""
    root, shape = place.root or (0, (0, 0, 0))
    bass = (place.chord[-1] - root) % 12
    return bass == shape[2] or (shape == DIMINISHED and bass != 3)


def _doubled_leading_note(place: Place) -> bool:
    return sum(pitch % 12 == LEADING for pitch in place.chord) > 1


def _spaced(place: Place) -> bool:
    """Voices cross, or neighbours are too far apart."""
    gaps = [upper - lower for upper, lower in pairwise(place.chord)]
    return any(not 0 <= gap <= widest for gap, widest in zip(gaps, WIDEST, strict=True))


def _overlap(place: Place) -> bool:
    """A voice goes beyond where its neighbour was."""
    was, now = place.before, place.chord
    return was is not None and any(now[at] < was[at + 1] or now[at + 1] > was[at] for at in range(len(now) - 1))


def _same_chord(place: Place) -> bool:
    return place.chord == place.before


def _bad_leap(place: Place) -> bool:
    """A tritone, a seventh, more than an octave, or an augmented second."""
    moves = [(abs(now - was), {was % 12, now % 12}) for was, now in place.moves]
    return any(size in (6, 10, 11) or size > 12 or (size == 3 and ends == {8, LEADING}) for size, ends in moves)


def _goes_on_after_a_leap(place: Place) -> bool:
    """An upper voice leaps, and does not turn back."""
    if place.before is None or place.earlier is None:
        return False
    lines = zip(place.earlier[:-1], place.before, place.chord, strict=False)
    return any(abs(was - first) >= LEAP and (was - first) * (now - was) >= 0 for first, was, now in lines)


def _parallels(place: Place) -> bool:
    """Two voices go from a unison, fifth or octave to another."""
    return any(
        one[0] != one[1] and two[0] != two[1] and (one[0] - two[0]) % 12 == (one[1] - two[1]) % 12 in PERFECT
        for one, two in combinations(place.moves, 2)
    )


def _leapt_into(place: Place) -> bool:
    """The outer voices go one way into a fifth or octave, and the soprano leaps."""
    if place.before is None:
        return False
    top, bottom = place.chord[0] - place.before[0], place.chord[-1] - place.before[-1]
    return top * bottom > 0 and abs(top) > 2 and (place.chord[0] - place.chord[-1]) % 12 in PERFECT


def _no_cadence(place: Place) -> bool:
    """The piece does not begin and end on the tonic, or no leading note rises to the last chord."""
    at_home = place.root is not None and place.root[0] == place.chord[-1] % 12 == 0
    if place.before is None:
        return not at_home
    if place.left == 1:
        return not any(pitch % 12 == LEADING for pitch in place.chord)
    return place.left == 0 and not (at_home and all(now - was == 1 for was, now in place.moves if was % 12 == LEADING))


RULES: Mapping[str, Callable[[Place], bool]] = {  # by what is broken
    "no triad": _no_triad,
    "inversion": _stands_badly,
    "doubled leading note": _doubled_leading_note,
    "spacing": _spaced,
    "cadence": _no_cadence,
    "same chord": _same_chord,
    "overlap": _overlap,
    "parallels": _parallels,
    "leap": _bad_leap,
    "leap not turned": _goes_on_after_a_leap,
    "leapt into": _leapt_into,
}


def broken(place: Place) -> str:
    """The first rule that a chord breaks; empty where it may stay."""
    return next((name for name, rule in RULES.items() if rule(place)), "")


def illiac(length: int, rng: np.random.Generator, key: str = "C major") -> IntArray:
    """The frames of a piece. Raises InvalidValueError where `length` is too small or large, or the key is none."""
    if not 3 <= length <= LONGEST:
        raise InvalidValueError(f"counterpoint takes 3 to {LONGEST:,} chords, got {length}")
    if not KEY.fullmatch(key):
        raise InvalidValueError(f"{key!r} is no key; write Eb major")
    name, _, mode = key.partition(" ")
    tonic = pitch_class(name)
    sung = [
        [pitch - tonic for pitch in range(low, high + 1) if (pitch - tonic) % 12 in SCALES[mode]]
        for low, high in RANGES
    ]
    found: list[Chord] = []
    while len(found) < length:
        chord = _drawn(sung, found, length, rng)
        if chord is None:
            del found[-STEP_BACK:]
        else:
            found.append(chord)
    return np.array(found, dtype=np.int64) + tonic


def _drawn(sung: list[list[int]], found: list[Chord], length: int, rng: np.random.Generator) -> Chord | None:
    """A chord that breaks no rule; None where none was met. What is no triad is told of all draws at once."""
    before, earlier = [*reversed(found[-2:]), None, None][:2]
    for _ in range(ATTEMPTS // AT_ONCE):
        draws = np.stack([rng.choice(pitches, AT_ONCE) for pitches in sung], axis=1)
        triads = draws[_IS_TRIAD[np.bitwise_or.reduce(1 << draws % 12, axis=1)]]
        places = (Place(tuple(draw), before, earlier, length - len(found) - 1) for draw in triads.tolist())
        kept = next((place.chord for place in places if not broken(place)), None)
        if kept is not None:
            return kept
    return None
