"""The network of `chord_gnn`, in PyTorch, for training; what runs is its ONNX graph."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from descant.harmony.note_features import NOTE_FEATURES, ONSET_FEATURES
from descant.harmony.note_graph import RELATIONS
from descant.harmony.roman import CLASSES, HEADS


class RelationalSage(nn.Module):
    """GraphSAGE with the mean over each relation's neighbours apart, added to what the note was."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.of_neighbours = nn.Linear(RELATIONS * width, width)
        self.of_self = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.drop = nn.Dropout(dropout)

    def forward(self, notes: torch.Tensor, edges: torch.Tensor) -> torch.Tensor:
        """(n, width). edges: (3, e), source, target, relation."""
        number, width = notes.shape[0], notes.shape[1]
        heard = mean_of(notes[edges[0]], edges[2] * number + edges[1], RELATIONS * number)
        heard = heard.reshape(RELATIONS, number, width).transpose(0, 1).reshape(number, RELATIONS * width)
        found: torch.Tensor = self.norm(notes + self.drop(torch.relu(self.of_self(notes) + self.of_neighbours(heard))))
        return found


class ChordGnn(nn.Module):
    """Notes tell their neighbours, every onset gathers its notes, a recurrent network reads the onsets, heads tell."""

    def __init__(
        self, width: int = 96, layers: int = 2, hidden: int = 96, depth: int = 2, dropout: float = 0.3
    ) -> None:
        super().__init__()
        self.notes = nn.Linear(NOTE_FEATURES, width)
        self.layers = nn.ModuleList(RelationalSage(width, dropout) for _ in range(layers))
        self.pooled = nn.Linear(3 * width + ONSET_FEATURES, width)
        self.norm = nn.LayerNorm(width)
        self.memory = nn.GRU(width, hidden, depth, batch_first=True, bidirectional=True, dropout=dropout)
        self.drop = nn.Dropout(dropout)
        self.heads = nn.ModuleList(
            nn.Sequential(nn.Linear(2 * hidden + width, width), nn.ReLU(), nn.Linear(width, size))
            for size in (*(CLASSES[head] for head in HEADS), 1)
        )

    def forward(
        self,
        notes: torch.Tensor,
        onset_of: torch.Tensor,
        edges: torch.Tensor,
        sounding: torch.Tensor,
        bass: torch.Tensor,
        onsets: torch.Tensor,
    ) -> Any:
        """Logits of every head (batch, o, classes), in the order of HEADS, and of a chord's start (batch, o).

        notes: (n, NOTE_FEATURES), those of the whole batch; onset_of: (n,), counted through the batch; edges: (3, e);
        sounding: (2, s), note and onset; bass: (batch * o,), a note; onsets: (batch, o, ONSET_FEATURES).
        """
        seen = torch.relu(self.notes(notes))
        for layer in self.layers:
            seen = layer(seen, edges)
        batch, length = onsets.shape[0], onsets.shape[1]
        struck = mean_of(seen, onset_of, batch * length)
        heard = mean_of(seen[sounding[0]], sounding[1], batch * length)
        gathered = torch.cat([struck, heard, seen[bass]], dim=1).reshape(batch, length, 3 * seen.shape[1])
        gathered = self.norm(torch.relu(self.pooled(torch.cat([gathered, onsets], dim=2))))
        remembered, _ = self.memory(self.drop(gathered))
        told = self.drop(torch.cat([remembered, gathered], dim=2))
        *heads, start = (head(told) for head in self.heads)
        return (*heads, start[..., 0])


def mean_of(rows: torch.Tensor, group: torch.Tensor, groups: int) -> torch.Tensor:
    """(groups, width) the mean of the rows of each group; zeros where it has none. rows: (m, width), group: (m,)."""
    where = group[:, None]
    total = torch.zeros(groups, rows.shape[1], dtype=rows.dtype, device=rows.device)
    total = total.scatter_add(0, where.expand(-1, rows.shape[1]), rows)
    count = torch.zeros(groups, 1, dtype=rows.dtype, device=rows.device)
    count = count.scatter_add(0, where, torch.ones_like(rows[:, :1]))
    return total / count.clamp(min=1.0)
