"""Places of played notes between beats whose places are known, and the bars that downbeats make."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from descant.evaluation.transcribe.page import Bar
from descant.types.arrays import FloatArray, IntArray
from descant.types.score import TimeSignature

EDGE = 1e-6  # quarters


def between(beats: FloatArray, quarters: FloatArray, seconds: FloatArray) -> FloatArray:
    """The places, in quarters, of moments, in seconds: time runs evenly from beat to beat.

    beats and quarters: when and where each beat is, at least two, strictly rising. A beat's length before the first
    and after the last one time runs on; beyond that places are NaN.
    """
    second = np.concatenate([[2 * beats[0] - beats[1]], beats, [2 * beats[-1] - beats[-2]]])
    quarter = np.concatenate([[2 * quarters[0] - quarters[1]], quarters, [2 * quarters[-1] - quarters[-2]]])
    found: FloatArray = np.interp(seconds, second, quarter, left=np.nan, right=np.nan)
    return found


def bars_on(downbeats: FloatArray, times: Sequence[TimeSignature], sharps: Sequence[int]) -> tuple[Bar, ...]:
    """The bars that begin on downbeats (quarters), and before them one for an upbeat.

    times and sharps: of each downbeat's bar; the upbeat's are the first.
    """
    first = float(times[0].length)
    upbeat = Bar(downbeats[0] - first, downbeats[0] - first, float(downbeats[0]), times[0], sharps[0])
    ends = [*downbeats[1:].tolist(), float(downbeats[-1]) + float(times[-1].length)]
    rows = zip(downbeats.tolist(), ends, times, sharps, strict=True)
    return (upbeat, *(Bar(start, start, end, time, key) for start, end, time, key in rows))


def bar_at(downbeats: FloatArray, places: FloatArray, early: float = EDGE) -> IntArray:
    """The index among the bars of `bars_on` of each place; up to `early` quarters before a bar line is in its bar."""
    return np.searchsorted(downbeats, places + early, side="right").astype(np.int64)


def holding(at: FloatArray, places: FloatArray) -> IntArray:
    """The index of the last change at or before each place; of the first one, where none is."""
    return np.maximum(np.searchsorted(at, places + EDGE, side="right") - 1, 0).astype(np.int64)
