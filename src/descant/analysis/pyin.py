"""The melody's pitch by probabilistic YIN (Mauch and Dixon, ICASSP 2014), as librosa does it.

YIN's difference function is read at a whole distribution of thresholds; a hidden Markov model over pitch and voicing
takes the path through the candidates. Slow, and slower still the first time on a machine, when numba compiles it: kept
as the yardstick for swift-f0. Simplified in one way: long sound is decoded in stretches of 30 s, each heard with a
second to either side, instead of as one path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descant.features import FRAME_RATE, HOP, RATE, Sound, get
from descant.features.stream import Samples
from descant.registry import needs
from descant.types import PitchContour

FRAME = 2048  # samples: 93 ms, four periods of the lowest pitch
FMIN = 46.875  # Hz: swift-f0's range, so that the two can be compared
FMAX = 2093.75  # Hz
STRETCH = 1500  # frames decoded at a time: 30 s
CONTEXT = 50  # frames heard on either side: 1 s


class PyinFrames(NamedTuple):
    """Frame `i` is centred on `i / FRAME_RATE` seconds."""

    hz: npt.NDArray[np.float32]  # the best guess, voiced or not
    voiced: npt.NDArray[np.bool_]
    probability: npt.NDArray[np.float32]  # of being voiced


@dataclass(frozen=True)
class Pyin:
    """pYIN's pitch, voicing and its probability, 50 frames a second."""

    @property
    def rate(self) -> int:
        return RATE

    def start(self, sample_rate: int, channels: int) -> _PyinStream:  # noqa: ARG002
        return _PyinStream()


class _PyinStream:
    def __init__(self) -> None:
        self.buffer: Samples = np.zeros(0, dtype=np.float32)  # from the first frame of the context on
        self.context = 0  # frames in the buffer that were given already
        self.parts: list[PyinFrames] = []

    def push(self, block: Samples) -> None:
        self.buffer = np.concatenate([self.buffer, block])
        while len(self.buffer) >= (self.context + STRETCH + CONTEXT) * HOP:
            self._decode(self.buffer[: (self.context + STRETCH + CONTEXT) * HOP], self.context + STRETCH)
            self.buffer = self.buffer[(self.context + STRETCH - CONTEXT) * HOP :]
            self.context = CONTEXT

    def finish(self) -> PyinFrames:
        if len(self.buffer):
            self._decode(self.buffer, 1 + len(self.buffer) // HOP)
        hz, voiced, probability = (np.concatenate(column) for column in zip(_NONE, *self.parts, strict=True))
        return PyinFrames(hz, voiced, probability)

    def _decode(self, samples: Samples, end: int) -> None:
        import librosa

        # An offset from zero would pass for a very low pitch.
        hz, voiced, probability = librosa.pyin(
            samples - samples.mean(), fmin=FMIN, fmax=FMAX, sr=RATE, frame_length=FRAME, hop_length=HOP, fill_na=None
        )
        part = slice(self.context, end)
        self.parts.append(
            PyinFrames(hz[part].astype(np.float32), voiced[part], np.clip(probability[part], 0, 1).astype(np.float32))
        )


_NONE = PyinFrames(np.zeros(0, np.float32), np.zeros(0, bool), np.zeros(0, np.float32))


@needs(Pyin())
def pyin(sound: Sound) -> PitchContour:
    """Pitch every 20 ms within 46.875 to 2093.75 Hz; the confidence is pYIN's probability of voicing."""
    frames: PyinFrames = get(sound, Pyin())
    return PitchContour(
        time=np.arange(len(frames.hz), dtype=np.float64) / FRAME_RATE,
        hz=frames.hz.astype(np.float64),
        voiced=frames.voiced,
        confidence=frames.probability.astype(np.float64),
    )
