"""What sounds, pitch by pitch: the one pass over the variable-Q transform that all need who hear harmony or notes.

The tuning is estimated on the first minute in which something sounds; the sound so far is held back, then the
transform follows the tuning found. The transform itself is never stored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features.chroma import bass_chroma, chroma
from descant.features.note_activation import PITCHES, NoteActivation
from descant.features.stream import HOP, RATE, Frames, Samples
from descant.features.tuning import estimate_tuning
from descant.features.vqt import FRAME, VariableQ

TUNING_SECONDS = 60.0  # of audible sound to judge the tuning by
PATIENCE_SECONDS = 300.0  # of sound to hold back, at most, while waiting for it
TUNING_HOP = 10 * HOP
AUDIBLE = 1e-3  # root mean square of a block that counts as audible


@dataclass(frozen=True, eq=False)
class HarmonyFrames:
    """Frame `i` is centred on `i / FRAME_RATE` seconds."""

    activations: npt.NDArray[np.float16]  # (frames, 88): the amplitude of each piano key's pitch, A0 first
    chroma: npt.NDArray[np.float32]  # (frames, 12): all voices, C first
    bass_chroma: npt.NDArray[np.float32]  # (frames, 12): low voices, C first
    tuning_cents: float  # in [-50, 50]; activations and chroma are in tune with it
    tuning_confidence: float  # in [0, 1]


@dataclass(frozen=True)
class Harmony:
    """The feature: a `HarmonyFrames`."""

    @property
    def rate(self) -> int:
        return RATE

    def start(self, sample_rate: int, channels: int) -> _HarmonyStream:  # noqa: ARG002
        return _HarmonyStream()


class _HarmonyStream:
    def __init__(self) -> None:
        self.frames = Frames(FRAME, HOP)
        self.held: list[Samples] = []
        self.audible = 0  # samples
        self.tuning: tuple[float, float] | None = None
        self.parts: list[tuple[npt.NDArray[np.float16], Samples, Samples]] = []

    def push(self, block: Samples) -> None:
        if self.tuning is not None:
            self._hear(self.frames.push(block))
            return
        self.held.append(block)
        if len(block) and np.sqrt(np.mean(np.square(block))) > AUDIBLE:
            self.audible += len(block)
        if self.audible >= TUNING_SECONDS * RATE or sum(map(len, self.held)) >= PATIENCE_SECONDS * RATE:
            self._tune()

    def finish(self) -> HarmonyFrames:
        if self.tuning is None:
            self._tune()
        assert self.tuning is not None
        self._hear(self.frames.finish())
        activations, treble, bass = (np.concatenate(column) for column in zip(*self.parts, strict=True))
        return HarmonyFrames(activations, treble, bass, *self.tuning)

    def _tune(self) -> None:
        """Judge the tuning by what was held back, then hear that in tune."""
        sound = np.concatenate([*self.held, np.zeros(FRAME, dtype=np.float32)])
        self.tuning = estimate_tuning(np.lib.stride_tricks.sliding_window_view(sound, FRAME)[::TUNING_HOP])
        self.vqt = VariableQ(self.tuning[0])
        self.decomposition = NoteActivation(self.vqt)
        for block in self.held:
            self._hear(self.frames.push(block))
        self.held = []

    def _hear(self, frames: Samples) -> None:
        activations = np.zeros((len(frames), PITCHES), dtype=np.float32)
        if len(frames):
            activations = self.decomposition.activations(self.vqt.transform(frames))
        self.parts.append((activations.astype(np.float16), chroma(activations), bass_chroma(activations)))
