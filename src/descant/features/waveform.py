"""What a page needs to show and play a recording: its outline, and a small copy of its sound."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from descant.features.mono import mono
from descant.features.stream import HOP, RATE, Samples
from descant.io.audio import WRITE_FRAMES


@dataclass(frozen=True)
class Waveform:
    """The lowest and highest sample of the mono mix in each frame of the grid: int8, shape (frames, 2), 127 is 1.0."""

    @property
    def rate(self) -> int:
        return RATE

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
class VorbisCopy:
    """The sound as an Ogg Vorbis file's bytes, for a page to play: some 120 kbit/s in stereo.

    More than two channels are mixed to one. What exceeds full scale is cut off, in this copy alone.
    """

    @property
    def rate(self) -> None:
        return None

    def start(self, sample_rate: int, channels: int) -> VorbisStream:
        return VorbisStream(sample_rate, channels)


@dataclass(frozen=True)
class SoundCopy:
    """The same written to a file as it is heard: FLAC of 16 bits, or Vorbis. The feature is the file's name."""

    path: Path
    vorbis: bool = False

    @property
    def rate(self) -> None:
        return None

    def start(self, sample_rate: int, channels: int) -> SoundCopyStream:
        return SoundCopyStream(self, sample_rate, channels)


class VorbisStream:
    """Encodes block by block into memory."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self.bytes = io.BytesIO()
        self.encoder = _Encoder(self.bytes, sample_rate, channels, "VORBIS")

    def push(self, block: Samples) -> None:
        self.encoder.push(block)

    def finish(self) -> bytes:
        self.encoder.close()
        return self.bytes.getvalue()


class SoundCopyStream:
    """Encodes block by block into a file."""

    def __init__(self, copy: SoundCopy, sample_rate: int, channels: int) -> None:
        self.path = copy.path
        self.file = copy.path.open("wb")
        self.encoder = _Encoder(self.file, sample_rate, channels, "VORBIS" if copy.vorbis else "PCM_16")

    def push(self, block: Samples) -> None:
        self.encoder.push(block)

    def finish(self) -> Path:
        self.encoder.close()
        self.file.close()
        return self.path


class _Encoder:
    """A file in the format that goes with a subtype, of one or two channels."""

    def __init__(self, target: BinaryIO, sample_rate: int, channels: int, subtype: str) -> None:
        import soundfile

        self.channels = channels if channels <= 2 else 1
        container = "OGG" if subtype == "VORBIS" else "FLAC"
        self.file = soundfile.SoundFile(
            target, "w", sample_rate, self.channels, subtype, format=container, compression_level=0.5
        )

    def push(self, block: Samples) -> None:
        sound = block if len(block) == self.channels else mono(block)[np.newaxis]
        for start in range(0, sound.shape[1], WRITE_FRAMES):
            self.file.write(np.clip(sound[:, start : start + WRITE_FRAMES], -1.0, 1.0).T)

    def close(self) -> None:
        self.file.close()
