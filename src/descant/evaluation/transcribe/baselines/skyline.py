"""The melody is the highest note of all that begin together.

Uitdenbogerd and Zobel: Manipulation of Music for Melody Matching, ACM Multimedia 1998.
"""

from __future__ import annotations

import numpy as np

from descant.types import Notes
from descant.types.arrays import BoolArray

TOGETHER = 0.03  # seconds after the first of them


def skyline(notes: Notes) -> BoolArray:
    """Which notes are the melody."""
    chosen = np.zeros(len(notes), dtype=bool)
    first = 0
    while first < len(notes):
        last = int(np.searchsorted(notes.onset, notes.onset[first] + TOGETHER, side="right"))
        chosen[first + int(np.argmax(notes.pitch[first:last]))] = True
        first = last
    return chosen
