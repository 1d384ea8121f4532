"""How far each note is from where its neighbours put it in time, where the player stopped, and how fast they went.

Every pass through the score has its tempo line (`tempo_line`), so that rubato is not held against the player; the
notes of a rolled chord are judged together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from descant.alignment.note_matching import NONE, Matching
from descant.alignment.tempo_line import TempoLine, tempo_line
from descant.alignment.written import Written
from descant.types.arrays import BoolArray, FloatArray, IntArray

ROLLED = 3  # notes that make a rolled chord
ROLL = 0.15  # seconds at most from one of its notes to the next


@dataclass(frozen=True, eq=False)
class Timing:
    """Of each written note, nan where it was not played or has no time of its own; and of places."""

    off: FloatArray  # seconds after it was due
    spread: FloatArray  # seconds by which notes around it usually are
    pace: FloatArray  # seconds a quarter
    pauses: tuple[tuple[float, float], ...]  # (quarter, seconds): before which place the player stopped for how long
    place: FloatArray  # quarters that notes of some pass stand at, in the order in which they were played
    second: FloatArray  # when each of them is due
    of_pass: IntArray  # the number of its pass
    section: IntArray  # the same from one pause to the next


def timing(score: Written, matching: Matching, onset: FloatArray, rolled: BoolArray) -> Timing:
    """Of a performance with these onsets, seconds. rolled: the written notes under a sign to roll them."""
    count = len(score)
    off, spread, pace = (np.full(count, np.nan) for _ in range(3))
    pauses: list[tuple[float, float]] = []
    places, seconds = [np.zeros(0)], [np.zeros(0)]
    numbers, sections = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for number, one in enumerate(matching.passes):
        heard = np.arange(one.first, one.last)
        heard = heard[matching.written[heard] != NONE]
        heard = heard[score.duration[matching.written[heard]] > 0]
        if not len(heard):
            continue
        note = matching.written[heard]
        known, at = np.unique(matching.onset_of[note], return_inverse=True)
        quarter = matching.onsets[known]
        middle = np.array([np.median(onset[heard[at == place]]) for place in range(len(known))])
        line = tempo_line(quarter, middle)
        late = onset[heard] - line.due[at]
        _judge_rolled_together(late, at, score.pitch[note], rolled[note])
        counts = (matching.pass_of[note] == number) & (matching.played[note] == heard)
        off[note[counts]] = late[counts]
        spread[note[counts]] = line.spread[at][counts]
        pace[note[counts]] = line.pace[at][counts]
        pauses += _pauses(quarter, middle, line)
        places.append(quarter)
        seconds.append(np.where(line.paused, middle, line.due))
        numbers.append(np.full(len(quarter), number))
        sections.append(np.cumsum(line.paused) + sections[-1].max(initial=-1) + 1)
    return Timing(
        off,
        spread,
        pace,
        tuple(pauses),
        np.concatenate(places),
        np.concatenate(seconds),
        np.concatenate(numbers),
        np.concatenate(sections),
    )


def _judge_rolled_together(late: FloatArray, at: IntArray, pitch: IntArray, rolled: BoolArray) -> None:
    """Give the notes of rolled chords the lateness of the one that is nearest to where it is due."""
    order = np.lexsort((pitch, at))
    for chord in np.split(order, np.flatnonzero(np.diff(at[order])) + 1):
        steps = np.diff(late[chord])
        signed = len(chord) > 1 and bool(rolled[chord].any())
        in_row = len(chord) >= ROLLED and (np.all(steps >= 0) or np.all(steps <= 0)) and np.abs(steps).max() <= ROLL
        if signed or in_row:
            late[chord] = late[chord][np.argmin(np.abs(late[chord]))]


def _pauses(quarter: FloatArray, middle: FloatArray, line: TempoLine) -> list[tuple[float, float]]:
    found = []
    for at in np.flatnonzero(line.paused).tolist():
        due = (quarter[at] - quarter[at - 1]) * line.pace[at]
        found.append((float(quarter[at]), float(middle[at] - middle[at - 1] - due)))
    return found
