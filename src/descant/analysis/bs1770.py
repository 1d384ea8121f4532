"""Loudness after ITU-R BS.1770-4 (integrated, true peak) and EBU Tech 3342 (range).

The sound is weighted as the head and the ear weigh it (K), its power averaged over 400 ms blocks. Integrated loudness
is the mean power of the blocks that count: above -70 LUFS, and no more than 10 LU below the mean of those. The range
is the spread, from the 10th to the 95th percentile, of the loudness of 3 s windows, without those 20 LU below the mean.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.features import Sound, get
from descant.features.loudness import LoudnessMeter, LoudnessSteps
from descant.registry import needs
from descant.types import Loudness

BLOCK_STEPS = 4  # 400 ms in steps of 100 ms: overlapping by three quarters
WINDOW_STEPS = 30  # 3 s
GATE_LUFS = -70.0


@needs(LoudnessMeter())
def bs1770(sound: Sound) -> Loudness:
    """Integrated loudness in LUFS, true peak in dBTP, range in LU.

    Where the sound is silent or shorter than a block (400 ms; 3 s for the range) a field is None. Six channels are
    taken for 5.1 (the effects channel left out, the surrounds raised); otherwise all channels weigh the same.
    """
    steps: LoudnessSteps = get(sound, LoudnessMeter())
    integrated = _integrated(_mean_power(steps.power, BLOCK_STEPS))
    return Loudness(
        integrated_lufs=integrated,
        true_peak_dbtp=20 * float(np.log10(steps.true_peak)) if steps.true_peak > 1e-7 else None,
        range_lu=_range(_mean_power(steps.power, WINDOW_STEPS)),
        confidence=0.0 if integrated is None else 1.0,
    )


def _integrated(power: npt.NDArray[np.float64]) -> float | None:
    """Gated mean of the blocks' power, LUFS."""
    audible = power[power > _power(GATE_LUFS)]
    if not audible.size:
        return None
    counted = audible[audible > audible.mean() * 10**-1.0]  # 10 LU below the mean
    return _lufs(float(counted.mean()))


def _range(power: npt.NDArray[np.float64]) -> float | None:
    """Spread of the windows' loudness, LU."""
    audible = power[power >= _power(GATE_LUFS)]
    if not audible.size:
        return None
    counted = audible[audible >= audible.mean() * 10**-2.0]  # 20 LU below the mean
    low, high = np.percentile(counted, [10, 95])
    return max(0.0, _lufs(float(high)) - _lufs(float(low)))


def _mean_power(steps: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.float64]:
    """Mean power of every `count` consecutive steps; empty where there are fewer."""
    if len(steps) < count:
        return np.zeros(0)
    means: npt.NDArray[np.float64] = np.lib.stride_tricks.sliding_window_view(steps, count).mean(axis=1)
    return means


def _lufs(power: float) -> float:
    return -0.691 + 10 * float(np.log10(power))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))
