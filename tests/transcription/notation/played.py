"""Notes for tests of notation, played from what is meant."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import pairwise

import numpy as np

from descant.types import Beats, Notes


def played(*rows: tuple, bpm: float = 120.0, start: float = 0.5, jitter: float = 0.0, parts=()) -> Notes:
    """Notes from rows of (quarter, quarters, MIDI number[, index of the part]); fractions may be text."""
    quarter, length = (np.array([float(F(row[at])) for row in rows]) for at in (0, 1))
    pitch = np.array([row[2] for row in rows])
    part = np.array([row[3] if len(row) > 3 else 0 for row in rows])
    off = np.random.default_rng(0).uniform(-jitter, jitter, len(rows))
    onset = start + quarter * 60 / bpm + off
    return Notes(onset, onset + length * 60 / bpm * 0.95, pitch, np.full(len(rows), 80), part, parts)


def ticks(count: int, bar: int = 4, bpm: float = 120.0, start: float = 0.5, first: int = 1) -> Beats:
    """Even beats in bars, of which the first is number `first`."""
    return Beats(start + np.arange(count) * 60 / bpm, (np.arange(count) + first - 1) % bar + 1)


def written(score, part: int = 0) -> list[tuple]:
    """(onset, duration, name) of every sounding note of a part; quarters."""
    return [(one.onset, one.duration, one.pitch.name) for one in score.sounding() if one.part == part]


def adds_up(score) -> bool:
    """Whether the first voice of every staff fills every measure without a gap, and no voice overlaps itself."""
    for part in score.parts:
        for measure, row in zip(score.measures, part.measures, strict=True):
            for voice in {event.voice for event in row} | {4 * staff + 1 for staff in range(part.staves)}:
                mine = [event for event in row if event.voice == voice]
                if any(one.end > two.onset for one, two in pairwise(mine)):
                    return False
                if voice % 4 == 1 and sum(event.duration for event in mine) != measure.length:
                    return False
    return True
