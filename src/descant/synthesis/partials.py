"""A sound as a sum of partials, each with an amplitude and a phase at every frame.

Between two frames a partial is crossfaded from one frame's sinusoid to the next one's, both at the partial's mean
frequency: overlap-add with a triangular window. All partials and frames of a note are then one matrix product, which is
what makes additive synthesis quick. Where the frequency is constant the sinusoid is exact and its amplitude goes in
straight lines; under a vibrato the two differ by a small part of a cycle.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Phasors = npt.NDArray[np.complex128]

FRAME = 32  # samples from frame to frame: 1.5 ms at 22,050 Hz, the shortest attack
_ROW = 32  # frames


def summed(phasors: Phasors, hz: npt.NDArray[np.floating], rate: int) -> npt.NDArray[np.float32]:
    """The sound, ((frames - 1) * FRAME,). It starts at the first frame, whose amplitudes must be 0.

    phasors: (frames, partials), amplitude times e to the i times phase. hz: (partials,) mean frequencies.
    """
    beside = np.arange(-FRAME, FRAME)
    waves = np.exp(2j * np.pi / rate * np.outer(hz, beside)) * (1 - np.abs(beside) / FRAME)  # (partials, 2 FRAME)
    parts = np.concatenate((phasors.real, phasors.imag), axis=1).astype(np.float32)
    pieces = parts @ np.concatenate((waves.real, -waves.imag)).astype(np.float32)  # (frames, 2 FRAME)
    sound: npt.NDArray[np.float32] = (pieces[:-1, FRAME:] + pieces[1:, :FRAME]).reshape(-1)
    return sound


def powers(rate: Phasors, frames: int) -> Phasors:
    """e to the `rate` times 0, 1, 2, ... frames, (frames, partials): sinusoids that decay exponentially.

    Two short tables are multiplied, which is ten times as quick as so many exponentials.
    """
    fine = np.exp(np.arange(_ROW)[:, np.newaxis] * rate)
    coarse = np.exp(np.arange(0, frames, _ROW)[:, np.newaxis] * rate)
    return (coarse[:, np.newaxis] * fine).reshape(-1, len(rate))[:frames]


def harmonics(phase: npt.NDArray[np.floating], count: int) -> Phasors:
    """e to the i times 1, 2, ... `count` times the fundamental's phase, (frames, count)."""
    fundamental = np.exp(1j * phase)[:, np.newaxis]
    return np.cumprod(np.broadcast_to(fundamental, (len(phase), count)), axis=1)
