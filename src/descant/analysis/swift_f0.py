"""The melody's pitch by SwiftF0 (Nieradzik, 2025): a convolutional network that is small enough to ship with its wheel.

Monophonic by design. In a mix it follows whatever pitch stands out, which is the melody where one does, and its
confidence falls where several voices compete: the confidence given here is the network's own, not raised by smoothing.
"""

from __future__ import annotations

import numpy as np

from descant.errors import InvalidValueError
from descant.features import Sound, get
from descant.features.f0 import F0, FMAX, FMIN, HOP, RATE, F0Frames
from descant.registry import needs
from descant.types import PitchContour


@needs(F0())
def swift_f0(
    sound: Sound, *, threshold: float = 0.5, silence_db: float = -60.0, fmin: float = FMIN, fmax: float = FMAX
) -> PitchContour:
    """Pitch every 16 ms: voiced where the confidence reaches `threshold` and the level `silence_db` (dB full scale).

    `fmin` and `fmax` (Hz) bound the pitch within the network's 46.875 to 2093.75 Hz.
    """
    if not (fmin >= FMIN and fmax <= FMAX and fmax >= 1.1 * fmin):
        raise InvalidValueError(
            f"swift-f0 hears {FMIN} to {FMAX} Hz, and needs fmax above fmin; got fmin={fmin:g}, fmax={fmax:g}"
        )
    frames: F0Frames = get(sound, F0(fmin, fmax))
    audible = frames.level_db >= silence_db
    return PitchContour(
        time=np.arange(len(frames.hz), dtype=np.float64) * (HOP / RATE),
        hz=frames.hz.astype(np.float64),
        voiced=audible & (frames.confidence >= threshold),
        confidence=np.where(audible, frames.confidence, 0.0),
    )
