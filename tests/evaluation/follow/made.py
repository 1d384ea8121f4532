"""Performances of pieces that we made, whose places are known."""

import numpy as np

from descant.alignment.written import Written
from descant.evaluation.follow.recordings import Followed
from descant.types import Notes
from tests.alignment.test_symbolic_follower import piece


def performance(quarters: int = 80, seed: int = 0, second: float = 0.6, lead: float = 1.0) -> Followed:
    """Chords and eighths in a steady tempo, one piano, every onset known."""
    page = piece(quarters, seed)
    return performed(page, np.unique(page.onset), lead + second * np.unique(page.onset), f"made {seed}")


def performed(page: Written, quarter, times, name: str) -> Followed:
    onset = np.interp(page.onset, quarter, times)
    take = Notes(onset, onset + 0.2, page.pitch, np.full(len(page), 70))
    return Followed("made", name, name, "test", page, take, take, np.asarray(quarter), np.asarray(times))
