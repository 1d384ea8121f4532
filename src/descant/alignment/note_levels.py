"""What notes would sound like in semitone bands, so that a score can be held against a recording without being played.

Each note is a struck tone: it starts at once, dies away, stops soon after its end, and has partials that fall by a
constant ratio. No instrument, no loudness: both are left out of what recordings are aligned by.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.features.semitone_levels import FRAME, KEYS, LEVEL_RATE, Levels, band_response
from descant.features.stream import RATE
from descant.types.arrays import FloatArray, IntArray

PARTIALS, RATIO = 12, 0.8  # their number, and each one's amplitude over that of the one below it
DECAY, RELEASE = 1.0, 0.15  # seconds in which a tone falls to 1/e: held, and let go
RINGS = 0.5  # seconds after its end that a note is followed
SMEAR = 5  # frames that a window spreads an onset over
LOUD = 0.05  # amplitude of one note


def note_levels(onset: FloatArray, offset: FloatArray, pitch: IntArray, seconds: float) -> Levels:
    """Amplitudes, float16 (frames, KEYS), up to so many seconds."""
    from scipy.ndimage import convolve1d

    frames = int(seconds * LEVEL_RATE) + 1
    power = np.zeros((frames, KEYS), dtype=np.float32)
    tones = {key: _tone(key) for key in np.unique(pitch).tolist()}
    for start, end, key in zip(onset.tolist(), offset.tolist(), pitch.tolist(), strict=True):
        first, last = max(0, round(start * LEVEL_RATE)), min(frames, int((end + RINGS) * LEVEL_RATE) + 1)
        time = np.arange(last - first, dtype=np.float32) / LEVEL_RATE
        fading = np.minimum(time, end - start) / DECAY + np.maximum(time - (end - start), 0.0) / RELEASE
        power[first:last] += np.exp(-2 * fading)[:, np.newaxis] * tones[key]
    smear = np.hanning(SMEAR + 2)[1:-1]
    np.sqrt(power, out=power)
    found: Levels = convolve1d(power, LOUD * smear / smear.sum(), axis=0, mode="constant").astype(np.float16)
    return found


def _tone(pitch: int) -> npt.NDArray[np.float32]:
    """The power that a tone of amplitude 1 gives to each band, (KEYS,); a window spreads it over three FFT bins."""
    partial = np.arange(PARTIALS)
    hz = 440.0 * 2.0 ** ((pitch - 69) / 12) * (partial + 1)
    gain = RATIO ** (2 * partial) * (hz < RATE / 2)
    near = ((-1, 0.25), (0, 1.0), (1, 0.25))
    found = sum(share * (gain @ band_response(hz + bins * RATE / FRAME)) for bins, share in near)
    return np.asarray(found, dtype=np.float32)
