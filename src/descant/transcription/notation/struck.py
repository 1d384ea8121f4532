"""Clusters of notes that are struck at one moment, as the grid sees them."""

from __future__ import annotations

import numpy as np

from descant.transcription.notation.grid import Struck
from descant.transcription.notation.timeline import Timeline
from descant.types import Notes
from descant.types.arrays import IntArray

SHORT = 0.13  # seconds: longer notes are no grace notes


def struck(notes: Notes, of: IntArray, line: Timeline, simple: bool = False) -> list[Struck]:
    """The clusters; of each the time is the mean of its notes'. simple: none is a grace note."""
    count = int(of[-1]) + 1
    sizes = np.bincount(of, minlength=count)
    time = np.bincount(of, notes.onset, count) / sizes
    beat = line.beat(time)
    longest = np.zeros(count)
    np.maximum.at(longest, of, notes.offset - notes.onset)
    edges = np.concatenate([[0], np.cumsum(sizes)])
    found = []
    for at in range(count):
        here = notes.pitch[edges[at] : edges[at + 1]]
        after = notes.pitch[edges[at + 1] : edges[at + 2]] if at + 1 < count else here
        steps = int(np.min(np.abs(here[:, None] - after))) if len(after) else 99
        short = not simple and bool(sizes[at] == 1 and longest[at] < SHORT and not notes.drum[edges[at]])
        found.append(Struck(float(time[at]), float(beat[at]), short, steps))
    return found
