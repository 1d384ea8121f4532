"""One channel of several, as everything that hears in mono takes it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

CANCELLED = 0.01  # of the loudest channel's power: what is less is left where channels cancel each other


def mono(block: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The mean of channels, (channels, n) to (n,); the loudest one where their mean all but cancels them.

    A recording of which one channel is turned over is as silent in the mean as it is loud to the ear.
    """
    mean: npt.NDArray[np.float32] = block.mean(axis=0, dtype=np.float32)
    if len(block) < 2 or not block.shape[1]:
        return mean
    power = np.einsum("cn,cn->c", block, block)
    loudest = int(power.argmax())
    return block[loudest] if float(mean @ mean) < CANCELLED * float(power[loudest]) else mean
