"""Half beats: the grid on which chords are heard, whatever the beat tracker gave.

Between the tracked beats lie half beats, so that a tracker at half the tempo does no harm. Before the first beat and
after the last the grid goes on at their pace; where the tracker paused, or found nothing, it counts on evenly.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descant.types import Beats

GRID_SECONDS = 1.0  # of a beat where there are none
LONGEST_SECONDS = 2.5  # of a tracked beat; what is longer is a pause
SHORTEST_SECONDS = 0.15  # beats that follow each other faster are counted as one
OFF_BEAT = -1  # the position of the half beats between


class Steps(NamedTuple):
    """Stretches of half a beat, one after another, from 0 to the end of the sound."""

    edges: npt.NDArray[np.float64]  # (steps + 1,) seconds
    position: npt.NDArray[np.int64]  # (steps,) each start's place in the measure; 0 unknown, OFF_BEAT between beats


def beat_steps(beats: Beats, duration: float) -> Steps:
    """The half beats of a sound of `duration` seconds, above 0."""
    time, position = _apart(np.asarray(beats.time), np.asarray(beats.position), duration)
    if len(time) < 2:
        time = np.arange(0.0, duration + GRID_SECONDS, GRID_SECONDS)
        position = np.zeros(len(time), dtype=np.int64)
    first, last = _pace(time[1] - time[0]), _pace(time[-1] - time[-2])
    before = time[0] - first * np.arange(np.ceil(time[0] / first), 0, -1)
    after = time[-1] + last * np.arange(1, np.ceil((duration - time[-1]) / last) + 1)
    time = np.concatenate([before, time, after])
    position = np.pad(position, (len(before), len(after)))
    starts: list[float] = []
    places: list[int] = []
    for low, high, place in zip(time[:-1], time[1:], position[:-1], strict=True):
        parts = 2 if high - low <= LONGEST_SECONDS else 2 * int(np.ceil((high - low) / GRID_SECONDS))
        starts += (low + (high - low) * np.arange(parts) / parts).tolist()
        places += [int(place), *([OFF_BEAT, 0] * parts)[: parts - 1]]
    at = np.array(starts)
    kept = np.flatnonzero((at > 0) & (at < duration))
    opening = int(np.searchsorted(at, 0.0, side="right")) - 1
    edges = np.concatenate([[0.0], at[kept], [duration]])
    return Steps(edges, np.array(places)[[opening, *kept]])


def _apart(
    time: npt.NDArray[np.float64], position: npt.NDArray[np.int64], duration: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """The beats within the sound, without those that come too soon after another."""
    kept: list[int] = []
    for at in np.flatnonzero((time >= 0) & (time < duration)):
        if not kept or time[at] - time[kept[-1]] >= SHORTEST_SECONDS:
            kept.append(int(at))
    return time[kept], position[kept]


def _pace(seconds: float) -> float:
    """A beat's length to go on with."""
    return float(seconds) if seconds <= LONGEST_SECONDS else GRID_SECONDS
