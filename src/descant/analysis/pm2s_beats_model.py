"""The network of `pm2s_beats`, in PyTorch, for training; what runs is its ONNX graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from descant.analysis.note_clusters import FEATURES
from descant.analysis.pm2s_beats import METRES, PHASES
from descant.nn.dilated import Dilated


class Pm2sBeats(nn.Module):
    """Convolutions over neighbouring clusters, then a recurrent network in both directions, then four heads."""

    def __init__(
        self, width: int = 64, dilations: Sequence[int] = (1, 2, 4, 8), hidden: int = 48, dropout: float = 0.15
    ) -> None:
        super().__init__()
        self.level = nn.BatchNorm1d(FEATURES)
        self.near = nn.Conv1d(FEATURES, width, 3, padding=1)
        self.around = Dilated(width, dilations, dropout)
        self.memory = nn.GRU(width, hidden, batch_first=True, bidirectional=True)
        self.drop = nn.Dropout(dropout)
        self.heads = nn.Linear(2 * hidden + width, 2 + PHASES + len(METRES))

    def forward(self, frames: torch.Tensor) -> Any:
        """Logits of beat (batch, n), downbeat (batch, n), phase (batch, n, PHASES) and metre (batch, n, METRES).

        frames: (batch, n, FEATURES), a row a cluster.
        """
        seen = torch.relu(self.near(self.level(frames.transpose(1, 2))))
        seen = self.around(seen).transpose(1, 2)
        remembered, _ = self.memory(seen)
        told = self.heads(self.drop(torch.cat([seen, remembered], dim=2)))
        return told[..., 0], told[..., 1], told[..., 2 : 2 + PHASES], told[..., 2 + PHASES :]
