"""What lossy codecs take away: a trip through MP3 or Ogg Vorbis at a low quality, brought back into place."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

FURTHEST = 4096  # samples by which a codec may move the sound
BLOCK = 65_536  # samples written at a time: the Vorbis encoder keeps them on its stack, and overflows with minutes
COMPARED = 8  # seconds of sound by which it is put back


def codec(samples: Samples, rate: int, rng: np.random.Generator, strength: float = 1.0) -> Samples:
    """Encoded and decoded; the codec's delay is measured by correlation and removed."""
    import soundfile

    kind, subtype = [("MP3", "MPEG_LAYER_III"), ("OGG", "VORBIS")][int(rng.integers(2))]
    level = float(rng.uniform(0.4, 0.9)) * strength  # 0 is the best quality, 1 the worst
    buffer = io.BytesIO()
    shape = {"samplerate": rate, "channels": len(samples), "format": kind, "subtype": subtype}
    with soundfile.SoundFile(buffer, "w", compression_level=level, **shape) as file:
        for start in range(0, samples.shape[1], BLOCK):
            file.write(samples.T[start : start + BLOCK])
    buffer.seek(0)
    decoded = soundfile.read(buffer, dtype="float32", always_2d=True)[0].T
    late = delay(samples[0], decoded[0], COMPARED * rate)
    count = samples.shape[1]
    decoded = np.pad(decoded, [(0, 0), (max(0, -late), count)])[:, max(0, late) :]
    return np.asarray(decoded[:, :count], dtype=np.float32)


def delay(before: Samples, after: Samples, longest: int) -> int:
    """By how many samples `after` is later than `before`."""
    from scipy.signal import correlate

    one, other = before[:longest], after[: longest + FURTHEST]
    match = correlate(other, one, mode="full", method="fft")
    lag = np.arange(len(match)) - (len(one) - 1)
    near = np.abs(lag) <= FURTHEST
    return int(lag[near][np.argmax(match[near])])
