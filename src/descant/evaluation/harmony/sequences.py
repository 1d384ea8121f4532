"""The chords of whole pieces, by data set and split: POP909, Billboard, When in Rome (the split of `ears`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from descant.datasets import pop909, when_in_rome
from descant.datasets.chord_sequences import (
    BILLBOARD,
    ChordSequence,
    billboard_sequences,
    pop909_sequences,
    when_in_rome_sequences,
)
from descant.evaluation.ears.collections import scores


@dataclass(frozen=True)
class Sequences:
    """A data set by its name."""

    name: str
    load: Callable[[str], Iterator[ChordSequence]]  # the pieces of a split: train, valid or test


def _when_in_rome(split: str) -> Iterator[ChordSequence]:
    return when_in_rome_sequences(lambda piece: scores.split_of(piece) == split)


SEQUENCES = (
    Sequences(pop909.NAME, pop909_sequences),
    Sequences(BILLBOARD, billboard_sequences),
    Sequences(when_in_rome.NAME, _when_in_rome),
)
