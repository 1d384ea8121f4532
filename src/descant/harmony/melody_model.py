"""The network of `melody`, in PyTorch, for training; what runs is its ONNX graph."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from descant.harmony.melody_features import FEATURES


class Melody(nn.Module):
    """Every note by itself, then a recurrent network over the row of notes in both directions."""

    def __init__(self, width: int = 64, hidden: int = 64, depth: int = 2, dropout: float = 0.2) -> None:
        super().__init__()
        self.notes = nn.Sequential(nn.Linear(FEATURES, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.memory = nn.GRU(width, hidden, depth, batch_first=True, bidirectional=True, dropout=dropout)
        self.drop = nn.Dropout(dropout)
        self.told = nn.Sequential(nn.Linear(2 * hidden + width, width), nn.ReLU(), nn.Linear(width, 1))

    def forward(self, frames: torch.Tensor) -> Any:
        """Logits (batch, n) of whether a note is the tune's, from (batch, n, FEATURES)."""
        seen = self.drop(self.notes(frames))
        remembered, _ = self.memory(seen)
        return self.told(self.drop(torch.cat([remembered, seen], dim=2)))[..., 0]
