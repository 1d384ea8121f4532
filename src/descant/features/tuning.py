"""How far from A440 the instruments are tuned, from the peaks of the spectrum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from descant.features.stream import HOP, RATE, Samples
from descant.features.vqt import FRAME

LOW_HZ, HIGH_HZ = 110.0, 2000.0  # below, peaks lie between FFT bins too coarsely; above, partials drift sharp
SMOOTH_CENTS = 12  # half width of the window that gathers peaks around one tuning
AUDIBLE = 1e-4  # amplitude (-80 dB) below which a peak says nothing

TUNING_SECONDS = 60.0  # of audible sound to judge the tuning by
PATIENCE_SECONDS = 300.0  # of sound to hold back, at most, while waiting for it
TUNING_HOP = 10 * HOP
AUDIBLE_BLOCK = 1e-3  # root mean square of a block that counts as audible


@dataclass(frozen=True)
class FirstMinute:
    """The feature: (cents, confidence) of the first minute in which something sounds."""

    @property
    def rate(self) -> int:
        return RATE

    def start(self, sample_rate: int, channels: int) -> FirstMinuteStream:  # noqa: ARG002 (part of the protocol)
        return FirstMinuteStream()


class FirstMinuteStream:
    """Holds sound back until there is enough to judge the tuning by."""

    def __init__(self) -> None:
        self.held: list[Samples] = []
        self.audible = 0  # samples

    @property
    def enough(self) -> bool:
        return self.audible >= TUNING_SECONDS * RATE or sum(map(len, self.held)) >= PATIENCE_SECONDS * RATE

    def push(self, block: Samples) -> None:
        """What comes when there is enough is not held."""
        if self.enough:
            return
        self.held.append(block)
        if len(block) and np.sqrt(np.mean(np.square(block))) > AUDIBLE_BLOCK:
            self.audible += len(block)

    def finish(self) -> tuple[float, float]:
        sound = np.concatenate([*self.held, np.zeros(FRAME, dtype=np.float32)])
        return estimate_tuning(np.lib.stride_tricks.sliding_window_view(sound, FRAME)[::TUNING_HOP])


def estimate_tuning(frames: Samples) -> tuple[float, float]:
    """(cents in [-50, 50), confidence) from frames of shape (n, FRAME) at `RATE`.

    Every spectral peak votes for its distance from the nearest equal-tempered pitch, louder ones more. The tuning is
    where the votes are densest, so that pure thirds and sevenths among the partials do not pull it aside. The
    confidence is how much of the vote lies there beyond what chance would put: 0 where nothing sounds.
    """
    votes = np.zeros(100)
    for start in range(0, len(frames), 256):
        cents, weight = _peaks(frames[start : start + 256])
        votes += np.bincount(np.round(cents).astype(int) % 100, weight, 100)
    if votes.sum() <= 0:
        return 0.0, 0.0
    around = np.arange(-SMOOTH_CENTS, SMOOTH_CENTS + 1)
    window = 0.5 + 0.5 * np.cos(np.pi * around / (SMOOTH_CENTS + 1))
    density = np.array([votes[(at + around) % 100] @ window for at in range(100)])
    best = int(np.argmax(density))
    near = votes[(best + around) % 100] * window
    tuning = best + float(near @ around / near.sum())
    share, chance = near.sum() / votes.sum(), window.sum() / 100
    confidence = float(np.clip((share - chance) / (0.75 - chance), 0.0, 1.0))
    return (tuning + 50) % 100 - 50, confidence


def _peaks(frames: Samples) -> tuple[np.ndarray, np.ndarray]:
    """(cents from A440, weight) of the spectrum's peaks in all frames."""
    from scipy import fft

    window = np.hanning(FRAME).astype(np.float32)
    low, high = int(LOW_HZ * FRAME / RATE), int(HIGH_HZ * FRAME / RATE)
    magnitude = np.abs(fft.rfft(frames * window, axis=1)[:, low - 1 : high + 1]) * (2 / window.sum())
    middle = magnitude[:, 1:-1]
    loud = middle > np.maximum(AUDIBLE, 0.05 * middle.max(axis=1, keepdims=True, initial=0.0))
    frame, at = np.nonzero(loud & (middle > magnitude[:, :-2]) & (middle >= magnitude[:, 2:]))
    before, here, after = (np.log(np.maximum(magnitude[frame, at + step], 1e-12)) for step in (0, 1, 2))
    shift = 0.5 * (before - after) / (before - 2 * here + after)  # the vertex of the parabola through three points
    hz = (low + at + shift) * RATE / FRAME
    return 1200 * np.log2(hz / 440.0), np.sqrt(middle[frame, at])
