"""Which items are re-encodings of one recording: their peaks meet all along, at one distance in time.

An index of landmarks names who may be the same, from two short stretches of each item; then all peaks of the two are
laid on each other, ten seconds at a time. Nearly all of these must agree, and the two must be about as long: a sample
or a loop that two recordings share, a medley, or a cut of a longer take is not the same recording.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np

from descant.features.spectral_peaks import FRAME_RATE, Peaks, hertz
from descant.library.landmark_index import LandmarkIndex, landmark_index
from descant.library.peak_alignment import PeakMap
from descant.types.arrays import BoolArray, FloatArray

ASKED_AT = (0.25, 0.6)  # of an item: where the stretches begin by which it is looked for
ASKED_FRAMES = round(8.0 * FRAME_RATE)
CANDIDATES = 8  # of each stretch
FEWEST_HITS = 20  # pairs that agree, below which nobody is looked at
STRETCH = round(10.0 * FRAME_RATE)  # frames
AGREES = 0.5  # of a stretch's peaks meet, where it is the same sound
NEARLY_ALL = 0.85  # of the stretches
AS_LONG = 0.95  # of the longer one is the shorter
ROUNDS = 3  # of setting the distance right
FEWEST_PEAKS = 20  # of an item that can be told from others


def same_recordings(
    fingerprints: Iterable[tuple[int, bytes]], new: Collection[int] | None = None
) -> list[tuple[int, ...]]:
    """Groups of items that are one recording, each in rising order, of two or more.

    fingerprints: of all items. new: look only for those that are the same as one of these; for all by default.
    """
    index = landmark_index(fingerprints)
    leader = list(range(len(index.items)))

    def first(at: int) -> int:
        while leader[at] != at:
            at = leader[at]
        return at

    for at, item in enumerate(index.items.tolist()):
        if new is not None and item not in new:
            continue
        for other, apart in _alike(index, at).items():
            one, two = sorted((first(at), first(other)))
            if one != two and same(index, at, other, apart):
                leader[two] = one
    groups: dict[int, list[int]] = {}
    for at, item in enumerate(index.items.tolist()):
        groups.setdefault(first(at), []).append(item)
    return [tuple(sorted(group)) for group in groups.values() if len(group) > 1]


def _alike(index: LandmarkIndex, at: int) -> dict[int, float]:
    """Other items about as long that share many landmarks with this one, and by how many frames they are later."""
    frame, cell = index.peaks(at)
    found: dict[int, float] = {}
    for share in ASKED_AT:
        start = round(share * max(index.frames(at) - ASKED_FRAMES, 0))
        inside = (frame >= start) & (frame < start + ASKED_FRAMES)
        rank = np.zeros(np.count_nonzero(inside), dtype=np.int16)
        hz = hertz(cell[inside]).astype(np.float32)
        clip = Peaks((frame[inside] - start).astype(np.float32), hz, rank, ASKED_FRAMES)
        for one in index.candidates(clip, (1.0,), CANDIDATES):
            lengths = sorted((index.frames(at), index.frames(one.at)))
            if one.at != at and one.hits >= FEWEST_HITS and lengths[0] >= AS_LONG * lengths[1]:
                found.setdefault(one.at, one.frame - start)
    return found


def same(index: LandmarkIndex, one: int, other: int, apart: float) -> bool:
    """Whether two recordings of an index are the same from beginning to end, `apart` frames from each other."""
    (frame, cell), there = index.peaks(one), index.peaks(other)
    if min(len(frame), len(there[0])) < FEWEST_PEAKS:
        return False
    place = cell.astype(np.float64)
    recording = PeakMap(*there, index.frames(other))
    for _ in range(ROUNDS):
        late = recording.meets(frame + apart, place)
        met = np.isfinite(late)
        if not met.any():
            return False
        apart -= float(np.mean(late[met]))
    late = recording.meets(frame + apart, place)
    return _share_of_stretches(frame, np.isfinite(late)) >= NEARLY_ALL


def _share_of_stretches(frame: FloatArray, met: BoolArray) -> float:
    """How many stretches agree, of those that have peaks to tell by."""
    stretch = (frame // STRETCH).astype(np.int64)
    asked = np.bincount(stretch)
    agreed = np.bincount(stretch, weights=met)
    told = asked >= FEWEST_PEAKS
    return float(np.mean(agreed[told] >= AGREES * asked[told])) if told.any() else float(np.mean(met) >= AGREES)
