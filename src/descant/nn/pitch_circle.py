"""Convolution round the circle of pitch classes: what is learnt in one key holds in all twelve."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class CircleBlock(nn.Module):
    """(batch, channels, steps, 12) to the same: round the circle, then along time, added to what came in.

    Turning the input by a number of pitch classes turns the output by as many.
    """

    def __init__(self, channels: int, dilation: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.circle = nn.Conv2d(channels, channels, (1, 12), groups=channels, bias=False)
        self.mix = nn.Conv2d(channels, 2 * channels, 1)
        self.norm = nn.BatchNorm2d(2 * channels)
        self.time = nn.Conv2d(2 * channels, channels, (3, 1), padding=(dilation, 0), dilation=(dilation, 1), bias=False)
        self.drop = nn.Dropout(dropout)

    def forward(self, heard: Tensor) -> Tensor:
        """The block's output, same shape."""
        round_ = self.circle(torch.cat([heard, heard[..., :11]], dim=-1))
        return heard + self.drop(self.time(torch.relu(self.norm(self.mix(round_)))))
