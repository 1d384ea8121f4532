"""A piece and a performance of it with the truth known: notes at random, played with a tempo that sways."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from descant.alignment.written import Written
from descant.types import Notes
from descant.types.arrays import FloatArray

EIGHTHS = 64  # of the piece: eight bars


@dataclass(frozen=True, eq=False)
class Performed:
    """A score, a performance of it, and when every onset of the score is played."""

    score: Written
    take: Notes
    quarter: FloatArray
    second: FloatArray


@cache
def performed(seed: int = 0, eighths: int = EIGHTHS, silence: float = 0.7) -> Performed:
    """Chords and single notes over a bass; 60 to 100 quarters a minute, where the score asks for 120."""
    rng = np.random.default_rng(seed)
    rows = [
        (at / 2, 0.5, pitch)
        for at in range(eighths)
        if rng.random() < 0.8 or at in (0, eighths - 1)
        for pitch in rng.choice(np.arange(57, 84), int(rng.integers(1, 4)), replace=False).tolist()
    ]
    rows += [(float(at), 2.0, int(rng.integers(36, 52))) for at in range(0, eighths // 2, 2)]
    onset, duration, pitch = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    score = Written(onset, duration, pitch.astype(int), np.zeros(len(rows), int))
    grid = np.arange(0, eighths / 2 + 4, 0.25)
    pace = 60 / (80 + 20 * np.sin(grid / 3 + seed))
    moment = silence + np.append(0.0, np.cumsum(pace[:-1] * 0.25))
    start, end = (np.interp(one, grid, moment) for one in (score.onset, score.onset + score.duration))
    velocity = rng.integers(50, 100, len(score))
    take = Notes(start, np.maximum(end - 0.02, start + 0.05), score.pitch, velocity)
    quarter = np.unique(score.onset)
    return Performed(score, take, quarter, np.interp(quarter, grid, moment))
