"""Whether a clip lies where an index of hashes says: its peaks are laid on the recording's, those that meet counted.

As in Sonnleitner and Widmer's verification (TASLP 2016) peaks themselves decide, not the hashes by which the place was
found. Speed and place are set right by the frequencies and times of the peaks that meet. How many would meet by chance
is known from how densely the recording has peaks at each frequency, so that a drone, which meets everything, proves
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features.spectral_peaks import Peaks, cells, slopes
from descant.types.arrays import FloatArray, IntArray

FRAMES_OFF, CELLS_OFF = 2, 1  # how far from a recording's peak a clip's still meets it
ROUNDS = 6  # of setting right, at most
SETTLED = 1e-4  # of the speed: what changes by less is right
FASTER = 1.01  # by which a round changes the speed at most
FEWEST = 8  # peaks that set anything right
AXIS = 256  # more than there are cells


@dataclass(frozen=True)
class Laid:
    """A clip laid on a recording."""

    frame: float  # of the recording, at which the clip begins
    speed: float  # of the clip, the recording's being 1
    met: int  # peaks of the clip that meet one of the recording's
    asked: int  # peaks of the clip that lie within the recording
    expected: float  # of these, how many would meet by chance
    spread: float  # the standard deviation of that

    @property
    def surprise(self) -> float:
        """How many standard deviations more meet than would by chance."""
        return (self.met - self.expected) / max(self.spread, 1.0)


class PeakMap:
    """A recording's peaks as they are looked up."""

    def __init__(self, frame: IntArray, cell: npt.NDArray[np.floating], frames: int) -> None:
        self.frames = frames
        self.frame = frame
        self.row = np.round(cell).astype(np.int64)
        self.keys, first = np.unique(frame * AXIS + self.row, return_index=True)
        self.cell = cell[first].astype(np.float64)

    def meets(self, frame: FloatArray, cell: FloatArray) -> tuple[FloatArray, FloatArray]:
        """How far a clip's peaks are from the nearest of these: (frames later, cells higher), infinite if not near."""
        whole, row = np.round(frame).astype(np.int64), np.round(cell).astype(np.int64)
        late, high = np.full((2, len(frame)), np.inf)
        for frames in range(-FRAMES_OFF, FRAMES_OFF + 1):
            for rows in range(-CELLS_OFF, CELLS_OFF + 1):
                key = (whole + frames) * AXIS + row + rows
                at = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
                lag = frame - (whole + frames)
                nearer = (self.keys[at] == key) & (np.abs(lag) < np.abs(late))
                late = np.where(nearer, lag, late)
                high = np.where(nearer, cell - self.cell[at], high)
        return late, high

    def chances(self, start: float, end: float, cell: FloatArray) -> FloatArray:
        """How likely a peak in these cells meets one at any moment between two frames."""
        first, last = int(start), max(int(np.ceil(end)), int(start) + 1)
        low, high = np.searchsorted(self.frame, [first - FRAMES_OFF, last + FRAMES_OFF])
        covered = np.zeros((AXIS, last - first + 4 * FRAMES_OFF + 1), dtype=bool)
        for frames in range(2 * FRAMES_OFF + 1):
            for rows in range(-CELLS_OFF, CELLS_OFF + 1):
                covered[self.row[low:high] + rows, self.frame[low:high] - first + FRAMES_OFF + frames] = True
        share = covered[:, 2 * FRAMES_OFF : 2 * FRAMES_OFF + last - first].mean(axis=1)
        found: FloatArray = share[np.round(cell).astype(np.int64)]
        return found


def laid(peaks: Peaks, recording: PeakMap, frame: float, speed: float) -> Laid:
    """A clip laid where it is thought to lie, at the speed that it is thought to have, both set right."""
    if not len(recording.keys) or not len(peaks):
        return Laid(frame, speed, 0, 0, 0.0, 0.0)
    time = peaks.frame.astype(np.float64)
    for _ in range(ROUNDS):
        late, high = recording.meets(time * speed + frame, cells(peaks.hz / speed))
        met = np.isfinite(late)
        if met.sum() < FEWEST:
            break
        # Frequencies tell the speed better than times do: a cell is about a hundredth, a frame as much of two seconds.
        slope = slopes(peaks.hz[met])
        faster = float(np.clip(np.exp(np.sum(slope * high[met]) / np.sum(slope**2)), 1 / FASTER, FASTER))
        frame += float(np.mean((1 - faster) * speed * time[met] - late[met]))
        speed *= faster
        if abs(faster - 1) < SETTLED:
            break
    where, cell = time * speed + frame, cells(peaks.hz / speed)
    late, _ = recording.meets(where, cell)
    within = (where >= 0) & (where <= recording.frames)
    chance = recording.chances(max(where[0], 0.0), min(where[-1], recording.frames), cell[within])
    return Laid(
        frame,
        speed,
        int(np.isfinite(late).sum()),
        int(within.sum()),
        float(chance.sum()),
        float(np.sqrt(np.sum(chance * (1 - chance)))),
    )
