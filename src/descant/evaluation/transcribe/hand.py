"""Which staff of a keyboard's two each note is written on."""

from __future__ import annotations

import numpy as np

from descant.evaluation.measures import Measures
from descant.evaluation.transcribe.desk import Desk
from descant.evaluation.transcribe.systems import PLAIN_GRID, WRITERS
from descant.evaluation.transcribe.task import Task

RIGHT = "hand"


def measure(desk: Desk, name: str) -> Measures:
    """The share of a keyboard's notes on the right staff; hands that are swapped are wrong."""
    truth, page = desk.passage.truth, desk.page(name)
    if truth.staff is None or page.staff is None:
        return {}
    asked = truth.known & (truth.staff > 0)
    if not asked.any():
        return {}
    return {RIGHT: float(np.mean((page.known & (page.staff == truth.staff))[asked]))}


TASK = Task(
    name="hand",
    collections=("excerpts", "scores"),
    systems=WRITERS,
    baseline=PLAIN_GRID,
    headline=RIGHT,
    measure=measure,
)
