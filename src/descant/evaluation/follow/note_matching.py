"""Which performed note answers which written one: F-measure of the pairs, as played and with errors put in.

People matched the notes of Vienna 4x22; of takes made by rule it is known. The baseline is a plain edit distance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import numpy as np

from descant.alignment.note_matching import NONE, match
from descant.alignment.practice import PracticePage
from descant.datasets import jsb, vienna4x22
from descant.errors import MissingDataError
from descant.evaluation.follow import edit_distance
from descant.evaluation.follow.practice_takes import Take, made_up, spoiled, vienna
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.measures import Measures
from descant.evaluation.task import PieceSet, Request, Task
from descant.types.arrays import FloatArray, IntArray

MATCHING, EDITS = "note matching", "edit distance"
SHARE = 0.02  # of the notes, spoiled in each of seven ways

System = Callable[[PracticePage, FloatArray, IntArray], IntArray]


def _matched(page: PracticePage, onset: FloatArray, pitch: IntArray) -> IntArray:
    found = match(page.notes, onset, pitch, page.bars)
    at = np.flatnonzero(found.written != NONE)
    return np.stack([found.written[at], at], axis=1)


SYSTEMS: dict[str, System] = {MATCHING: _matched, EDITS: edit_distance.matched}


def sets(split: str) -> tuple[PieceSet[Take], ...]:
    """The takes of a split."""
    rule = PieceSet(f"{jsb.NAME}, performed by rule", made_up)
    return (PieceSet(vienna4x22.NAME, lambda _: vienna()), rule) if split == "test" else (rule,)


def measure(request: Request) -> Iterator[Measured]:
    """Both systems on every take; a set that is missing is left out and told of."""
    wanted = sets(request.split)
    for number, one in enumerate(wanted):
        try:
            takes = list(islice(one.load(request.split), request.count))
        except MissingDataError as error:
            request.left_out.append(f"{TASK.name}: {one.name} is left out: {error}")
            continue
        for take in takes:
            worse = spoiled(take, SHARE)
            for name, system in SYSTEMS.items():
                raw = _right(system(take.page, take.onset, take.pitch), take.answers)
                yield Measured(TASK.name, take.data, take.id, None, name, {}, raw)
                raw = _right(system(take.page, worse.onset, worse.pitch), worse.answers)
                yield Measured(TASK.name, f"{take.data}, with errors", take.id, None, name, {}, raw)
        request.progress((number + 1) / len(wanted))


def _right(found: IntArray, answers: IntArray) -> tuple[int, int, int]:
    """How many pairs are right, are told, and are there."""
    return int((answers[found[:, 1]] == found[:, 0]).sum()), len(found), int((answers != NONE).sum())


def rates(right: int, told: int, true: int) -> Measures:
    """F-measure, precision and recall."""
    return {
        "F-measure": 2 * right / max(told + true, 1),
        "Precision": right / max(told, 1),
        "Recall": right / max(true, 1),
    }


def pooled(group: Sequence[Measured]) -> Pooled:
    """The rates over all notes together; n is the number of takes."""
    right, told, true = np.sum([one.raw for one in group], axis=0).tolist()
    return {name: (value, len(group)) for name, value in rates(right, told, true).items()}


TASK = Task(name="note matching", baseline=EDITS, measure=measure, pooled=pooled)
