"""A whole sound as one array, for systems that cannot eat it in blocks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.features import Sound

BLOCK_SECONDS = 20.0


def mono(sound: Sound, rate: int) -> npt.NDArray[np.float32]:
    """The mean of the channels at `rate` Hz, (samples,); one that is at this rate already stays as it is."""
    import soxr

    from descant.io.audio import blocks

    parts = [block.mean(axis=0, dtype=np.float32) for block in blocks(sound, BLOCK_SECONDS)]
    native = np.concatenate([np.zeros(0, dtype=np.float32), *parts])
    if sound.sample_rate == rate:
        return native
    resampled: npt.NDArray[np.float32] = soxr.resample(native, sound.sample_rate, rate).astype(np.float32)
    return resampled
