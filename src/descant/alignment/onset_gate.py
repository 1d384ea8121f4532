"""Onsets of the score are passed when they are heard: what warping says of where, sound says of when.

A path goes on at its pace through a held note, and so comes to the next onset too early where a player waits, too late
where he hurries. So the path's place is held before an onset until what should set in there does: the rises of the last
frames hold enough of the score's own. A passage heard a little before the path comes to it takes the place there. An
onset that is never heard, for a note left out or played too softly, is passed when the path is clearly beyond it.

As score-informed onset detection refines alignments after the fact (Ewert and Mueller: Refinement Strategies for Music
Synchronization, CMMR 2008), here while the music is heard.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.features.following import FPS
from descant.types.arrays import FloatArray

ATTACK = 6  # frames of the score in which an onset's rises are
SPAN = 5  # frames in which they are looked for
ENOUGH = 0.15  # share of them that must be heard
EARLY, LATE = 0.15 * FPS, 0.25 * FPS  # frames by which the path may be overruled
EARLY_SHARE, LATE_SHARE = 0.3, 0.6  # but no more than this of the time from the onset before, to the next one
LATE_AT_FIRST, SHARE_AT_FIRST = 1.5 * FPS, 3.0  # while the pace is not known, and the path goes at the page's
APART = 3  # frames between two onsets at least

Array = npt.NDArray[np.floating]


class OnsetGate:
    """Goes through a score's onsets in order.

    rises: (n, bands) of the score. starts: where its onsets are, in frames, rising.
    """

    def __init__(self, rises: Array, starts: FloatArray) -> None:
        self.starts = starts
        first = np.clip(np.round(starts), 0, len(rises)).astype(np.int64)
        ends = np.minimum(first + ATTACK, np.append(first[1:], len(rises)))
        self.attacks = np.array(
            [rises[start:end].sum(axis=0, dtype=np.float64) for start, end in zip(first, ends, strict=True)]
        )
        self.total = self.attacks.sum(axis=1) + 1e-9
        self.lately = np.zeros((SPAN, rises.shape[1]))
        self.next, self.since = 0, 0  # the onset that comes next, and frames since the last one was passed

    def jump(self, place: float) -> None:
        """Wait for the onset at this place or the first after it."""
        self.next, self.since = int(np.searchsorted(self.starts, place - 0.5)), APART

    def push(self, rises: npt.NDArray[np.floating], place: float, pace: float, *, known: bool = True) -> float:
        """The place, held before the next onset or brought to it. place: the path's.

        rises: (bands,) of the newest frame. pace: frames of the page a frame. known: whether it is the performer's.
        """
        self.lately = np.concatenate([self.lately[1:], rises[np.newaxis]])
        self.since += 1
        while self.next < len(self.starts) and self._passed(place, pace, known):
            self.next += 1
            self.since = 0
        low = self.starts[self.next - 1] if self.next else 0.0
        high = self.starts[self.next] - 1.0 if self.next < len(self.starts) else np.inf
        return float(min(max(place, low), max(high, low)))

    def _passed(self, place: float, pace: float, known: bool) -> bool:
        at = self.next
        before = (self.starts[at] - self.starts[at - 1]) / pace if at else np.inf
        after = (self.starts[at + 1] - self.starts[at]) / pace if at + 1 < len(self.starts) else np.inf
        ahead = (self.starts[at] - place) / pace  # frames until the path comes to it
        late, share = (LATE, LATE_SHARE) if known else (LATE_AT_FIRST, SHARE_AT_FIRST)
        if ahead <= -min(late, share * after):
            return True
        if ahead > min(EARLY, EARLY_SHARE * before) or self.since < min(APART, 0.5 * before):
            return False
        heard = np.minimum(self.lately.sum(axis=0), self.attacks[at]).sum()
        return bool(heard >= ENOUGH * self.total[at])
