"""Residual convolutions in time that look further with every block, at the cost of a few taps.

The stack of van den Oord et al.: WaveNet, 2016, as used non-causally for music by Davies and Böck: Temporal
Convolutional Networks for Musical Audio Beat Tracking, EUSIPCO 2019.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn


class Dilated(nn.Module):
    """(batch, channels, frames) to the same; each output sees `reach(dilations)` frames on either side."""

    def __init__(self, channels: int, dilations: Sequence[int], dropout: float = 0.1) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(_Block(channels, dilation, dropout) for dilation in dilations)

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        for block in self.blocks:
            seen = block(seen)
        return seen


class _Block(nn.Module):
    def __init__(self, channels: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.look = nn.Conv1d(channels, channels, 3, padding=dilation, dilation=dilation, bias=False)
        self.level = nn.BatchNorm1d(channels)
        self.mix = nn.Conv1d(channels, channels, 1)
        self.drop = nn.Dropout(dropout)

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        return seen + self.drop(self.mix(torch.relu(self.level(self.look(seen)))))


def reach(dilations: Sequence[int]) -> int:
    """How many frames on either side an output of `Dilated` depends on."""
    return sum(dilations)


class MelFront(nn.Module):
    """Log-mel frames (batch, frames, bins) to features (batch, features, frames), by a small 2-D CNN.

    Each band is brought to mean 0 and variance 1; every stage looks at 3 frames x 3 bands and keeps the strongest of
    three neighbouring bands, so that three stages see 7 frames.
    """

    REACH = 3

    def __init__(self, bins: int, channels: Sequence[int], features: int) -> None:
        super().__init__()
        self.level = nn.BatchNorm1d(bins)
        stages: list[nn.Module] = []
        inputs, width = 1, bins
        for outputs in channels:
            stages += [
                nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
                nn.MaxPool2d((1, 3)),
            ]
            inputs, width = outputs, width // 3
        self.stages = nn.Sequential(*stages)
        self.project = nn.Conv1d(inputs * width, features, 1)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        seen = self.level(frames.transpose(1, 2)).transpose(1, 2)[:, None]  # (batch, 1, frames, bins)
        seen = self.stages(seen)  # (batch, channels, frames, few bands)
        return self.project(seen.transpose(2, 3).flatten(1, 2))
