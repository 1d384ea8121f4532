"""What a task is: a question to the systems, on which passages it is asked, and the measure of the answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from descant.evaluation.measures import Measures
from descant.evaluation.transcribe.desk import Desk


@dataclass(frozen=True)
class Task:
    """A question to each of `systems`, one of which is the baseline."""

    name: str
    collections: tuple[str, ...]
    systems: tuple[str, ...]
    baseline: str
    headline: str  # the metric that worst items are chosen by
    measure: Callable[[Desk, str], Measures]  # of one system's answer; nothing where the truth does not hold it
