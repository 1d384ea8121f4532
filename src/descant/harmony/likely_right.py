"""From what a model gives a numeral to how often such a numeral is right: Platt's scaling, fitted on validation pieces.

Platt: Probabilistic Outputs for Support Vector Machines, Advances in Large Margin Classifiers, MIT Press 1999.
"""

from __future__ import annotations

import numpy as np

from descant.types.arrays import FloatArray

LEAST = 1e-4  # nothing is told to be less likely or more certain, before scaling


def likely_right(share: FloatArray, slope: float, bias: float) -> FloatArray:
    """(n,) probabilities from a model's own, (n,): their log odds times the slope, and the bias."""
    inside = np.clip(share, LEAST, 1 - LEAST)
    found: FloatArray = 1 / (1 + np.exp(-slope * np.log(inside / (1 - inside)) - bias))
    return found
