"""Whether a clip lies where an index of hashes says: its peaks are laid on the recording's, the evidence is weighed.

As in Sonnleitner and Widmer's verification (TASLP 2016) peaks themselves decide, not the hashes by which the place was
found. Speed and place are set right by the frequencies and times of the peaks that meet. Then two stories are held
against each other, each peak of the clip for itself: it is one of the recording's, and so a tenth of a frame from it,
or two where noise has moved it; or it is not, and meets one as often as the recording has peaks at its frequency, at
any distance in time. Their log-likelihood ratio is the evidence. A drone, which meets everything, is none; nor is
another performance on the same instruments, whose peaks meet but not to the millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features.spectral_peaks import Peaks, cells, slopes
from descant.types.arrays import FloatArray

FRAMES_OFF, CELLS_OFF = 2, 1  # how far from a recording's peak a clip's still meets it
REACH = FRAMES_OFF + 0.5
AXIS = 256  # more than there are cells
FEWEST = 8  # peaks that set anything right

ROUNDS = 6  # of setting the speed right by frequencies, at most
SETTLED = 1e-4  # of the speed: what changes by less is right
FASTER = 1.01  # by which a round changes the speed at most
FITTED = 8  # rounds of setting both right by times
NEAR = 0.1  # frames: peaks that are nearer than this all count alike in that
STEADIER = 0.003  # by which times change the speed at most

# How far in time a clip's peaks are from the recording's that they are: shares and frames of two exponentials on either
# side, the rest lying anywhere; and which share of a clip's peaks may be the recording's.
EXACT, MOVED = (0.45, 0.08), (0.35, 0.5)
SHARES = np.array([0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])


@dataclass(frozen=True)
class Laid:
    """A clip laid on a recording."""

    frame: float  # of the recording, at which the clip begins
    speed: float  # of the clip, the recording's being 1
    met: int  # peaks of the clip that meet one of the recording's
    evidence: float  # log-likelihood ratio, in nats: that the clip is from there, against that it is not


class PeakMap:
    """A recording's peaks as they are looked up."""

    def __init__(self, frame: FloatArray, cell: npt.NDArray[np.floating], frames: int) -> None:
        self.frames = frames
        self.frame = frame
        self.row = np.round(cell).astype(np.int64)
        self.keys, first = np.unique(np.round(frame).astype(np.int64) * AXIS + self.row, return_index=True)
        self.exact = frame[first]
        self.cell = cell[first].astype(np.float64)

    def meets(self, frame: FloatArray, cell: FloatArray) -> FloatArray:
        """How many frames later than the nearest of these in time a clip's peaks are, infinite where none is near."""
        return self.nearest(frame, cell)[0]

    def nearest(self, frame: FloatArray, cell: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The same, and how many cells higher they are."""
        whole, row = np.round(frame).astype(np.int64), np.round(cell).astype(np.int64)
        late, high = np.full((2, len(frame)), np.inf)
        for frames in range(-FRAMES_OFF, FRAMES_OFF + 1):
            for rows in range(-CELLS_OFF, CELLS_OFF + 1):
                key = (whole + frames) * AXIS + row + rows
                at = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
                lag = frame - self.exact[at]
                nearer = (self.keys[at] == key) & (np.abs(lag) < np.minimum(np.abs(late), REACH))
                late = np.where(nearer, lag, late)
                high = np.where(nearer, cell - self.cell[at], high)
        return late, high

    def chances(self, start: float, end: float, cell: FloatArray) -> FloatArray:
        """How likely a peak in these cells meets one at any moment between two frames."""
        first, last = int(start), max(int(np.ceil(end)), int(start) + 1)
        low, high = np.searchsorted(self.frame, [first - FRAMES_OFF, last + FRAMES_OFF])
        row, frame = self.row[low:high], self.frame[low:high].astype(np.int64) - first + FRAMES_OFF
        covered = np.zeros((AXIS, last - first + 4 * FRAMES_OFF + 1), dtype=bool)
        for frames in range(2 * FRAMES_OFF + 1):
            for rows in range(-CELLS_OFF, CELLS_OFF + 1):
                covered[row + rows, frame + frames] = True
        share = covered[:, 2 * FRAMES_OFF : 2 * FRAMES_OFF + last - first].mean(axis=1)
        found: FloatArray = share[np.round(cell).astype(np.int64)]
        return found


def laid(peaks: Peaks, recording: PeakMap, frame: float, speed: float) -> Laid:
    """A clip laid where it is thought to lie, at the speed that it is thought to have, both set right."""
    if not len(recording.keys) or not len(peaks):
        return Laid(frame, speed, 0, 0.0)
    time = peaks.frame.astype(np.float64)
    frame, speed = _by_frequency(time, peaks.hz, recording, frame, speed)
    frame, speed = _by_time(time, peaks.hz, recording, frame, speed)
    where, cell = time * speed + frame, cells(peaks.hz / speed)
    late = recording.meets(where, cell)
    start, end = max(where[0], 0.0), min(where[-1], float(recording.frames))
    chance = recording.chances(start, end, cell) if end > start else np.ones(len(cell))
    return Laid(frame, speed, int(np.isfinite(late).sum()), _evidence(late, np.clip(chance, 0.005, 1.0)))


def _by_frequency(
    time: FloatArray, hz: npt.NDArray[np.float32], recording: PeakMap, frame: float, speed: float
) -> tuple[float, float]:
    """Frequencies tell the speed first: they are good to a hundredth, whichever frame a peak was found in."""
    for _ in range(ROUNDS):
        late, high = recording.nearest(time * speed + frame, cells(hz / speed))
        met = np.isfinite(late)
        if met.sum() < FEWEST:
            break
        slope = slopes(hz[met])
        faster = float(np.clip(np.exp(np.sum(slope * high[met]) / np.sum(slope**2)), 1 / FASTER, FASTER))
        frame += float(np.mean((1 - faster) * speed * time[met] - late[met]))
        speed *= faster
        if abs(faster - 1) < SETTLED:
            break
    return frame, speed


def _by_time(
    time: FloatArray, hz: npt.NDArray[np.float32], recording: PeakMap, frame: float, speed: float
) -> tuple[float, float]:
    """Then times tell both: a straight line through most peaks (least absolute deviations, by reweighting)."""
    low, high = speed / (1 + STEADIER), speed * (1 + STEADIER)
    for _ in range(FITTED):
        late = recording.meets(time * speed + frame, cells(hz / speed))
        met = np.isfinite(late)
        if met.sum() < FEWEST:
            break
        weight = 1 / np.maximum(np.abs(late[met]), NEAR)
        x, y = time[met], time[met] * speed + frame - late[met]
        middle_x, middle_y = np.average(x, weights=weight), np.average(y, weights=weight)
        spread = float(np.sum(weight * (x - middle_x) ** 2))
        slope = float(np.sum(weight * (x - middle_x) * (y - middle_y))) / max(spread, 1.0)
        speed = float(np.clip(slope, low, high))
        frame = float(middle_y - speed * middle_x)
    return frame, speed


def _evidence(late: FloatArray, chance: FloatArray) -> float:
    """The log-likelihood ratio of the two stories, for the share of peaks that explains them best."""
    met = np.isfinite(late)
    away = np.abs(late[met])
    rest = 1.0 - EXACT[0] - MOVED[0]
    meant = rest / (2 * REACH) + sum(share / (2 * wide) * np.exp(-away / wide) for share, wide in (EXACT, MOVED))
    more = meant * 2 * REACH / chance[met]  # how much likelier a peak is to be there if it is the recording's
    ratios = np.log1p(SHARES[:, None] * (more - 1)).sum(axis=1) + np.log1p(-SHARES) * np.count_nonzero(~met)
    return float(max(ratios.max(), 0.0))
