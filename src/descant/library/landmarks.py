"""Landmarks: pairs of spectral peaks, each pair a number that says how the two lie to each other.

Wang, 2003: a peak with each of a few that follow it within a second and a half and half the frequency axis; the first
one's place on that axis, the way from it to the second, and the time between make a hash. Where few peaks of a noisy
clip are the music's own, some pairs still are, and what belongs together lies at one distance in time.

A clip that is played faster has its pairs moved: times shrink and frequencies rise by one factor. Its peaks are moved
back before they are hashed, for each speed that is tried, so that the index need not know of speeds (the rate search;
quads, Sonnleitner and Widmer: Robust Quad-Based Audio Fingerprinting, TASLP 2016, need no search, but need four peaks
to outlive the noise where a pair needs two).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features.spectral_peaks import Peaks, cells
from descant.types.arrays import FloatArray, IntArray

SOONEST, LATEST = 2, 96  # frames from the first peak to the second
FURTHEST = 48.0  # cells between the two
FOLLOWING = 8  # partners of a peak in a library
FOLLOWING_ASKED = 20  # and in a clip, where some are noise

PLACE, WAY, TIME = 2.0, 1.0, 4.0  # steps in which the first place, the way (cells) and the time (frames) are counted
DOUBT = 0.25  # of a step: what lies further from its middle is looked up in the next one too
BITS = (7, 7, 5)
CODES = 1 << sum(BITS)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Which peaks are paired; arrays of (pairs,) that count peaks."""

    first: IntArray
    second: IntArray


def pairs(frame: npt.NDArray[np.floating], cell: FloatArray, following: int) -> Pairs:
    """Every peak with the next few of those that lie right to it. Peaks are in order of time."""
    first: list[IntArray] = []
    second: list[IntArray] = []
    seeking = np.arange(len(frame))  # peaks that may still find partners
    partners = np.zeros(len(frame), dtype=np.int64)
    step = 0
    while len(seeking := seeking[seeking + (step := step + 1) < len(frame)]):
        time = frame[seeking + step] - frame[seeking]
        right = (time >= SOONEST) & (time <= LATEST)
        right &= np.abs(cell[seeking + step] - cell[seeking]) <= FURTHEST
        found = seeking[right]
        partners[found] += 1
        first.append(found)
        second.append(found + step)
        seeking = seeking[(time <= LATEST) & (partners[seeking] < following)]
    nothing = np.zeros(0, dtype=np.int64)
    return Pairs(np.concatenate([nothing, *first]), np.concatenate([nothing, *second]))


def codes(frame: npt.NDArray[np.floating], cell: FloatArray, paired: Pairs) -> IntArray:
    """The hash of each pair, from 0 to CODES."""
    return _packed(*(np.round(one) for one in _measured(frame.astype(np.float64), cell, paired)))


def asked(peaks: Peaks, paired: Pairs, speed: float) -> tuple[IntArray, FloatArray]:
    """What a clip's pairs may be hashed to if it is `speed` times as fast: (hashes, frames of the first peaks).

    A pair near the edge of a step is given with its neighbour's hash as well. Frames are counted at the true speed.
    """
    frame = peaks.frame.astype(np.float64) * speed
    measured = _measured(frame, cells(peaks.hz / speed), paired)
    middle = [np.round(one) for one in measured]
    time = frame[paired.first]
    found, times = [_packed(*middle)], [time]
    for at, one in enumerate(measured):
        away = one - middle[at]
        doubtful = np.abs(away) > DOUBT
        moved = list(middle)
        moved[at] = middle[at] + np.sign(away)
        found.append(_packed(*(part[doubtful] for part in moved)))
        times.append(time[doubtful])
    return np.concatenate(found), np.concatenate(times)


def _measured(frame: FloatArray, cell: FloatArray, paired: Pairs) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Where, how far and how long, in steps."""
    place = cell[paired.first]
    way = cell[paired.second] - place
    return place / PLACE, way / WAY, (frame[paired.second] - frame[paired.first]) / TIME


def _packed(place: FloatArray, way: FloatArray, time: FloatArray) -> IntArray:
    """Three small numbers in one."""
    packed = np.zeros(len(place), dtype=np.int64)
    for value, bits in zip((place, way + (1 << BITS[1] - 1), time), BITS, strict=True):
        packed = packed << bits | np.clip(value, 0, (1 << bits) - 1).astype(np.int64)
    return packed
