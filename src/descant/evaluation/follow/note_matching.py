"""Which performed note answers which written one: F-measure of the pairs, as played and with errors put in.

People matched the notes of Vienna 4x22; of takes made by rule it is known. The baseline is a plain edit distance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from descant.alignment.note_matching import NONE, match
from descant.alignment.practice import PracticePage
from descant.datasets import jsb, vienna4x22
from descant.evaluation.follow import edit_distance
from descant.evaluation.follow.practice_takes import made_up, vienna
from descant.evaluation.follow.take_errors import spoiled
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.measures import retrieval
from descant.evaluation.task import PieceSet, Request, Task, each_piece
from descant.types.arrays import FloatArray, IntArray

MATCHING, EDITS = "note matching", "edit distance"
SHARE = 0.02  # of the notes, spoiled in each of seven ways

System = Callable[[PracticePage, FloatArray, IntArray], IntArray]


def _matched(page: PracticePage, onset: FloatArray, pitch: IntArray) -> IntArray:
    found = match(page.notes, onset, pitch, page.bars)
    at = np.flatnonzero(found.written != NONE)
    return np.stack([found.written[at], at], axis=1)


SYSTEMS: dict[str, System] = {MATCHING: _matched, EDITS: edit_distance.matched}
SETS = (PieceSet(vienna4x22.NAME, vienna), PieceSet(f"{jsb.NAME}, performed by rule", made_up))


def measure(request: Request) -> Iterator[Measured]:
    """Both systems on every take; a set that is missing is left out and told of."""
    for _, take in each_piece(SETS, request, TASK.name):
        worse = spoiled(take, SHARE)
        for name, system in SYSTEMS.items():
            raw = _right(system(take.page, take.onset, take.pitch), take.answers)
            yield Measured(TASK.name, take.data, take.id, None, name, {}, raw)
            raw = _right(system(take.page, worse.onset, worse.pitch), worse.answers)
            yield Measured(TASK.name, f"{take.data}, with errors", take.id, None, name, {}, raw)


def _right(found: IntArray, answers: IntArray) -> tuple[int, int, int]:
    """How many pairs are right, are told, and are there."""
    return int((answers[found[:, 1]] == found[:, 0]).sum()), len(found), int((answers != NONE).sum())


def pooled(group: Sequence[Measured]) -> Pooled:
    """The rates over all notes together; n is the number of takes."""
    right, told, true = np.sum([one.raw for one in group], axis=0).tolist()
    return {name: (value, len(group)) for name, value in retrieval(right, told, true).items()}


TASK = Task(name="note matching", baseline=EDITS, measure=measure, pooled=pooled)
