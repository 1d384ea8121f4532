"""An inverted index over the landmarks of all recordings of a library: which ones hold a pair, and when.

All recordings lie one after another on one line of time, so that a place is one number of 32 bits, and a clip that is
part of a recording has many pairs whose places are at one distance from their times in the clip (Wang's histogram of
offsets, 2003; here over the whole line and for every speed that is tried).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descant.features.spectral_peaks import Peaks
from descant.library.fingerprints import from_bytes
from descant.library.landmarks import CODES, FOLLOWING, FOLLOWING_ASKED, LATEST, asked, codes, pairs
from descant.types.arrays import FloatArray, IntArray

APART = LATEST + 1  # frames of nothing after each recording: no pair reaches over them
WIDE = 4  # frames of an offset's bin
HITS = 200_000  # looked at for each speed: the rarest pairs come first, so that large libraries stay quick
SAME = 24  # frames: what lies nearer is one place
FOLDED = 1 << 18  # bins that offsets are counted in before the promising ones are told apart


class Candidate(NamedTuple):
    """A place in the library at which a clip may lie."""

    hits: int  # pairs that agree
    at: int  # which recording, as the index counts them
    frame: float  # of the recording, at which the clip begins
    speed: float


@dataclass(frozen=True, eq=False)
class LandmarkIndex:
    """Recordings to be searched. Made by `landmark_index`."""

    items: IntArray  # (recordings,) their numbers in the library
    begins: IntArray  # (recordings + 1,) frames of the line at which each begins
    peak_begins: IntArray  # (recordings + 1,) where the peaks of each begin
    frame: FloatArray  # (peaks,) on the line
    cell: npt.NDArray[np.float32]  # (peaks,)
    code_begins: IntArray  # (CODES + 1,) where the places of each hash begin
    place: npt.NDArray[np.uint32]  # (pairs,) the frame of each pair's first peak, by hash

    def peaks(self, at: int) -> tuple[FloatArray, npt.NDArray[np.float32]]:
        """(frames from its beginning, cells) of a recording's peaks."""
        mine = slice(int(self.peak_begins[at]), int(self.peak_begins[at + 1]))
        return self.frame[mine] - self.begins[at], self.cell[mine]

    def frames(self, at: int) -> int:
        """How long a recording is."""
        return int(self.begins[at + 1] - self.begins[at]) - APART

    def candidates(self, peaks: Peaks, speeds: Iterable[float], most: int) -> list[Candidate]:
        """Where most pairs of a clip agree, at any of these speeds; the best first, at most so many."""
        paired = pairs(peaks.frame, peaks.cell, FOLLOWING_ASKED)
        found = [one for speed in speeds for one in self._at_speed(*asked(peaks, paired, speed), speed, most)]
        middle = float(np.mean(peaks.frame)) if len(peaks) else 0.0
        told: dict[tuple[int, int], Candidate] = {}
        for one in sorted(found, reverse=True):  # one place is found at several speeds
            told.setdefault((one.at, round((one.frame + one.speed * middle) / SAME)), one)
        return list(told.values())[:most]

    def _at_speed(self, hashes: IntArray, time: FloatArray, speed: float, most: int) -> list[Candidate]:
        start = self.code_begins[hashes]
        count = self.code_begins[hashes + 1] - start
        rarest = np.argsort(count, kind="stable")
        rarest = rarest[np.cumsum(count[rarest]) <= HITS]
        rarest = rarest[count[rarest] > 0]
        start, count, time = start[rarest], count[rarest], time[rarest]
        if not len(start):
            return []
        skipped = np.concatenate([[0], np.cumsum(count)[:-1]])
        entry = np.repeat(start - skipped, count) + np.arange(int(count.sum()))
        place = self.place[entry].astype(np.int64)
        bin_ = np.floor((place - np.repeat(time, count)) / WIDE).astype(np.int64)
        folded = np.bincount(bin_ % FOLDED, minlength=FOLDED)
        folded += np.roll(folded, -1)  # an offset may lie on the border of two bins
        as_high = np.cumsum(np.bincount(folded)[::-1])[::-1]  # how many bins hold so many or more
        least = max(int(np.count_nonzero(as_high > 4 * most)), 2)
        hopeful = (folded >= least)[bin_ % FOLDED] | (folded >= least)[(bin_ - 1) % FOLDED]
        bin_, place = bin_[hopeful], place[hopeful]
        bins, where, hits = np.unique(bin_, return_index=True, return_counts=True)
        follows = np.append(bins[1:] == bins[:-1] + 1, False)
        next_hits = np.where(follows, np.append(hits[1:], 0), 0)
        total = hits + next_hits
        best = np.argsort(-total, kind="stable")[:most]
        at = np.searchsorted(self.begins, place[where[best]], side="right") - 1
        offset = (bins[best] + 0.5 + next_hits[best] / total[best]) * WIDE - self.begins[at]
        return [
            Candidate(int(total[one]), int(at[number]), float(offset[number]), speed)
            for number, one in enumerate(best)
            if total[one] > 1
        ]


def landmark_index(fingerprints: Iterable[tuple[int, bytes]]) -> LandmarkIndex:
    """An index of recordings: their numbers and fingerprints."""
    items: list[int] = []
    begins, peak_begins = [0], [0]
    frames: list[FloatArray] = []
    places: list[npt.NDArray[np.float32]] = []
    for item, data in fingerprints:
        peaks = from_bytes(data)
        items.append(item)
        frames.append(peaks.frame + np.float64(begins[-1]))
        places.append(peaks.cell.astype(np.float32))
        begins.append(begins[-1] + peaks.frames + APART)
        peak_begins.append(peak_begins[-1] + len(peaks))
    frame = np.concatenate([np.zeros(0), *frames])
    cell = np.concatenate([np.zeros(0, np.float32), *places])
    code_begins, place = _inverted(frame, cell)
    return LandmarkIndex(
        np.array(items, dtype=np.int64), np.array(begins), np.array(peak_begins), frame, cell, code_begins, place
    )


def _inverted(frame: FloatArray, cell: npt.NDArray[np.float32]) -> tuple[IntArray, npt.NDArray[np.uint32]]:
    """Where the places of each hash begin, and the places."""
    row = cell.astype(np.float64)
    paired = pairs(frame, row, FOLLOWING)
    code = codes(frame, row, paired).astype(np.int32)
    order = np.argsort(code, kind="stable")
    begins = np.searchsorted(code[order], np.arange(CODES + 1))
    return begins, np.round(frame[paired.first[order]]).astype(np.uint32)
