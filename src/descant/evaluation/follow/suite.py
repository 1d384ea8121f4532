"""The suite `follow`: every task on its data."""

from __future__ import annotations

from functools import partial

from descant.evaluation.follow import (
    accompaniment,
    following,
    note_matching,
    page_turn,
    practice,
    practice_heard,
    recovery,
    singing,
    symbolic,
    symbolic_recovery,
)
from descant.evaluation.task import Task, evaluated

TASKS: dict[str, Task] = {
    one.TASK.name: one.TASK
    for one in (
        following,
        recovery,
        symbolic,
        symbolic_recovery,
        accompaniment,
        page_turn,
        note_matching,
        practice,
        practice_heard,
        singing,
    )
}

evaluate = partial(evaluated, TASKS)
