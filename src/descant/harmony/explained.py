"""Roman numerals explained: the tree of regions that the tonal grammar finds over the chords of each key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from descant.harmony.degree_chords import NAMES, number
from descant.harmony.numerals import named
from descant.harmony.roman import semitones
from descant.harmony.tonal_grammar import tonal_grammar
from descant.harmony.tree import Tree, with_leaves
from descant.types.roman_numerals import RomanNumerals

AS = {"aug7": "aug", "aug6": "7"}  # what the grammar's vocabulary lacks, as the nearest that it sounds like


@dataclass(frozen=True)
class Explained:
    """The chords of one key and their tree."""

    key: str  # such as `Eb major`
    start: float  # quarters
    tree: Tree


def explained(numerals: RomanNumerals) -> Iterator[Explained]:
    """A tree for each stretch in one key. The leaves are the numerals as they are written."""
    each = zip(numerals.key, numerals.start.tolist(), numerals.figure, strict=True)
    for key, group in groupby(each, key=lambda one: one[0]):
        stretch = list(group)
        chords = np.array([_chord(key, figure) for _, _, figure in stretch], dtype=np.int64)
        tree = tonal_grammar().parse(chords, NAMES)
        yield Explained(key, stretch[0][1], with_leaves(tree, [figure for _, _, figure in stretch]))


def _chord(key: str, figure: str) -> int:
    """The chord of the grammar's vocabulary."""
    found = named(key, figure)
    quality = AS.get(found.quality, found.quality)
    return number(semitones(found.root) - semitones(found.key[0]), quality)
