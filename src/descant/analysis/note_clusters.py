"""Performed notes as a row of clusters: what is struck at one moment, and what a listener may tell of the metre by it.

Clusters are those of `features.struck_together`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features.struck_together import struck_together
from descant.types import Notes
from descant.types.arrays import FloatArray, IntArray

REACH = (1, 2, 3, 4, 6, 8)  # clusters to either side whose distance in time is told
FEATURES = 12 * 3 + 11 + 2 * len(REACH)
SHORTEST, FAR = 0.02, 8.0  # seconds: times count no further

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Clusters:
    """Clusters in order of time."""

    time: FloatArray  # (n,) seconds, rising
    of: IntArray  # (notes,) the cluster of each note
    features: Array  # (n, FEATURES)

    def __len__(self) -> int:
        return len(self.time)


def clusters(notes: Notes) -> Clusters:
    """The clusters of some notes.

    A cluster's time is the mean of its notes', the louder and the lower counting more.
    """
    of = struck_together(notes.onset)
    count = int(of[-1]) + 1 if len(of) else 0
    weight = notes.velocity * np.where(_lowest(notes.pitch, of, count), 3.0, 1.0)
    total = np.bincount(of, weight, count)
    time = np.bincount(of, weight * notes.onset, count) / np.maximum(total, 1e-9)
    time = np.maximum.accumulate(time + np.arange(count) * 1e-9)
    return Clusters(time, of, _features(notes, of, time))


def _lowest(pitch: IntArray, of: IntArray, count: int) -> npt.NDArray[np.bool_]:
    lowest = np.full(count, 128)
    np.minimum.at(lowest, of, pitch)
    found: npt.NDArray[np.bool_] = pitch == lowest[of]
    return found


def _features(notes: Notes, of: IntArray, time: FloatArray) -> Array:
    """Pitch classes struck, still sounding and lowest; register, number, loudness and lengths; distances in time."""
    count = len(time)
    rows = np.zeros((count, FEATURES), dtype=np.float32)
    if not count:
        return rows
    rows[of, notes.pitch % 12] = 1.0
    for note, (start, end) in enumerate(zip(of.tolist(), np.searchsorted(time, notes.offset).tolist(), strict=True)):
        rows[start + 1 : min(end, start + 64), 12 + notes.pitch[note] % 12] = 1.0
    low, high = np.full(count, 128), np.zeros(count, dtype=np.int64)
    np.minimum.at(low, of, notes.pitch)
    np.maximum.at(high, of, notes.pitch)
    rows[np.arange(count), 24 + low % 12] = 1.0
    loud = np.zeros(count)
    np.maximum.at(loud, of, notes.velocity)
    held = np.log2(np.clip(notes.offset - notes.onset, SHORTEST, FAR))
    longest, of_low, of_high = np.full(count, -9.0), np.full(count, -9.0), np.full(count, -9.0)
    np.maximum.at(longest, of, held)
    for name, edge in ((of_low, low), (of_high, high)):
        mine = notes.pitch == edge[of]
        np.maximum.at(name, of[mine], held[mine])
    usual = np.convolve(np.pad(loud, 8, mode="edge"), np.full(17, 1 / 17), "valid")
    rise = np.diff(low, prepend=low[:1])
    rows[:, 36:47] = np.stack(
        [
            (low - 48) / 12,
            (high - 72) / 12,
            np.log2(np.bincount(of, minlength=count)),
            (loud - usual) / 16,
            (loud - 64) / 32,
            longest,
            of_low,
            of_high,
            np.clip(rise / 12, -2, 2),
            np.clip(np.append(rise[1:], 0) / 12, -2, 2),
            low == high,
        ],
        axis=1,
    )
    number = np.arange(count)
    for at, step in enumerate(REACH):
        before = np.where(number >= step, time - time[np.maximum(number - step, 0)], FAR)
        after = np.where(number + step < count, time[np.minimum(number + step, count - 1)] - time, FAR)
        rows[:, 47 + 2 * at] = np.log2(np.clip(before, SHORTEST, FAR))
        rows[:, 48 + 2 * at] = np.log2(np.clip(after, SHORTEST, FAR))
    return rows
