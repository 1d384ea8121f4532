"""What the modules of the modular analysis learn from: the onsets of analysed scores, and their chords in their keys.

A piece has one row an onset: the fields of `Onsets`, and `label`, (o, 4): the root, kind, tonic and mode of its chord
(`KeyedChord`), UNKNOWN where it is not in the vocabulary. Neighbours with the same label are one segment.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.harmony.chord_vocabulary import KINDS, STEP, change_of, home_of, keyed_chord
from descant.harmony.note_features import SPELLINGS, GraphInputs
from descant.harmony.note_graph import EXACT, note_graph
from descant.harmony.onset_features import onsets_of
from descant.harmony.roman import DEGREES, INVERSIONS, KEYS, QUALITY_NAMES, ROOTS, Roman
from descant.training.recipe import Example
from descant.training.recipes.chord_gnn import cadences
from descant.training.roman_examples import example, roman_examples
from descant.types.arrays import IntArray

UNKNOWN = -1
IGNORED = -100  # a target that does not count


@dataclass(frozen=True, eq=False)
class ChordRow:
    """The c chords of a piece, and what follows them."""

    told: IntArray  # (c, 4) as a network reads them, each in its key
    before: IntArray  # (c - 1, 4) the same chords without the last, each in the key of the next one
    chord: IntArray  # (c,) relative to the tonic
    change: IntArray  # (c - 1,) in CHANGES: how the key changes after each but the last
    first: IntArray  # (2,) the first key: mode, and how many sharps it has more than the key signature, in HOMES


def modular_examples(split: str, debug: bool) -> list[Example]:
    """The pieces of `train` or `valid`; with `debug` made-up cadences. Raises MissingDataError."""
    if debug:
        return [onset_rows(example(cadences(seed + 10 * (split == "train")))) for seed in range(4)]
    return [onset_rows(rows) for rows in roman_examples(split)]


def onset_rows(rows: Example) -> Example:
    """A piece as the modules learn it, from its notes (`roman_examples`)."""
    time, notes = rows["time"], rows["notes"]
    graph = note_graph(time[:, 0], time[:, 1], notes[:, SPELLINGS])
    first = np.flatnonzero(np.diff(time[:, 0], prepend=-np.inf) > EXACT)
    onsets = onsets_of(GraphInputs(notes, rows["onsets"][first], graph), float(time.sum(axis=1).max()))
    label = np.array([_label(*one) for one in rows["classes"][first, :6].tolist()])
    return {**vars(onsets), "label": label}


def segments(label: IntArray) -> IntArray:
    """The first onset of each segment, from labels (o, 4)."""
    found: IntArray = np.flatnonzero(np.append(True, np.any(np.diff(label, axis=0) != 0, axis=1)))
    return found


def chord_row(rows: Example) -> ChordRow:
    """The chords of a piece that are in the vocabulary, two or more, without the ones that are not."""
    first = segments(rows["label"])
    first = first[rows["label"][first, 0] != UNKNOWN]
    root, kind, tonic, mode = rows["label"][first].T
    sharps = rows["sharps"][first]
    home = home_of(tonic, mode, sharps)
    change = change_of(tonic[:-1], mode[:-1], tonic[1:], mode[1:])
    chord = STEP[tonic, root] * len(KINDS) + kind
    seen = STEP[tonic[1:], root[:-1]] * len(KINDS) + kind[:-1]
    return ChordRow(
        told=np.stack([chord, np.append(0, change), mode, home], axis=1),
        before=np.stack([seen, change, mode[1:], home[1:]], axis=1),
        chord=chord,
        change=change,
        first=np.array([mode[0], home[0]]),
    )


def relative_chord(label: IntArray, reference: IntArray) -> IntArray:
    """(s,) the chords of labels, (s, 4), over references, (s,); IGNORED where they are unknown."""
    known = label[:, 0] != UNKNOWN
    found: IntArray = np.where(known, STEP[reference, label[:, 0]] * len(KINDS) + label[:, 1], IGNORED)
    return found


@cache
def _label(key: int, degree: int, quality: int, inversion: int, root: int, secondary: int) -> tuple[int, ...]:
    """From the class in each of HEADS."""
    unknown = (UNKNOWN,) * 4
    if min(key, degree, quality, inversion, root, secondary) < 0:
        return unknown
    one = Roman(
        KEYS[key],
        DEGREES[degree],
        QUALITY_NAMES[quality],
        INVERSIONS[inversion],
        ROOTS[root],
        DEGREES[secondary],
    )
    return keyed_chord(one) or unknown


def padded(rows: npt.NDArray[Any], length: int, value: int) -> npt.NDArray[Any]:
    """The rows filled up with a value to a length."""
    empty = [(0, length - len(rows))] + [(0, 0)] * (rows.ndim - 1)
    return np.pad(rows, empty, constant_values=value)
