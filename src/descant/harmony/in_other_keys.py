"""The same notes in other keys, and what is said of them there brought back: a network that was taught every key alike
still hears each a little differently, and the mean of what it says in several is surer than one.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt

from descant.harmony.note_features import WrittenNotes
from descant.harmony.roman import HEADS, KEYS, ROOTS
from descant.types.arrays import IntArray
from descant.types.score import MOST_SHARPS

READ_IN = (0, 2, -2)  # fifths up: a tone higher, a tone lower
UNHEARD = 1e-6  # the probability of a class that has no like in the other key


def keys_for(notes: WrittenNotes) -> list[int]:
    """Those of READ_IN in which key signatures still have a name; 0 is one of them."""
    lowest, highest = int(notes.sharps.min()), int(notes.sharps.max())
    return [up for up in READ_IN if not up or (lowest + up >= -MOST_SHARPS and highest + up <= MOST_SHARPS)]


def transposed(notes: WrittenNotes, up: int) -> WrittenNotes:
    """So many fifths up, by the nearest octave."""
    semitones = (7 * up + 6) % 12 - 6
    return replace(notes, fifths=notes.fifths + up, pitch=notes.pitch + semitones, sharps=notes.sharps + up)


def brought_back(head: str, said: npt.NDArray[np.float32], up: int) -> npt.NDArray[np.float32]:
    """Probabilities (onsets, classes) of a head for notes that were `up` fifths up, as for the notes themselves."""
    if head not in ("key", "root") or not up:
        return said
    like = _like(head, up)
    found = np.full_like(said, UNHEARD)
    found[:, like >= 0] = said[:, like[like >= 0]]
    return found


@cache
def _like(head: str, up: int) -> IntArray:
    """Of each class the one that it is `up` fifths up; -1 where there is none."""
    assert head in HEADS
    if head == "root":
        return np.array([ROOTS.index(root + up) if root + up in ROOTS else -1 for root in ROOTS])
    moved = [(fifths + up, mode) for fifths, mode in KEYS]
    return np.array([KEYS.index(key) if key in KEYS else -1 for key in moved])
