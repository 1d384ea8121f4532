"""Chords in their keys written as numerals: a brief change of key is written as chords that lean on a degree.

A row of written keys is chosen that costs least. Where it is not the key of a chord, the chord is written in it anyway:
dominants and augmented sixths as applied to the key's degree, `V7/V`, the others by their own root.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from descant.harmony.chord_vocabulary import FLAT_SIXTH, KINDS, MODES, KeyedChord, degree_of, numeral_in
from descant.harmony.note_features import within
from descant.harmony.roman import KEYS, ROOTS, Roman
from descant.types.arrays import IntArray


@dataclass(frozen=True)
class Costs:
    """Of writing; a chord that is applied to a degree costs 1. Tuned on AugmentedNet's validation pieces."""

    new_key: float = 1.6
    borrowed: float = 1.0  # a chord of another key that is written by its own root


COSTS = Costs()
APPLIED = 1.0
TONIC = (1, 0)
_DOMINANTS = {1: ("maj", "7", "aug"), 5: ("dim", "dim7", "hdim7"), FLAT_SIXTH: ("7",)}  # by fifths over the tonic


def written(chords: Sequence[KeyedChord], costs: Costs = COSTS) -> list[Roman]:
    """A numeral for each chord of one or more, in the row of keys that costs least."""
    meant = [_in_named_key(one) for one in chords]
    keys = list(dict.fromkeys(key for _, _, key in meant))
    choices = {one: [_written_in(key, *one, costs) for key in keys] for one in dict.fromkeys(meant)}
    each = np.arange(len(keys))
    total = np.zeros(len(keys))
    came: list[IntArray] = []
    for one in meant:
        best = int(np.argmin(total))
        changes = total[best] + costs.new_key < total
        came.append(np.where(changes, best, each))
        total = np.where(changes, total[best] + costs.new_key, total) + [cost for cost, _ in choices[one]]
    at = int(np.argmin(total))
    found: list[Roman] = []
    for one, back in zip(reversed(meant), reversed(came), strict=True):
        found.append(choices[one][at][1])
        at = int(back[at])
    return found[::-1]


def _in_named_key(one: KeyedChord) -> tuple[int, int, tuple[int, str]]:
    """A chord's root in fifths, its kind and its key, twelve fifths away where numerals have no such key."""
    mode = MODES[one.mode]
    tonics = [fifths for fifths, of in KEYS if of == mode]
    tonic = ROOTS[one.tonic]
    named = int(within(np.array([tonic]), tonics[0], tonics[-1])[0])
    return ROOTS[one.root] + named - tonic, one.kind, (named, mode)


def _written_in(
    key: tuple[int, str], fifths: int, kind: int, meant: tuple[int, str], costs: Costs
) -> tuple[float, Roman]:
    """What it costs to write a chord in a key that may not be the one that is meant, and the numeral."""
    if key == meant:
        return 0.0, numeral_in(fifths, kind, key)
    secondary = degree_of(meant[0], key)
    dominant = KINDS[kind][0] in _DOMINANTS.get(fifths - meant[0], ())
    if dominant and secondary is not None and secondary != TONIC:
        return APPLIED, numeral_in(fifths, kind, key, secondary)
    return inf if degree_of(fifths, key) is None else costs.borrowed, numeral_in(fifths, kind, key)
