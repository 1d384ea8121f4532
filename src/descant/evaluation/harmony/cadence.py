"""How many ends of phrases are found as cadences, given the true numerals: in Beethoven's quartets and Bach's chorales.

People marked where phrases end, in neither set what kind of cadence ends them, so only places are measured. A cadence
is right if a phrase ends within a beat of it, each end counting once. Quartets are split by their number, chorales by
theirs (`datasets.dcml_abc`, `datasets.chorale_phrases`). Fermatas, which end nearly every phrase of a chorale, are not
told. The baseline takes every step from a dominant to the tonic, and every dominant triad on a downbeat, all in root
position.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from descant.datasets import chorale_phrases, dcml_abc
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.measures import retrieval
from descant.evaluation.task import PieceSet, Request, Task, each_piece
from descant.harmony.cadences import ROOT_POSITION, Chord, Lines, Page, cadences_of
from descant.types.arrays import FloatArray
from descant.types.roman_numerals import RomanNumerals

CADENCES, EVERY = "cadences", "every close"
NONE = np.zeros(0)


@dataclass(frozen=True, eq=False)
class Phrased:
    """A piece whose ends of phrases are known, in quarters."""

    id: str
    page: Page
    numerals: RomanNumerals
    phrase_end: FloatArray


def quartets(split: str) -> Iterator[Phrased]:
    """Movements of Beethoven's quartets."""
    for one in dcml_abc.movements(split):
        yield Phrased(one.id, Page(one.notes, one.line, one.closes, NONE), one.numerals, one.phrase_end)


def chorales(split: str) -> Iterator[Phrased]:
    """Chorales by Bach."""
    for one in chorale_phrases.chorales(split):
        yield Phrased(one.id, Page(one.notes, one.line, NONE, NONE), one.numerals, one.phrase_end)


SETS = (PieceSet(dcml_abc.NAME, quartets), PieceSet("when_in_rome chorales", chorales))


def every_close(page: Page, numerals: RomanNumerals) -> FloatArray:
    """Where a dominant in root position goes to the tonic, or a dominant triad stands on a downbeat."""
    chords, lines = [Chord.of(one) for one in numerals.figure], Lines(page)
    found = []
    for at in range(1, len(numerals)):
        time = float(numerals.start[at])
        authentic = chords[at - 1].on(5, ROOT_POSITION) and chords[at].on(1)
        if authentic or (chords[at].on(5) and lines.strength(time) == 3):
            found.append(time)
    return np.array(found)


SYSTEMS: dict[str, Callable[[Page, RomanNumerals], FloatArray]] = {
    CADENCES: lambda page, numerals: cadences_of(page, numerals).time,
    EVERY: every_close,
}


def hits(found: FloatArray, true: FloatArray, beat: FloatArray) -> int:
    """How many of `found` are within their beat (quarters, one each) of one of `true` that none before them took."""
    taken = np.zeros(len(true), dtype=bool)
    for time, reach in zip(found, beat, strict=True):
        near = np.flatnonzero((np.abs(true - time) <= reach + 1e-6) & ~taken)
        taken[near[:1]] = True
    return int(taken.sum())


def measure(request: Request) -> Iterator[Measured]:
    """Both systems on both sets; a set that is missing is left out and told of."""
    for one, piece in each_piece(SETS, request, TASK.name):
        lines = Lines(piece.page)
        for name, system in SYSTEMS.items():
            found = system(piece.page, piece.numerals)
            right = hits(found, piece.phrase_end, np.array([lines.beat(time) for time in found]))
            raw = (right, len(found), len(piece.phrase_end))
            yield Measured(TASK.name, f"{one.name}/{request.split}", piece.id, None, name, retrieval(*raw), raw)


def pooled(group: Sequence[Measured]) -> Pooled:
    """The rates over all ends of phrases together; n is their number."""
    right, found, true = np.sum([one.raw for one in group], axis=0).tolist()
    return {name: (value, true) for name, value in retrieval(right, found, true).items()}


TASK = Task(name="cadence", baseline=EVERY, measure=measure, pooled=pooled)
