"""Letters and alterations of the notes, and whether F sharp is told from G flat."""

from __future__ import annotations

import numpy as np

from descant.evaluation.measures import Measures
from descant.evaluation.transcribe.desk import Desk
from descant.evaluation.transcribe.systems import MUSIC21, WRITERS
from descant.evaluation.transcribe.task import Task

SPELLED = "spelling"
ENHARMONIC = 12  # fifths from a note to the one that sounds like it


def measure(desk: Desk, name: str) -> Measures:
    """The share of notes with the right letter and alteration.

    `in its own key` forgives a piece that is written in D flat instead of C sharp throughout: the best of the page as
    it is and with every note twelve fifths higher or lower.
    """
    truth, page = desk.passage.truth, desk.page(name)
    if truth.fifths is None or page.fifths is None:
        return {}
    away = (page.fifths - truth.fifths)[truth.known]
    written = page.known[truth.known]
    shares = {move: float(np.mean(written & (away == move))) for move in (0, -ENHARMONIC, ENHARMONIC)}
    return {SPELLED: shares[0], f"{SPELLED}, in its own key": max(shares.values())}


TASK = Task(
    name="spelling",
    collections=("excerpts", "scores"),
    systems=WRITERS,
    baseline=MUSIC21,
    headline=SPELLED,
    measure=measure,
)
