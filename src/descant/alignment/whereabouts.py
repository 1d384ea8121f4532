"""Where in the whole score the last seconds could be: what finds a player again who has jumped.

Beside the follower that knows the place closely runs one that knows it coarsely, in fifths of a second, but everywhere
at once: the mean distance, fading over some seconds, of the best path through what was heard that ends at each place of
the score. A place that explains the last seconds clearly better than where the player is thought to be, for a while, is
where he went. Where no place stands out from the others, what is heard is not in the score.

The division of labour is that of Arzt and Widmer: Towards Effective "Any-Time" Music Tracking, STAIRS 2010.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.alignment.online_dtw import distances
from descant.features.following import FPS
from descant.types.arrays import FloatArray

GROUP = 20  # frames that are one here
COARSE_FPS = FPS / GROUP
MEMORY, LATELY = 4.0, 2.0  # seconds of music by which places are compared; by which it is told that he is nowhere
MOST = 2.0  # times the pace of the page, or a part of it, at which rows are in step
STEP = 0.05  # what it costs to stay, or to go on by two or three: tempi up to three times as fast are followed
REACH = round(2.0 * COARSE_FPS)  # rows on either side of a place that are near it

Array = npt.NDArray[np.floating]


class Whereabouts:
    """Two searches of a score, one that remembers long and one that does not.

    frames: (n, bins) of the score as written.
    """

    def __init__(self, frames: Array) -> None:
        self.rows = grouped(frames)
        self.sums = self.rows.sum(axis=1, dtype=np.float64)
        self.waiting: list[npt.NDArray[np.floating]] = []
        self.at = 0  # the row of the place
        self.restart()

    def restart(self) -> None:
        """Forget what was heard."""
        self.long, self.lately = Search(len(self.rows), MEMORY), Search(len(self.rows), LATELY)

    def push(self, frame: npt.NDArray[np.floating], place: float) -> bool:
        """Hear a frame, (bins,), with the player thought to be at `place`, in frames of the score; whether that made a
        new row. Rows are heard in step with the score's own at that place, so that it is at no disadvantage to others
        where the same music stands.
        """
        self.waiting.append(frame)
        count, crossed = len(self.waiting), int(place / GROUP) != self.at
        if count < GROUP / MOST or not (crossed or count >= MOST * GROUP):
            return False
        self.at = int(place / GROUP)
        apart = distances(self.rows, self.sums, np.mean(self.waiting, axis=0))
        self.waiting = []
        self.long.hear(apart)
        self.lately.hear(apart)
        return True


class Search:
    """The best path to every row of a score. memory: seconds of the score in which what was heard fades to a third."""

    def __init__(self, rows: int, memory: float) -> None:
        self.keep = float(np.exp(-1 / (memory * COARSE_FPS)))
        self.cost: FloatArray = np.zeros(rows)  # faded sums, of the best path to each row
        self.weight = 0.0  # what the costs would be if every distance had been 1
        self.heard = 0  # rows

    def hear(self, apart: FloatArray) -> None:
        """A new row, by its distances from the score's, (rows,)."""
        best = np.minimum(self.cost + STEP, np.append(np.inf, self.cost)[:-1])
        for skipped in (2, 3):
            earlier = np.append(np.full(skipped, np.inf), self.cost)[: len(best)]
            best = np.minimum(best, earlier + STEP * (skipped - 1))
        best[0] = self.cost[0]
        self.cost = self.keep * best + apart
        self.weight = self.keep * self.weight + 1.0
        self.heard += 1

    @property
    def mean(self) -> FloatArray:
        """The mean distance of the best path that ends at each row, (rows,)."""
        found: FloatArray = self.cost / max(self.weight, 1e-9)
        return found

    def around(self, place: float) -> float:
        """The least mean distance near a place, in frames of the score."""
        at = int(place / GROUP)
        return float(self.mean[max(0, at - REACH) : at + REACH + 1].min(initial=np.inf))

    def best(self) -> tuple[float, float]:
        """The place that explains the last seconds best, in frames of the score, and its mean distance."""
        at = int(np.argmin(self.mean))
        return (at + 0.5) * GROUP, float(self.mean[at])

    def below(self, distance: float) -> float:
        """How far what was found near a place is below what is usually found near one, as a part of that."""
        from scipy.ndimage import minimum_filter1d

        usual = float(np.median(minimum_filter1d(self.mean, 2 * REACH + 1)))
        return (usual - distance) / max(usual, 1e-9)

    @property
    def seconds(self) -> float:
        """For how long music was heard."""
        return self.heard / COARSE_FPS


def grouped(frames: Array) -> Array:
    """The means of every GROUP frames, the last of those that are left."""
    starts = np.arange(0, len(frames), GROUP)
    counts = np.diff(np.append(starts, len(frames)))
    found: Array = (np.add.reduceat(frames, starts, axis=0) / counts[:, np.newaxis]).astype(np.float32)
    return found
