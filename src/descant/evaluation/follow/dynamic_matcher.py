"""The baseline of symbolic score following: a dynamic program over the notes alone, without their times.

Each chord keeps the greatest number of notes that can be matched, in order, up to it; chords passed by cost something.
Where a note makes the greatest number greater, it is taken to be in that chord. Only chords near the last such place
are looked at.

Dannenberg: An On-Line Algorithm for Real-Time Accompaniment, ICMC 1984; Bloch and Dannenberg: Real-Time Computer
Accompaniment of Keyboard Performances, ICMC 1985 (chords). Simplified: a note that matches nothing costs nothing.
"""

from __future__ import annotations

import numpy as np

from descant.alignment.symbolic_follower import chords
from descant.alignment.written import Written
from descant.types.alignment import FOLLOWING, Position

BACK, AHEAD = 4, 12  # chords around the last place
PASSED_BY = 0.5  # what a chord that is left out costs, in notes


class DynamicMatcher:
    """Follows notes through a score by counting matches."""

    def __init__(self, written: Written) -> None:
        first, chord = chords(written)
        self.place = written.onset[first]
        self.keys = [set(written.pitch[chord == at].tolist()) for at in range(len(first))]
        self.value = np.full(len(first), -np.inf)
        self.left = [set(one) for one in self.keys]  # what is still to come of each chord, on the best way to it
        self.best, self.at_chord = 0.0, -1

    def push(self, time: float, pitch: int) -> Position:
        """Where a note belongs; in order of time."""
        before = self.value.copy()
        start, stop = max(self.at_chord - BACK, 0), min(self.at_chord + AHEAD + 1, len(self.place))
        for at in range(start, stop):
            if pitch not in self.keys[at]:
                continue
            stays = before[at] + 1 if pitch in self.left[at] else -np.inf
            skipped = np.arange(at - 1, start - 1, -1)
            ways = before[skipped] - PASSED_BY * np.arange(len(skipped))
            comes = 1 + max(float(np.max(ways, initial=-np.inf)), -PASSED_BY * at if self.at_chord < 0 else -np.inf)
            if max(stays, comes) <= before[at]:
                continue
            self.left[at] = (self.left[at] if stays >= comes else self.keys[at]) - {pitch}
            self.value[at] = max(stays, comes)
        top = start + int(np.argmax(self.value[start:stop]))
        if self.value[top] > self.best or self.at_chord < 0:
            self.best, self.at_chord = float(self.value[top]), top
        return Position(time, float(self.place[max(self.at_chord, 0)]), 1.0, FOLLOWING)
