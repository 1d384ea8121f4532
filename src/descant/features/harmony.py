"""What sounds, pitch by pitch: the amplitudes of the piano's keys and their chroma, from the tuned spectrum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features.chroma import bass_chroma, chroma
from descant.features.note_activation import PITCHES, NoteActivation
from descant.features.stream import Samples
from descant.features.tuned_vqt import TunedFrames, TunedVqt
from descant.features.vqt import VariableQ


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

    rate = None
    source = TunedVqt()

    def start(self, sample_rate: int, channels: int) -> _HarmonyStream:  # noqa: ARG002
        return _HarmonyStream()


class _HarmonyStream:
    def __init__(self) -> None:
        self.decomposition: NoteActivation | None = None
        self.tuning = (0.0, 0.0)
        self.parts: list[tuple[npt.NDArray[np.float16], Samples, Samples]] = []

    def push(self, heard: TunedFrames) -> None:
        activations = np.zeros((len(heard.magnitudes), PITCHES), dtype=np.float32)
        if len(activations):
            if self.decomposition is None:
                self.tuning = (heard.tuning_cents, heard.tuning_confidence)
                self.decomposition = NoteActivation(VariableQ(heard.tuning_cents))
            activations = self.decomposition.activations(heard.magnitudes)
        self.parts.append((activations.astype(np.float16), chroma(activations), bass_chroma(activations)))

    def finish(self) -> HarmonyFrames:
        activations, treble, bass = (np.concatenate(column) for column in zip(*self.parts, strict=True))
        return HarmonyFrames(activations, treble, bass, *self.tuning)
