"""What a task is: a question to several systems on a split of its data, and how the answers are pooled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from descant.evaluation.measured import Measured, Pooled

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
