"""A key kept while a chorale is drawn: odds of every pitch are weighed by how much of it a piece in that key has.

A model of the next token modulates and forgets where it came from: a chorale that opened in D minor ends anywhere. Its
odds are multiplied by the key's profile (Temperley: The Cognition of Basic Musical Structures, 2001, the one by which
`frames_before.py` finds keys), a product of experts as in `parallels_avoided.py`. What is foreign to the key becomes
rarer and stays possible.
"""

from __future__ import annotations

import numpy as np

from descant.composition.frames_before import LOWEST, profile
from descant.composition.jsb_raster import JsbRaster
from descant.types.arrays import FloatArray

POWER = 0.75  # of the profile, where nothing else is said
CLASS = np.append([-1], (np.arange(JsbRaster().size - 1) + LOWEST) % 12)  # of each token; a rest has none


def kept(logits: FloatArray, key: int, power: float = POWER) -> FloatArray:
    """The logits (..., 47), weighed; keys are numbers as in `frames_before.py`."""
    weights = np.log(profile(key) / profile(key).mean())
    found: FloatArray = logits + power * np.where(CLASS < 0, 0.0, weights[CLASS])
    return found
