"""Sound: short signals in memory (`Audio`) and files read in blocks (`AudioFile`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError
from descant.types._check import require

MIN_SAMPLE_RATE = 4_000
MAX_SAMPLE_RATE = 768_000


@dataclass(frozen=True, eq=False)
class Audio:
    """A sound signal held in memory: for short signals and for what descant makes.

    samples: float32, shape (channels, frames), each within [-1, 1]; a 1-D array is one channel.
    sample_rate: Hz.
    """

    samples: npt.NDArray[np.float32]
    sample_rate: int

    def __post_init__(self) -> None:
        try:
            with np.errstate(over="ignore"):  # what exceeds float32 becomes infinite and is refused below
                samples = np.array(self.samples, dtype=np.float32)
        except (TypeError, ValueError) as error:
            raise InvalidValueError(f"audio samples must be numbers: {error}") from None
        if samples.ndim == 1:
            samples = samples[np.newaxis]
        require(samples.ndim == 2, f"audio samples must have shape (channels, frames), got {samples.shape}")
        channels, frames = samples.shape
        require(channels >= 1, "audio needs at least one channel")
        require(
            channels <= 64 or frames > channels,
            f"audio samples must have shape (channels, frames); {samples.shape} looks transposed",
        )
        require(bool(np.all(np.isfinite(samples))), "audio samples must be finite numbers, found NaN or infinity")
        peak = float(np.max(np.abs(samples), initial=0.0))
        require(peak <= 1.0, f"audio samples must lie within [-1, 1], the peak is {peak:.4g}; scale them first")
        _check_rate(self.sample_rate)
        samples.setflags(write=False)
        object.__setattr__(self, "samples", samples)
        object.__setattr__(self, "sample_rate", int(self.sample_rate))

    @property
    def channels(self) -> int:
        return int(self.samples.shape[0])

    @property
    def frames(self) -> int:
        return int(self.samples.shape[1])

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.frames / self.sample_rate


@dataclass(frozen=True, eq=False)
class AudioFile:
    """An audio file that is read in blocks, so that three hours of music need no three-hour array.

    Made by `descant.io.audio.open_audio`, read by its `blocks`. `frames` is what the header says; a truncated or
    damaged file may hold fewer. `truncated` says that a WAV, AIFF or Ogg file is seen to end too early. Two openings
    of one path are two objects: what was measured stays with its own.
    """

    path: Path
    sample_rate: int  # Hz
    channels: int
    frames: int
    format: str  # the container's name, such as "WAV" or "MP3"
    truncated: bool = False

    def __post_init__(self) -> None:
        _check_rate(self.sample_rate)
        require(self.channels >= 1, f"{self.path}: an audio file needs at least one channel")
        require(self.frames >= 0, f"{self.path}: an audio file cannot hold {self.frames} frames")

    @property
    def duration(self) -> float:
        """Seconds, as the header says."""
        return self.frames / self.sample_rate


def _check_rate(rate: int) -> None:
    require(
        float(rate).is_integer() and MIN_SAMPLE_RATE <= rate <= MAX_SAMPLE_RATE,
        f"the sample rate must be a whole number of Hz from {MIN_SAMPLE_RATE} to {MAX_SAMPLE_RATE}, got {rate}",
    )
