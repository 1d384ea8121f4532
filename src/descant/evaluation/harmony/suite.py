"""The suite `harmony`: every task on its data."""

from __future__ import annotations

from collections.abc import Iterable

from descant.evaluation.harmony import beam_width, cadence, chord_bits, roman_numeral, tune
from descant.evaluation.harmony.task import Progress, Request, Task
from descant.evaluation.measured import Report, headline_values, rows_beside
from descant.evaluation.wanted import wanted_tasks

TASKS: dict[str, Task] = {one.TASK.name: one.TASK for one in (chord_bits, roman_numeral, beam_width, cadence, tune)}


def evaluate(
    split: str = "test",
    count: int | None = None,
    tasks: Iterable[str] = (),
    progress: Progress = lambda _: None,
) -> Report:
    """Every figure of the suite.

    split: `test`, or `valid` while a system is being tuned. count: only the first pieces of each data set.
    tasks: only these, all where none is named.

    Raises UnknownTransformError where a task is not known, MissingDataError where the split is not. A data set that is
    missing is left out and told of.
    """
    wanted = wanted_tasks(tasks, split, TASKS)
    report = Report([], [], [])
    for at, task in enumerate(wanted):

        def told(share: float, done: int = at) -> None:
            progress((done + share) / len(wanted))

        found = list(task.measure(Request(split, count, report.left_out, told)))
        if task.listed:
            report.items.extend(headline_values(found, {task.name: task.listed}))
        report.rows.extend(rows_beside(found, {task.name: task.baseline}, task.pooled))
    return report
