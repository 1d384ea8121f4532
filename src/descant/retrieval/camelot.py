"""The Camelot wheel: the circle of fifths with hours for names, on which neighbours can be mixed.

8B is C major, 8A its relative A minor; an hour on is a fifth up. Keys that are the same, relatives, or an hour apart
share all notes but one at most. Davis: The Camelot Sound easymix system, 1991; DJs call it harmonic mixing.
"""

from __future__ import annotations

import numpy as np

from descant.library.item import NO_KEY
from descant.types.arrays import FloatArray

HOURS = 12
UNKNOWN = 3.5  # hours that a key that nobody knows counts as away: what two keys are on average


def camelot(key: int) -> str:
    """A key's name on the wheel: `8A`. key: as `library.item.key_number` says; empty for none."""
    return "" if key == NO_KEY else f"{_hour(key) + 1}{'A' if key >= HOURS else 'B'}"


def steps(one: int, other: int) -> int:
    """Hours between two keys on the wheel, and one more from major to minor or back."""
    hours = abs(_hour(one) - _hour(other))
    return min(hours, HOURS - hours) + ((one >= HOURS) != (other >= HOURS))


def mixes(one: int, other: int) -> bool:
    """Whether two keys are the same, relatives, or a fifth apart."""
    return NO_KEY not in (one, other) and steps(one, other) <= 1


def relation(one: int, other: int) -> str:
    """How a key follows another, in words: `a fifth up`; empty where they do not mix."""
    if not mixes(one, other):
        return ""
    if one == other:
        return "the same key"
    if (one >= HOURS) != (other >= HOURS):
        return "the relative key"
    return "a fifth up" if (_hour(other) - _hour(one)) % HOURS == 1 else "a fifth down"


def distances(keys: list[int], confidences: list[float]) -> FloatArray:
    """Steps between every two keys, (n, n); where either is not sure, the nearer to UNKNOWN the less sure both are."""
    table = np.full((len(keys), len(keys)), UNKNOWN)
    for row, (one, sure) in enumerate(zip(keys, confidences, strict=True)):
        for column, (other, also) in enumerate(zip(keys, confidences, strict=True)):
            if NO_KEY not in (one, other):
                trust = sure * also
                table[row, column] = trust * steps(one, other) + (1.0 - trust) * UNKNOWN
    return table


def _hour(key: int) -> int:
    """The hour of a key, from 0; a minor key stands at its relative's."""
    major = key if key < HOURS else key - HOURS + 3
    return (7 * major + 7) % HOURS
