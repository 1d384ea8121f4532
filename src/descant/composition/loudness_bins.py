"""Velocities in 32 bins of 4, as the vocabularies of Oore et al. and Huang and Yang have them."""

from __future__ import annotations

from descant.types.arrays import IntArray

BINS = 32
WIDTH = 4


def to_bin(velocity: IntArray) -> IntArray:
    """The bin of each velocity, 0 to 31."""
    return velocity // WIDTH


def from_bin(bins: IntArray) -> IntArray:
    """The middle of each bin, 2 to 126."""
    return bins * WIDTH + WIDTH // 2
