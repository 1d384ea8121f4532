"""What loudness is made of, streamed: K-weighted power in steps of 100 ms, and the true peak (ITU-R BS.1770-4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descant.features.stream import Samples

STEPS_PER_SECOND = 10
SURROUND = (1.0, 1.0, 1.0, 0.0, 1.41, 1.41)  # left, right, centre, low-frequency effects, left and right surround

TAPS = 24  # of the interpolator, for each point between two samples; BS.1770's own has 12
ROW = 16  # samples that are interpolated in one row of a matrix product


class LoudnessSteps(NamedTuple):
    """The power of consecutive 100 ms steps, and the highest peak of any channel."""

    power: npt.NDArray[np.float64]  # (steps,): K-weighted mean square, channels summed with their weights
    true_peak: float  # linear; 1 is full scale


@dataclass(frozen=True)
class LoudnessMeter:
    """K-weighted power and true peak of the sound at its own rate and in its own channels."""

    @property
    def rate(self) -> None:
        return None

    def start(self, sample_rate: int, channels: int) -> _LoudnessStream:
        return _LoudnessStream(sample_rate, channels)


class _LoudnessStream:
    def __init__(self, sample_rate: int, channels: int) -> None:
        self.power = _PowerSteps(sample_rate, channels)
        self.peak = _TruePeak(sample_rate, channels)

    def push(self, block: Samples) -> None:
        self.power.push(block)
        self.peak.push(block)

    def finish(self) -> LoudnessSteps:
        self.peak.finish()
        return LoudnessSteps(self.power.finish(), self.peak.highest)


class _PowerSteps:
    """Filters with the K-weighting and sums squares into steps; a step cut off by the end is left out."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self.sample_rate = sample_rate
        self.filter = k_weighting(sample_rate)
        self.state = np.zeros((len(self.filter), channels, 2))
        self.weights = np.array(SURROUND) if channels == len(SURROUND) else np.ones(channels)
        self.samples = 0  # so far
        self.steps = 0  # complete so far
        self.open = 0.0  # energy of the step that the last block ended in
        self.parts: list[npt.NDArray[np.float64]] = []

    def push(self, block: Samples) -> None:
        from scipy.signal import sosfilt

        if not block.shape[1]:
            return
        energy = np.zeros(block.shape[1])
        for channel, weight in enumerate(self.weights):
            # Channel by channel, for the processor's cache; in double precision, for the 38 Hz high-pass at 192 kHz.
            heard, self.state[:, channel] = sosfilt(self.filter, block[channel], zi=self.state[:, channel])
            energy += weight * np.square(heard, out=heard)
        end = self.samples + block.shape[1]
        full = end * STEPS_PER_SECOND // self.sample_rate
        edges = self._edge(np.arange(self.steps + 1, full + 1)) - self.samples  # where steps end, within the block
        sums = np.add.reduceat(np.append(energy, 0.0), np.append(0, edges))  # the 0 gives an edge at the end its sum
        sums[0] = sums[0] * (len(edges) == 0 or edges[0] > 0) + self.open
        self.open = float(sums[-1])
        lengths = np.diff(self._edge(np.arange(self.steps, full + 1)))
        self.parts.append(sums[:-1] / lengths)
        self.samples, self.steps = end, full

    def finish(self) -> npt.NDArray[np.float64]:
        return np.concatenate([*self.parts, np.zeros(0)])

    def _edge(self, step: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The first sample of each step, counted from the start of the sound."""
        return -(-step * self.sample_rate // STEPS_PER_SECOND)


class _TruePeak:
    """The highest value of the sound, interpolated to at least 192 kHz (BS.1770, annex 2).

    A point between samples is a weighted sum of the samples around it, so it cannot rise above their peak by more than
    the sum of the weights' magnitudes. Only rows that could beat the highest value so far are interpolated.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        phases = 4 if sample_rate < 96_000 else 2 if sample_rate < 192_000 else 1
        kernel = _between(phases)  # (TAPS, phases - 1)
        self.headroom = float(np.abs(kernel).sum(axis=0).max(initial=1.0))
        # Row by matrix: ROW + TAPS samples in, the points in all of the row's ROW gaps out.
        matrix = np.zeros((ROW + TAPS, ROW, phases - 1), dtype=np.float32)
        for at in range(ROW):
            matrix[at : at + TAPS, at] = kernel
        self.matrix = matrix.reshape(ROW + TAPS, -1)
        self.held: Samples = np.zeros((channels, TAPS), dtype=np.float32)
        self.highest = 0.0

    def push(self, block: Samples) -> None:
        self.highest = max(self.highest, float(block.max(initial=0.0)), -float(block.min(initial=0.0)))
        if not self.matrix.shape[1]:
            return
        held = np.concatenate([self.held, block], axis=1)
        rows = (held.shape[1] - TAPS) // ROW
        if rows <= 0:
            self.held = held
            return
        for channel in held:
            self._interpolate(channel[: rows * ROW + TAPS], rows)
        self.held = held[:, rows * ROW :]

    def finish(self) -> None:
        self.push(np.zeros((len(self.held), TAPS + ROW), dtype=np.float32))

    def _interpolate(self, samples: Samples, rows: int) -> None:
        peak = np.abs(samples[: rows * ROW]).reshape(rows, ROW).max(axis=1, initial=0.0)
        tail = float(np.abs(samples[rows * ROW :]).max(initial=0.0))
        reach = -(-TAPS // ROW)  # rows that a row's windows look into
        padded = np.append(peak, np.full(reach, tail, dtype=np.float32))
        around = np.lib.stride_tricks.sliding_window_view(padded, reach + 1)[:rows].max(axis=1, initial=0.0)
        loud = np.flatnonzero(around * self.headroom > self.highest)
        if not loud.size:
            return
        windows = np.lib.stride_tricks.sliding_window_view(samples, ROW + TAPS)[loud * ROW]
        points = windows @ self.matrix
        self.highest = max(self.highest, float(points.max()), -float(points.min()))


def k_weighting(sample_rate: int) -> npt.NDArray[np.float64]:
    """BS.1770's two filters as second-order sections, shape (2, 6), for any rate.

    The standard tabulates them at 48 kHz; these are the analogue prototypes behind the table (a shelf of +4 dB above
    1.7 kHz for the head, a high-pass at 38 Hz), taken through the bilinear transform at `sample_rate`.
    """
    gain = 10 ** (3.999843853973347 / 20)
    shelf = _biquad(sample_rate, 1681.974450955533, 0.7071752369554196, (gain, gain**0.4996667741545416, 1.0))
    high_pass = _biquad(sample_rate, 38.13547087602444, 0.5003270373238773, (1.0, 0.0, 0.0))
    high_pass[:3] = 1.0, -2.0, 1.0  # as the standard writes it: the gain at high frequencies is left as it comes
    return np.stack([shelf, high_pass])


def _biquad(
    sample_rate: int, hz: float, quality: float, numerator: tuple[float, float, float]
) -> npt.NDArray[np.float64]:
    """(high s² + band s/Q + low) / (s² + s/Q + 1) with s in units of `hz`, bilinear transform, a0 = 1."""
    high, band, low = numerator
    k = np.tan(np.pi * hz / sample_rate)
    top = np.array(
        [high + band * k / quality + low * k * k, 2 * (low * k * k - high), high - band * k / quality + low * k * k]
    )
    bottom = np.array([1 + k / quality + k * k, 2 * (k * k - 1), 1 - k / quality + k * k])
    section: npt.NDArray[np.float64] = np.concatenate([top, bottom]) / bottom[0]
    return section


def _between(phases: int) -> npt.NDArray[np.float64]:
    """Weights of the TAPS samples around a gap for the `phases` - 1 points in it: a sinc under a Kaiser window."""
    at = np.arange(TAPS)[:, np.newaxis] - (TAPS // 2 - 1) - np.arange(1, phases) / phases
    window = np.i0(5.0 * np.sqrt(1 - (at / (TAPS // 2)) ** 2)) / np.i0(5.0)
    weights: npt.NDArray[np.float64] = np.sinc(at) * window
    weights /= weights.sum(axis=0)
    return weights
