"""The melody among notes: the line on top that sings, as a path that is high, loud and does not leap.

The skyline (Uitdenbogerd and Zobel: Manipulation of Music for Melody Matching, ACM Multimedia 1998) takes the highest
note at every moment, and so falls into the accompaniment wherever the singer rests. Here a path through the notes
weighs height, loudness and length against leaps, and may pass moments over.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.types import Notes

TOGETHER = 0.05  # seconds within which only one note is sung
HIGHEST = 0.5  # reward of a note above which nothing sounds
HEIGHT = 0.045  # reward of each semitone above the middle of what sounds around
LOUD = 0.05  # of each unit of velocity above what is usual
LONG = 0.5  # of each octave of length above a quarter of a second
LEAP, FREE = 0.14, 4  # cost of each semitone of a leap beyond so many
BROKEN = 0.5  # cost of a second of silence between notes, at most twice that
NEED = 0.5  # that a note's reward must exceed
WINDOW = 4.0  # seconds on either side
LOOK_BACK = 24  # notes that may have come before


def melody_by_rule(notes: Notes) -> npt.NDArray[np.bool_]:
    """Which notes are the melody, one at a time. Drums never are."""
    chosen = np.zeros(len(notes), dtype=bool)
    at = np.flatnonzero(~notes.drum)
    if not len(at):
        return chosen
    onset, offset = notes.onset[at], notes.offset[at]
    pitch, velocity = notes.pitch[at].astype(np.float64), notes.velocity[at].astype(np.float64)
    reward = _rewards(onset, offset, pitch, velocity)
    best = reward.copy()
    came = np.full(len(at), -1)
    for one in range(len(at)):
        low = max(0, one - LOOK_BACK)
        before = np.arange(low, one)
        before = before[onset[before] < onset[one] - TOGETHER]
        if not len(before):
            continue
        leap = LEAP * np.maximum(np.abs(pitch[before] - pitch[one]) - FREE, 0.0)
        rest = BROKEN * np.minimum(np.maximum(onset[one] - offset[before], 0.0), 2.0)
        overlap = np.maximum(offset[before] - onset[one], 0.0)
        score = best[before] - leap - rest - np.minimum(overlap, 1.0)
        top = int(score.argmax())
        if score[top] > 0:
            best[one] = reward[one] + score[top]
            came[one] = before[top]
    last = int(best.argmax())
    while last >= 0:
        chosen[at[last]] = True
        last = int(came[last])
    return chosen


def _rewards(
    onset: npt.NDArray[np.float64],
    offset: npt.NDArray[np.float64],
    pitch: npt.NDArray[np.float64],
    velocity: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """What each note is worth by itself."""
    found = np.zeros(len(onset))
    for one in range(len(onset)):
        low, high = np.searchsorted(onset, [onset[one] - WINDOW, onset[one] + WINDOW])
        near = slice(low, high)
        sounding = (onset[near] <= onset[one] + TOGETHER) & (offset[near] > onset[one] + TOGETHER)
        top = float(np.max(pitch[near][sounding], initial=pitch[one]))
        length = min(max(offset[one] - onset[one], 0.05), 4.0)
        found[one] = (
            HIGHEST * (pitch[one] >= top)
            + HEIGHT * (pitch[one] - float(np.median(pitch[near])))
            + LOUD * (velocity[one] - float(np.median(velocity[near])))
            + LONG * np.log2(length / 0.25) * 0.5
            - NEED
        )
    return found
