"""The suite `follow`: every task on its data."""

from __future__ import annotations

from collections.abc import Iterable

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
from descant.evaluation.measured import Report
from descant.evaluation.task import Progress, Task, evaluated

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


def evaluate(
    split: str = "test",
    count: int | None = None,
    tasks: Iterable[str] = (),
    progress: Progress = lambda _: None,
) -> Report:
    """Every figure of the suite, as `evaluated` says.

    split: `test`, or `valid` while a system is being tuned. count: only the first pieces of each data set.
    tasks: only these, all where none is named.
    """
    return evaluated(TASKS, split, count, tasks, progress)
