"""The voice's source: the pulses of air that the vocal folds let through, and the breath that leaks between them.

The pulse is Rosenberg's polynomial as Klatt used it (KLGLOTT88): the flow goes as t^2 - t^3 and shuts abruptly, so its
derivative, which is what the lips radiate, has a sharp negative spike at closure; that spike is what makes a voice
bright. It is kept as wave tables of ever fewer harmonics, so that no partial lies above half the sample rate.
Breath is noise, strongest while the folds are open.

Rosenberg: Effect of Glottal Pulse Shape on the Quality of Natural Vowels, JASA 49(2B), 1971. Klatt and Klatt:
Analysis, Synthesis, and Perception of Voice Quality Variations among Female and Male Talkers, JASA 87(2), 1990.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

TABLE = 2048  # samples of one period
OCTAVES = 7  # tables, each with half the harmonics of the one before
MOST_HARMONICS = 512


def pulses(phase: npt.NDArray[np.float64], hz: Array, rate: int, open_quotient: float) -> Array:
    """The derivative of the flow at `phase` (periods, rising) where the fundamental is `hz`, both (n,); mean square 1.

    open_quotient: the share of a period in which the folds are open: 0.4 pressed, 0.8 soft.
    """
    tables = _tables(open_quotient)
    harmonics = rate / 2 / np.maximum(hz, 20.0)
    level = np.clip(np.ceil(np.log2(MOST_HARMONICS / harmonics)), 0, OCTAVES - 1).astype(np.intp)
    place = (phase % 1.0) * TABLE
    low = place.astype(np.intp)
    part = (place - low).astype(np.float32)
    return np.asarray(tables[level, low] * (1 - part) + tables[level, low + 1] * part, dtype=np.float32)


def breath(phase: npt.NDArray[np.float64], open_quotient: float, rng: np.random.Generator) -> Array:
    """Noise that is let through while the folds are open, (n,), mean square about 1."""
    opening = 0.4 + 1.2 * ((phase % 1.0) < open_quotient)
    return (rng.standard_normal(len(phase), dtype=np.float32) * opening).astype(np.float32)


def _tables(open_quotient: float) -> Array:
    """(OCTAVES, TABLE + 1): one period each, the first sample repeated at the end."""
    time = np.arange(TABLE) / TABLE / open_quotient
    flow = np.where(time < 1, time**2 - time**3, 0.0)
    spectrum = np.fft.rfft(flow) * 1j * np.arange(TABLE // 2 + 1)  # the derivative
    tables = np.empty((OCTAVES, TABLE + 1), dtype=np.float32)
    for octave in range(OCTAVES):
        kept = spectrum.copy()
        kept[MOST_HARMONICS // 2**octave + 1 :] = 0
        period = np.fft.irfft(kept)
        tables[octave] = np.append(period, period[0]) / np.sqrt(np.mean(period**2))
    return tables
