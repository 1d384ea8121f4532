"""What a task is: a question to several systems on a split of its data, and how the answers are pooled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from descant.errors import MissingDataError
from descant.evaluation.measured import Measured, Pooled, Report, headline_values, rows_beside
from descant.evaluation.wanted import wanted_tasks

Piece = TypeVar("Piece")
Progress = Callable[[float], None]


@dataclass(frozen=True)
class PieceSet(Generic[Piece]):
    """A data set by its name."""

    name: str
    load: Callable[[str], Iterator[Piece]]  # the pieces of a split: train, valid or test


@dataclass(frozen=True)
class Request:
    """What is asked of a task."""

    split: str
    count: int | None  # only the first pieces of each data set
    left_out: list[str]  # what was not measured, and why: tasks add to it
    progress: Progress  # told the share that is done, from 0 to 1


@dataclass(frozen=True)
class Task:
    """A question, with the system that the others are held against."""

    name: str
    baseline: str
    measure: Callable[[Request], Iterable[Measured]]
    pooled: Callable[[Sequence[Measured]], Pooled]  # the figures of one system on one data set
    listed: str = ""  # the measure that is told of every item; none where items are not told one by one


def each_piece(sets: Sequence[PieceSet[Piece]], request: Request, task: str) -> Iterator[tuple[PieceSet[Piece], Piece]]:
    """Every piece that is asked for, with its set; a set that is missing is left out and told of."""
    for number, one in enumerate(sets):
        try:
            pieces = list(islice(one.load(request.split), request.count))
        except MissingDataError as error:
            request.left_out.append(f"{task}: {one.name} is left out: {error}")
            continue
        for at, piece in enumerate(pieces):
            yield one, piece
            request.progress((number + (at + 1) / len(pieces)) / len(sets))


def evaluated(
    known: Mapping[str, Task],
    split: str = "test",
    count: int | None = None,
    tasks: Iterable[str] = (),
    progress: Progress = lambda _: None,
) -> Report:
    """Every figure of a suite.

    known: its tasks. split: `test`, or `valid` while a system is being tuned. count: only the first pieces of each data
    set. tasks: only those with these names, all where none is named.

    Raises UnknownTransformError where a task is not known, MissingDataError where the split is not. A data set that is
    missing is left out and told of.
    """
    wanted = wanted_tasks(tasks, split, known)
    report = Report([], [], [])
    for at, task in enumerate(wanted):

        def told(share: float, done: int = at) -> None:
            progress((done + share) / len(wanted))

        found = list(task.measure(Request(split, count, report.left_out, told)))
        if task.listed:
            report.items.extend(headline_values(found, {task.name: task.listed}))
        report.rows.extend(rows_beside(found, {task.name: task.baseline}, task.pooled))
    return report
