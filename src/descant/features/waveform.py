"""What a page needs to show and play a recording: its outline, and a small copy of its sound."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features.stream import HOP, RATE, Samples


@dataclass(frozen=True)
class Waveform:
    """The lowest and highest sample of the mono mix in each frame of the grid: int8, shape (frames, 2), 127 is 1.0."""

    rate: int | None = RATE

    def start(self, sample_rate: int, channels: int) -> WaveformStream:  # noqa: ARG002 (part of the protocol)
        return WaveformStream()


class WaveformStream:
    """Keeps the extremes of every HOP samples; the last, shorter run counts as one."""

    def __init__(self) -> None:
        self.rest: Samples = np.zeros(0, dtype=np.float32)
        self.columns: list[npt.NDArray[np.int8]] = []

    def push(self, block: Samples) -> None:
        held = np.concatenate([self.rest, block])
        whole = len(held) // HOP * HOP
        self.rest = held[whole:]
        self._keep(held[:whole].reshape(-1, HOP))

    def finish(self) -> npt.NDArray[np.int8]:
        if len(self.rest):
            self._keep(self.rest[np.newaxis])
        return np.concatenate(self.columns) if self.columns else np.zeros((0, 2), dtype=np.int8)

    def _keep(self, runs: Samples) -> None:
        if len(runs):
            extremes = np.stack([runs.min(axis=1), runs.max(axis=1)], axis=1)
            self.columns.append(np.round(np.clip(extremes, -1.0, 1.0) * 127).astype(np.int8))


@dataclass(frozen=True)
class Mp3Copy:
    """The mono mix as MP3 bytes, for a page to play; peaks beyond full scale are cut off in this copy alone."""

    rate: int | None = RATE

    def start(self, sample_rate: int, channels: int) -> Mp3Stream:  # noqa: ARG002 (part of the protocol)
        return Mp3Stream(sample_rate)


class Mp3Stream:
    """Encodes block by block into memory: about 6.5 kB a second."""

    def __init__(self, sample_rate: int) -> None:
        import soundfile

        self.bytes = io.BytesIO()
        self.file = soundfile.SoundFile(
            self.bytes, "w", sample_rate, 1, "MPEG_LAYER_III", format="MP3", compression_level=0.3
        )

    def push(self, block: Samples) -> None:
        self.file.write(np.clip(block, -1.0, 1.0))

    def finish(self) -> bytes:
        self.file.close()
        return self.bytes.getvalue()
