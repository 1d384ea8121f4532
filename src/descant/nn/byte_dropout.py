"""Dropout that throws a byte for each element: on a CPU the usual coins cost a third of a small model's training.

The chance is rounded to a 256th and what is kept is scaled by just that, so that the mean is kept exactly.
"""

from __future__ import annotations

import torch
from torch import nn


class ByteDropout(nn.Module):
    """Zero each element with a chance of `rate` while training."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.kept = round(256 * (1 - rate))  # of 256

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training or self.kept == 256:
            return x
        words = torch.empty(-(-x.numel() // 8), dtype=torch.int64, device=x.device).random_(-(2**63), None)
        coins = words.view(torch.uint8)[: x.numel()].view(x.shape)
        return x * ((coins < self.kept).to(x.dtype) * (256 / self.kept))
