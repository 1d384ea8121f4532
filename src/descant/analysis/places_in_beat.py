"""How well clusters of notes stand within a beat, for every beat that there may be.

A bar pointer that asks only where beats fall cannot tell a beat from its half: both fall on notes. Here every note
counts once on every path, by how likely it is to stand where in its beat the path puts it; so paths of any tempo can be
compared, and the half of a beat is refused where the network hears that it is one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

LOOSE, LOOSE_SHARE = 1.0, 0.02  # frames and share of a beat by which a note may be off: one standard deviation
ANYWHERE = 0.1  # how likely a note that stands on no plain place is to stand at any
LEAST = 0.02  # likelihood of any note anywhere


def within_beats(frame: Ints, phase: Array, places: npt.NDArray[np.floating], frames: int, intervals: Ints) -> Array:
    """Log-likelihood of the clusters that a beat holds: row t, column k of one that begins at frame t and lasts the
    k-th interval, (frames, K).

    frame: (n,) of each cluster. phase: (n, places + 1) logits of standing at each place, the last for none of them.
    places: as shares of a beat, the first the beat itself.
    """
    likely = _softmax(phase)
    found = np.empty((frames, len(intervals)), dtype=np.float32)
    for column, interval in enumerate(intervals.tolist()):
        since = np.arange(interval)  # frames from the beat's beginning
        apart = np.abs(since - places[:, None] * interval)
        apart[0] = np.minimum(apart[0], interval - since)  # just before the next beat is near it
        near = np.exp(-0.5 * (apart / np.hypot(LOOSE, LOOSE_SHARE * interval)) ** 2)
        fit = np.log(likely[:, :-1] @ near + ANYWHERE * likely[:, -1:] + LEAST)  # (n, interval)
        begins = frame[:, None] - since + interval  # none is negative, so that all can be counted
        found[:, column] = np.bincount(begins.ravel(), fit.ravel(), frames + interval)[interval:]
    return found


def _softmax(logits: Array) -> npt.NDArray[np.floating]:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
