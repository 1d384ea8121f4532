"""The chords of whole pieces, by data set and split: POP909, Billboard, When in Rome (the split of `ears`)."""

from __future__ import annotations

from collections.abc import Iterator

from descant.datasets import pop909, when_in_rome
from descant.datasets.chord_sequences import (
    BILLBOARD,
    ChordSequence,
    billboard_sequences,
    pop909_sequences,
    when_in_rome_sequences,
)
from descant.datasets.when_in_rome import split_of
from descant.evaluation.task import PieceSet


def _when_in_rome(split: str) -> Iterator[ChordSequence]:
    return when_in_rome_sequences(lambda piece: split_of(piece) == split)


SEQUENCES = (
    PieceSet(pop909.NAME, pop909_sequences),
    PieceSet(BILLBOARD, billboard_sequences),
    PieceSet(when_in_rome.NAME, _when_in_rome),
)
