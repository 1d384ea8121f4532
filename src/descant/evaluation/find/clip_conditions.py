"""How a clip is heard before its recording is looked for: through noise, a telephone, a codec, faster or slower.

Noises are synthesised (`synthesis/background.py`); a telephone is a band of 300 to 3400 Hz; MP3 is LAME's
at 32 kbit/s; speed is changed as a turntable changes it, with the pitch.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from descant.features import RATE
from descant.synthesis.background import NOISES, mixed

Samples = npt.NDArray[np.float32]

TELEPHONE = (300.0, 3400.0)  # Hz
MP3_RATE = 32  # kbit/s
MP3_LEVEL = 0.8421  # libsndfile's compression level for that, at RATE
NOISE_SECONDS = 120.0  # of which each clip hears another stretch


@dataclass(frozen=True)
class Condition:
    """One way to hear a clip."""

    seconds: float = 5.0
    noise: str = ""  # one of NOISES
    snr_db: float = 0.0
    speed: float = 1.0
    telephone: bool = False
    mp3: bool = False

    @property
    def name(self) -> str:
        """In words."""
        parts = [f"{self.seconds:g} s"]
        if self.speed != 1.0:
            parts.append(f"speed {self.speed - 1:+.0%}")
        parts += ["telephone"] * self.telephone + [f"mp3 {MP3_RATE} kbit/s"] * self.mp3
        if self.noise:
            parts.append(f"{self.noise} {self.snr_db:g} dB")
        return ", ".join(parts)

    def cut(self, sound: Samples, rate: int, rng: np.random.Generator) -> tuple[float, Samples]:
        """(where it begins in seconds, a clip as it is heard) of a recording (n,) that is long enough."""
        length = round(self.seconds * self.speed * rate)
        start = int(rng.integers(0, max(len(sound) - length, 0) + 1))
        return start / rate, self.heard(sound[start : start + length], rate, rng)

    def heard(self, clip: Samples, rate: int, rng: np.random.Generator) -> Samples:
        """A clip as it is heard, at the same rate."""
        import soxr

        if self.speed != 1.0:
            clip = soxr.resample(clip, rate * self.speed, rate)
        if self.telephone:
            clip = _through_telephone(clip, rate)
        if self.noise:
            noise = _noise(self.noise, rate)
            at = int(rng.integers(0, len(noise) - len(clip)))
            clip = mixed(clip, noise[at : at + len(clip)], self.snr_db)
        return _through_mp3(clip, rate) if self.mp3 else clip


SPEEDS = (0.96, 0.98, 1.02, 1.04)
CONDITIONS = (
    Condition(),
    *(Condition(noise=noise, snr_db=snr) for noise in NOISES for snr in (20.0, 10.0, 5.0, 0.0, -5.0)),
    *(Condition(seconds=seconds, noise="babble") for seconds in (2.0, 3.0, 10.0, 15.0)),
    *(Condition(speed=speed) for speed in SPEEDS),
    *(Condition(speed=speed, noise="babble", snr_db=5.0) for speed in (SPEEDS[0], SPEEDS[-1])),
    Condition(telephone=True),
    Condition(mp3=True),
)


@cache
def _noise(kind: str, rate: int) -> Samples:
    return NOISES[kind](round(NOISE_SECONDS * rate), rate, np.random.default_rng(sorted(NOISES).index(kind)))


def _through_telephone(clip: Samples, rate: int) -> Samples:
    from scipy.signal import butter, sosfilt

    return np.asarray(sosfilt(butter(4, TELEPHONE, "bandpass", fs=rate, output="sos"), clip), dtype=np.float32)


def _through_mp3(clip: Samples, rate: int) -> Samples:
    import soundfile

    assert rate == RATE, "the compression level stands for its bit rate at this sampling rate alone"
    buffer = io.BytesIO()
    with soundfile.SoundFile(
        buffer, "w", rate, 1, "MPEG_LAYER_III", format="MP3", bitrate_mode="CONSTANT", compression_level=MP3_LEVEL
    ) as file:
        file.write(np.clip(clip, -1.0, 1.0))
    buffer.seek(0)
    return np.asarray(soundfile.read(buffer, dtype="float32")[0])
