"""How much louder each note is than the notes around it of its kind: a part's uppermost notes, or those below.

Loudness wanders and melodies stand out, so each note is compared with a line through the nearest ones of its kind
before and after it (`local_line`); it leaves itself out.
"""

from __future__ import annotations

import numpy as np

from descant.alignment.local_line import NORMAL, bisquare, lines
from descant.types.arrays import FloatArray, IntArray

AROUND = 10  # notes before and after
ROUNDS = 3
LEAST = 4.0  # velocity by which notes are off at least


def stands_out(velocity: IntArray, kind: IntArray) -> tuple[FloatArray, FloatArray]:
    """(n,) velocity above what is expected of each note, and by how much notes around it usually are off.

    velocity: of notes in order; kind: notes of one number are held against each other. A note with too few of its kind
    is off by nothing.
    """
    off, spread = np.zeros(len(velocity)), np.full(len(velocity), LEAST)
    for number in np.unique(kind).tolist():
        mine = np.flatnonzero(kind == number)
        if len(mine) > AROUND:
            off[mine], spread[mine] = _off(velocity[mine].astype(np.float64))
    return off, spread


def _off(level: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Each value less a robust line through its neighbours."""
    count = len(level)
    far = np.delete(np.arange(-AROUND, AROUND + 1), AROUND)[np.newaxis]
    rows = np.arange(count)[:, None] + far
    inside = (rows >= 0) & (rows < count)
    around = level[np.clip(rows, 0, count - 1)]
    near = np.where(inside, (1 - (np.abs(far) / (AROUND + 1)) ** 2) ** 2, 0.0)
    weight, spread = near, np.full(count, LEAST)
    expected = np.zeros(count)
    for _ in range(ROUNDS):
        expected, slope = lines(far.astype(np.float64), around, weight)
        away = np.abs(around - expected[:, None] - slope[:, None] * far)
        spread = np.maximum(NORMAL * np.nanmedian(np.where(inside, away, np.nan), axis=1), LEAST)
        weight = near * bisquare(away, spread)
    return level - expected, spread
