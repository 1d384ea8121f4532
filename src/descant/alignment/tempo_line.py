"""When each place of a score is due, by what is played around it: a line through its neighbours, drawn robustly.

The tempo changes slowly, and one late note must not bend it. So each place gets a straight line of its own, fitted to
the places near it but not to itself, nearer ones counting more, and those that lie far off it counting little or
nothing (`local_line`). Where the player stops the line is broken.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from descant.alignment.local_line import NORMAL, bisquare, lines
from descant.types.arrays import BoolArray, FloatArray
from descant.types.score import BPM

REACH = 8  # places on either side that are looked at
QUARTERS = 2.0  # that a line is fitted over on either side, where the places lie close enough
FEWEST = 6  # places that always count, those that are nearest
ENOUGH = 5  # places near one that tell when it is due
AT_END = 2.5  # times the spread, where places lie on one side only
ROUNDS = 6
LEAST = 0.004  # seconds by which places are off their line where all seem to be on it
PAUSE = 0.5  # seconds beyond the line's own time, at least, that make a pause
PAUSE_QUARTERS = 0.8  # and so many quarters of it


@dataclass(frozen=True, eq=False)
class TempoLine:
    """One entry a place."""

    due: FloatArray  # seconds
    pace: FloatArray  # seconds a quarter
    spread: FloatArray  # seconds by which places near it are usually off; infinite where few are near
    paused: BoolArray  # whether the player stopped before it


def tempo_line(quarter: FloatArray, second: FloatArray) -> TempoLine:
    """The line of places, (n,), that rise in quarters, with the seconds at which they were played."""
    paused = np.zeros(len(quarter), dtype=bool)
    if len(quarter) > 1:
        step, gap = np.diff(quarter), np.diff(second)
        around = np.arange(len(step))[:, None] + np.arange(-REACH, REACH + 1)
        usual = np.median((gap / step)[np.clip(around, 0, len(step) - 1)], axis=1)
        paused[1:] = gap - step * usual > np.maximum(PAUSE, PAUSE_QUARTERS * usual)
    return _fitted(quarter, second, paused)


def _fitted(quarter: FloatArray, second: FloatArray, paused: BoolArray) -> TempoLine:
    """Lines that do not reach over pauses. Where there is nothing to fit, a place is due when it was played."""
    count = len(quarter)
    section = np.cumsum(paused)
    far = np.arange(-REACH, REACH + 1)
    rows = np.arange(count)[:, None] + far
    inside = (rows >= 0) & (rows < count)
    rows = np.clip(rows, 0, max(count - 1, 0))
    inside &= (section[rows] == section[:, None]) & (rows != np.arange(count)[:, None])
    away, time = quarter[rows] - quarter[:, None], second[rows] - second[:, None]
    nearest = np.sort(np.where(inside, np.abs(away), np.inf), axis=1)[:, FEWEST - 1]
    width = np.maximum(QUARTERS, 1.2 * np.where(np.isfinite(nearest), nearest, np.abs(away).max(axis=1, initial=0.0)))
    near = np.where(inside, np.clip(1 - (np.abs(away) / width[:, None]) ** 3, 0.0, 1.0) ** 3, 0.0)
    weight, fewer = near, near.sum(axis=1) <= 0
    due, pace, spread = np.zeros(count), np.ones(count), np.full(count, LEAST)
    for _ in range(ROUNDS):
        due, pace = lines(away, time, weight)
        off = np.abs(time - due[:, None] - pace[:, None] * away)
        spread = np.maximum(_weighted_median(off, near) * NORMAL, LEAST)
        weight = near * bisquare(off, spread)
    spread = np.where((near > 0).sum(axis=1) < ENOUGH, np.inf, spread)
    at_end = (near[:, :REACH].sum(axis=1) <= 0) | (near[:, REACH:].sum(axis=1) <= 0)
    spread = np.where(at_end, AT_END * spread, spread)  # the line is drawn beyond what it was fitted to
    bad = fewer | (pace <= 0)
    slow = float(np.median(pace[~bad])) if not bad.all() else _whole_pace(quarter, second)
    return TempoLine(second + np.where(bad, 0.0, due), np.where(bad, slow, pace), spread, paused)


def _whole_pace(quarter: FloatArray, second: FloatArray) -> float:
    """Seconds a quarter over everything."""
    long = float(quarter[-1] - quarter[0]) if len(quarter) else 0.0
    return max(float(second[-1] - second[0]), 1e-3) / long if long > 0 else 60.0 / BPM


def _weighted_median(values: FloatArray, weight: FloatArray) -> FloatArray:
    """Of each row, (n,); 0 where nothing weighs."""
    order = np.argsort(values, axis=1)
    summed = np.cumsum(np.take_along_axis(weight, order, axis=1), axis=1)
    at = np.argmax(summed >= summed[:, -1:] / 2, axis=1)
    middle = np.take_along_axis(np.take_along_axis(values, order, axis=1), at[:, None], axis=1)[:, 0]
    found: FloatArray = np.where(summed[:, -1] > 0, middle, 0.0)
    return found
