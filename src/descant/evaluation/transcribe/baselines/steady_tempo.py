"""The one tempo that fits a performance best.

The onsets resemble themselves one beat later: that tells the tempo roughly. Near there it is the one whose sixteenths
they fall on best over the whole length, so that music played to a click stays on its grid.
"""

from __future__ import annotations

import numpy as np

from descant.types import Notes
from descant.types.arrays import FloatArray

STEP = 0.01  # seconds
BLUR = 0.03  # seconds, standard deviation of an onset's place
SLOWEST, FASTEST = 50.0, 180.0  # quarters a minute
USUAL, OCTAVES = 110.0, 1.0  # the likeliest tempo, and the standard deviation around it
NEAR = np.arange(0.97, 1.03, 1e-4)  # times the rough tempo
UNKNOWN = 120.0  # where there is nothing to compare


def steady_tempo(notes: Notes) -> float:
    """Quarters a minute, by autocorrelation of the onsets, weighed towards moderate tempi, and then by their phase."""
    from scipy.ndimage import gaussian_filter1d

    if len(notes) < 2:
        return UNKNOWN
    count = np.bincount(np.round((notes.onset - notes.onset[0]) / STEP).astype(np.int64))
    curve = gaussian_filter1d(np.pad(count.astype(np.float64), (50, 50)), BLUR / STEP)
    spectrum = np.abs(np.fft.rfft(curve, 2 * len(curve))) ** 2
    alike: FloatArray = np.fft.irfft(spectrum)[: len(curve)]
    tempi = np.arange(SLOWEST, FASTEST + 0.5, 0.5)
    found = np.interp(60.0 / tempi / STEP, np.arange(len(alike)), alike)
    found = found * np.exp(-0.5 * (np.log2(tempi / USUAL) / OCTAVES) ** 2)
    fine = float(tempi[int(np.argmax(found))]) * NEAR
    sixteenths = np.exp(2j * np.pi * (notes.onset - notes.onset[0]) * (4 * fine / 60)[:, None])
    return float(fine[int(np.argmax(np.abs(sixteenths.sum(axis=1))))])
