"""Straight lines through the neighbours of each value, those that lie far off counting little or nothing.

A line a row, by weighted least squares; its neighbours are then weighed again by how far they are from it (bisquare),
and so on, a few times.

Cleveland: Robust Locally Weighted Regression and Smoothing Scatterplots, JASA 74(368), 1979.
"""

from __future__ import annotations

import numpy as np

from descant.types.arrays import FloatArray

NORMAL = 1.4826  # spreads in a median deviation, where values scatter normally
FAR = 4.5  # spreads from which on a value counts nothing


def lines(away: FloatArray, value: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Each row's line: its value where `away` is 0, and its slope, (n,).

    away, value, weight: (n, neighbours); `away` may be one row, the same for all.
    """
    total = np.maximum(weight.sum(axis=1), 1e-9)
    place, mean = (weight * away).sum(axis=1) / total, (weight * value).sum(axis=1) / total
    across = (weight * (away - place[:, None]) ** 2).sum(axis=1)
    rise = (weight * (away - place[:, None]) * (value - mean[:, None])).sum(axis=1)
    slope = np.where(across > 1e-9, rise / np.maximum(across, 1e-9), 0.0)
    return mean - slope * place, slope


def bisquare(off: FloatArray, spread: FloatArray) -> FloatArray:
    """How much neighbours count that are so far off lines with these spreads, one a row; 0 to 1."""
    found: FloatArray = np.clip(1 - (off / (FAR * spread[:, None])) ** 2, 0.0, 1.0) ** 2
    return found
