"""The notes of one voice, sung, hummed or whistled, from its pitch contour.

A piecewise constant line is laid through each voiced stretch: every frame costs its distance from the line, every step
of the line a constant, and dynamic programming finds the cheapest (the Potts model, on a grid of third-semitones).
Vibrato and jitter stay near the line; a glide costs less than the notes that it would take; frames an octave off, as
pitch trackers make them, count as nearly right. Silence and dips of the level part notes of one pitch.

Mauch, Cannam, Bittner, Fazekas, Salamon, Dai, Bello and Dixon: Computer-aided Melody Note Transcription Using the Tony
Software, TENOR 2015, does this with a hidden Markov model. Simplified: a note has one state, and no pitch is preferred.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from descant.types import Melody, PitchContour
from descant.types.arrays import BoolArray, FloatArray, IntArray

GRID = 3  # levels in a semitone
STEP = 4.0  # what a step of the line costs: so many semitones off in one frame of FRAME
FRAME = 0.016  # seconds: what costs are reckoned in
FARTHEST = 1.5  # semitones beyond which a frame is an outlier
OCTAVE = 0.35  # semitones that a frame an octave off counts for at least
GAP = 0.04  # seconds of silence that part two notes of one pitch
SHORTEST = 0.09  # seconds: what is shorter is no note, but on the way to one
SAME = 0.6  # semitones between pieces of one note
DIP_DB = 6.0  # by which the level falls between two notes of one pitch
DIP_REACH = 0.16  # seconds to either side within which it was higher
FAINT_DB = 30.0  # below the loudest notes: what is not sung


def sung_notes(contour: PitchContour, level_db: npt.NDArray[np.float32] | None = None) -> Melody:
    """Pitches with their fractions, in seconds. level_db: the level of each frame, where it is known."""
    time = contour.time
    hop = float(np.median(np.diff(time))) if len(time) > 1 else FRAME
    height = np.where(contour.voiced, 69 + 12 * np.log2(np.maximum(contour.hz, 1e-3) / 440), np.nan)
    struck = _dips(level_db, hop) if level_db is not None else np.zeros(len(time), dtype=bool)
    spans: list[tuple[int, int]] = []
    for first, last in _runs(contour.voiced):
        spans += _notes(height, first, last, struck, hop)
    spans = _joined(spans, height, struck, hop)
    spans = [one for one in spans if (one[1] - one[0]) * hop >= SHORTEST]
    if level_db is not None and spans:
        levels = np.array([np.median(level_db[first:last]) for first, last in spans])
        loud = levels >= np.percentile(levels, 90) - FAINT_DB
        spans = [one for one, kept in zip(spans, loud.tolist(), strict=True) if kept]
    pitch = np.array([_pitch(height[first:last]) for first, last in spans])
    onset = np.array([time[first] for first, _ in spans])
    duration = np.array([(last - first) * hop for first, last in spans])
    return Melody(np.clip(pitch, 0.0, 127.0), onset, duration, "seconds")


def _runs(voiced: BoolArray) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], voiced.astype(np.int8), [0]])))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _dips(level_db: npt.NDArray[np.float32], hop: float) -> BoolArray:
    """Frames in which the level is lowest, well below what it is on both sides."""
    reach = max(1, round(DIP_REACH / hop))
    level = np.asarray(level_db, dtype=np.float64)
    if len(level) < 3:
        return np.zeros(len(level), dtype=bool)
    window = np.lib.stride_tricks.sliding_window_view(np.pad(level, reach, mode="edge"), reach + 1)
    before, after = window[: len(level)], window[-len(level) :]
    lowest = (level <= before.min(axis=1)) & (level < np.append(after[:, 1:].min(axis=1), -np.inf)[: len(level)])
    deep = np.minimum(before.max(axis=1), after.max(axis=1)) - level >= DIP_DB
    dips: BoolArray = lowest & deep
    return dips


def _notes(height: FloatArray, first: int, last: int, struck: BoolArray, hop: float) -> list[tuple[int, int]]:
    """Spans of frames [first, last) on one level each, parted where notes are struck anew."""
    line = _levels(height[first:last], STEP * FRAME / hop)
    new = (np.diff(line) != 0) | struck[first + 1 : last]
    edges = [first, *(first + 1 + np.flatnonzero(new)).tolist(), last]
    return list(pairwise(edges))


def _levels(height: FloatArray, step: float) -> IntArray:
    """(n,) the level of the cheapest line in each frame."""
    grid = np.arange(np.floor(height.min()) * GRID, np.ceil(height.max()) * GRID + 1) / GRID
    off = np.abs(height[:, None] - grid)  # (n, levels)
    cost = np.minimum(np.minimum(off, OCTAVE + np.abs(off - 12.0)), FARTHEST)
    total = cost[0]
    stays = np.ones(cost.shape, dtype=bool)
    best = np.zeros(len(height), dtype=np.int64)  # the level that steps come from
    for at in range(1, len(height)):
        best[at] = int(total.argmin())
        stepped = total[best[at]] + step
        stays[at] = total <= stepped
        total = np.minimum(total, stepped) + cost[at]
    level = int(total.argmin())
    line = np.empty(len(height), dtype=np.int64)
    for at in range(len(height) - 1, -1, -1):
        line[at] = level
        if not stays[at, level]:
            level = int(best[at])
    return line


def _joined(spans: list[tuple[int, int]], height: FloatArray, struck: BoolArray, hop: float) -> list[tuple[int, int]]:
    """The spans without those that are on the way from one note to the next; pieces of one note are put together."""
    kept: list[tuple[int, int]] = []
    for first, last in spans:
        if kept and (first - kept[-1][1]) * hop < GAP:
            before = kept[-1]
            near = abs(_pitch(height[first:last]) - _pitch(height[before[0] : before[1]])) < SAME
            if near and not struck[first]:
                kept[-1] = before[0], last
                continue
            if (before[1] - before[0]) * hop < SHORTEST and before[1] == first:
                kept[-1] = before[0], last  # a scoop belongs to the note that it leads to
                continue
        kept.append((first, last))
    return kept


def _pitch(height: FloatArray) -> float:
    """The median of a note's middle, in semitones; frames without voice do not count."""
    margin = len(height) // 5
    middle = height[margin : len(height) - margin]
    middle = middle[np.isfinite(middle)]
    return float(np.median(middle if len(middle) else height[np.isfinite(height)]))
