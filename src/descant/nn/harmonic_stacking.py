"""Harmonic stacking: a tone's partials laid above each other, so that a small kernel sees them all.

On a logarithmic frequency axis the h-th partial lies log2(h) octaves above the fundamental, wherever that is. A copy of
the spectrum shifted down by that much has it in the fundamental's row (Bittner, McFee, Salamon, Li and Bello: Deep
Salience Representations for F0 Estimation in Polyphonic Music, ISMIR 2017, as the harmonic CQT; as shifts of one
transform in Bittner et al., ICASSP 2022).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch


class HarmonicStacking(torch.nn.Module):
    """(batch, frames, bins) to (batch, harmonics, frames, rows): row r of channel h reads bin r + shift of h."""

    def __init__(self, harmonics: Sequence[float], bins_per_octave: int, rows: int) -> None:
        super().__init__()
        self.shifts = [round(bins_per_octave * math.log2(harmonic)) for harmonic in harmonics]
        self.rows = rows

    def forward(self, spectrum: torch.Tensor) -> torch.Tensor:
        return torch.stack([shifted(spectrum, shift, self.rows) for shift in self.shifts], dim=1)


def shifted(values: torch.Tensor, by: int, rows: int) -> torch.Tensor:
    """`rows` of the last axis starting at index `by`; zeros where there is nothing."""
    low, high = max(by, 0), min(by + rows, values.shape[-1])
    return torch.nn.functional.pad(values[..., low:high], (low - by, by + rows - high))
