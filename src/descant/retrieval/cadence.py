"""Music to run to: tempos that fit so many steps a minute, one step a beat, two a beat, or one every other beat."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.types.arrays import FloatArray

FITS = 0.03  # how far a tempo may be off: what runners fall in with without noticing
SLOWEST, FASTEST = 40.0, 240.0  # steps a minute that people walk and run
STEPS = {1.0: "a step a beat", 0.5: "two steps a beat", 2.0: "a step every other beat"}  # tempo over cadence


def nearest_ratio(tempo: npt.ArrayLike, cadence: float) -> FloatArray:
    """Of each tempo, which multiple of the cadence of `STEPS` it is nearest to; 1 where it is not known."""
    ratios = np.array(list(STEPS))
    away = np.abs(np.log2(np.asarray(tempo, dtype=np.float64)[..., None] / (cadence * ratios)))
    return np.asarray(ratios[np.argmin(np.where(np.isnan(away), np.inf, away), axis=-1)])


def error(tempo: npt.ArrayLike, cadence: float) -> FloatArray:
    """How far each tempo is off the cadence, or its half or double: 0.02 is two per cent. NaN where it is not known."""
    steps = np.asarray(tempo, dtype=np.float64) / nearest_ratio(tempo, cadence)
    return np.asarray(np.abs(steps / cadence - 1.0))
