"""Pitch spelling by ps13 (Meredith 2006): each note takes the letter that most of the tonics around it would give it.

In the window of KPRE notes before a note and KPOST from it on, each pitch class is taken for the tonic as often as it
sounds; a note's letter is that of its chromatic interval from the tonic in a harmonic scale on it. Stage 1 of the
algorithm, ps13s1, which its author found to be as good as the whole. ps13 leaves open which of the spellings that are
a diminished second apart is meant: here, under each key signature, the one that agrees with it best.

Meredith: The ps13 Pitch Spelling Algorithm, Journal of New Music Research 35(2), 2006.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from descant.types.names import PITCH_CLASSES
from descant.types.score import FARTHEST, STEPS, SpelledPitch

KPRE, KPOST = 10, 42  # notes
# Letters from a tonic up to the note so many semitones above it.
LETTERS = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)
# Letter of each pitch class from C, where a piece begins: C, C#, D, Eb, E, F, F#, G, G#, A, Bb, B.
FIRST = (0, 0, 1, 2, 2, 3, 3, 4, 4, 5, 6, 6)
FIFTHS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}


def spelled(pitch: Sequence[int], sharps: Sequence[int]) -> list[SpelledPitch]:
    """The names of notes in their order of onset. sharps: of the signature that each stands under."""
    if not len(pitch):
        return []
    letters = _letters(np.asarray(pitch) % 12)
    places = _fifths(np.asarray(pitch) % 12, letters)
    middle = np.asarray(sharps) + 2  # the middle of a signature's seven notes on the line of fifths: D without signs
    edges = [0, *(np.flatnonzero(np.diff(middle)) + 1).tolist(), len(middle)]
    for low, high in pairwise(edges):  # under each signature; a diminished second up or down is twelve fifths
        here = places[low:high] - middle[low:high]
        places[low:high] += min((-24, -12, 0, 12, 24), key=lambda one: float(np.abs(here + one).sum()))
    return [named(int(midi), int(place)) for midi, place in zip(pitch, places, strict=True)]


def _letters(classes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The letter of each note, 0 for C, up to a shift of all of them."""
    count = len(classes)
    one_hot = np.zeros((count + 1, 12), dtype=np.int64)
    one_hot[np.arange(count) + 1, classes] = 1
    sums = np.cumsum(one_hot, axis=0)
    low, high = np.maximum(np.arange(count) - KPRE, 0), np.minimum(np.arange(count) + KPOST, count)
    often = sums[high] - sums[low]  # (count, 12): how often each class sounds around each note
    first = int(classes[0])
    tonics = np.arange(12)
    # The letter that each tonic has, if the first note has its own.
    of_tonic = (FIRST[first] - np.array(LETTERS)[(first - tonics) % 12]) % 7
    letter = (of_tonic + np.array(LETTERS)[(classes[:, None] - tonics) % 12]) % 7  # (count, tonics)
    strength = np.zeros((count, 7), dtype=np.int64)
    for tonic in range(12):
        np.add.at(strength, (np.arange(count), letter[:, tonic]), often[:, tonic])
    return np.asarray(strength.argmax(axis=1))


def _fifths(classes: npt.NDArray[np.int64], letters: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Each note's place on the line of fifths, C at 0, of its class and letter."""
    natural = np.array([PITCH_CLASSES[one] for one in STEPS])[letters]
    alter = (classes - natural + 6) % 12 - 6
    return np.asarray(np.array([FIFTHS[one] for one in STEPS])[letters] + 7 * alter)


def named(midi: int, place: int) -> SpelledPitch:
    """The pitch of a MIDI number with this place on the line of fifths, or the nearest that can be written."""
    while True:
        alter, letter = divmod(place + 1, 7)
        if abs(alter) <= min(2, FARTHEST):
            break
        place -= 12 if place > 0 else -12
    step = "FCGDAEB"[letter]
    octave, rest = divmod(midi - alter - PITCH_CLASSES[step], 12)
    assert rest == 0, "a name and its pitch agree"
    return SpelledPitch(step, octave - 1, alter)
