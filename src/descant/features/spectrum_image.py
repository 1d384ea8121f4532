"""The spectrum as a picture to draw notes over: a byte for each third of a semitone and each frame, written to a file.

It is the tuned variable-Q transform that listeners of harmony and notes share, so it costs next to nothing beside
them, and it goes to the file as it is made: memory stays the same however long the sound is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from descant.features.posteriors import compressed
from descant.features.stream import FRAME_RATE
from descant.features.tuned_vqt import TunedFrames, TunedVqt
from descant.features.vqt import BINS_PER_SEMITONE, LOWEST_PITCH, Array

KEYS = 88
BANDS = KEYS * BINS_PER_SEMITONE  # of the picture: those of the piano's keys
LOUDEST = 7.0  # log(1 + GAIN * magnitude) of a full-scale sinusoid, a byte's 255


@dataclass(frozen=True)
class Picture:
    """What the file holds: rows of BANDS bytes, row `i` the frames from `i / rows_per_second` on."""

    rows: int
    rows_per_second: float
    lowest_pitch: float  # MIDI number of the first band's centre, tuned as the recording is
    bands: int = BANDS
    bands_per_semitone: int = BINS_PER_SEMITONE


@dataclass(frozen=True)
class SpectrumImage:
    """The feature: a `Picture`, and its rows in a file. joined: frames in a row."""

    path: Path
    joined: int = 2

    rate = None
    source = TunedVqt()

    def start(self, sample_rate: int, channels: int) -> _ImageStream:  # noqa: ARG002
        return _ImageStream(self.path.open("wb"), self.joined)


class _ImageStream:
    def __init__(self, file: BinaryIO, joined: int) -> None:
        self.file = file
        self.joined = joined
        self.left: Array = np.zeros((0, BANDS), dtype=np.float32)  # frames of a row that is not full yet
        self.rows = 0
        self.tuning_cents = 0.0

    def push(self, heard: TunedFrames) -> None:
        if len(heard.magnitudes):
            self.tuning_cents = heard.tuning_cents
        frames = np.concatenate([self.left, heard.magnitudes[:, :BANDS]])
        full = len(frames) - len(frames) % self.joined
        self._write(frames[:full].reshape(-1, self.joined, BANDS))
        self.left = frames[full:]

    def finish(self) -> Picture:
        if len(self.left):
            self._write(self.left[np.newaxis])
        self.file.close()
        lowest = LOWEST_PITCH - 1 / BINS_PER_SEMITONE + self.tuning_cents / 100
        return Picture(self.rows, FRAME_RATE / self.joined, lowest)

    def _write(self, rows: Array) -> None:
        """rows: (n, frames, BANDS); the loudest frame of each shows, so that no onset is lost."""
        levels = compressed(rows.max(axis=1)) * np.float32(255 / LOUDEST)
        self.file.write(np.minimum(np.round(levels), 255).astype(np.uint8).tobytes())
        self.rows += len(rows)
