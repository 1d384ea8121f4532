"""What is asked of a suite, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from descant.errors import MissingDataError, UnknownTransformError

SPLITS = ("test", "valid")
One = TypeVar("One")


def wanted_tasks(names: Iterable[str], split: str, tasks: Mapping[str, One]) -> list[One]:
    """The tasks with these names, all where none is named, in the suite's order.

    Raises UnknownTransformError where a task is not known, MissingDataError where the split is not.
    """
    names = tuple(names) or tuple(tasks)
    for name in names:
        if name not in tasks:
            raise UnknownTransformError(f"no task is named {name!r}; choose from {', '.join(tasks)}")
    if split not in SPLITS:
        raise MissingDataError(f"the suite has no split {split!r}; choose from {', '.join(SPLITS)}")
    return [task for name, task in tasks.items() if name in names]
