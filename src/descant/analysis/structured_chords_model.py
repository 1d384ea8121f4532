"""The network of `structured_chords`: its layers and shapes, as trained.

A convolution over 5 x 5 bins, taken at each semitone, one over its neighbours, one as high as the spectrum; the two
slices of each half beat side by side into a bidirectional GRU. From its state the chord's structure is told: root,
pitch classes and bass. The tag is told from the state and from what was said of the structure.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from descant.features.vqt import BINS, BINS_PER_SEMITONE, SEMITONES
from descant.types.chord_vocabulary import TAGS

SLICES = 2  # of each half beat
STRUCTURE = 13 + 12 + 13  # root, pitch classes, bass


class StructuredChords(nn.Module):
    """(batch, steps, SLICES, BINS) levels to root (.., 13), pitch classes (.., 12), bass (.., 13), tag (.., TAGS)."""

    def __init__(
        self, channels: int = 16, features: int = 128, hidden: int = 96, layers: int = 2, dropout: float = 0.3
    ) -> None:
        super().__init__()
        self.look = nn.Sequential(
            nn.Conv2d(1, channels, 5, stride=(1, BINS_PER_SEMITONE), padding=(2, 1), bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, features, (1, SEMITONES), bias=False),
            nn.BatchNorm2d(features),
            nn.ReLU(),
        )
        self.drop = nn.Dropout(dropout)
        between = dropout if layers > 1 else 0.0
        self.follow = nn.GRU(SLICES * features, hidden, layers, batch_first=True, bidirectional=True, dropout=between)
        self.structure = nn.Linear(2 * hidden, STRUCTURE)
        self.tag = nn.Linear(2 * hidden + STRUCTURE, TAGS)

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The probabilities of each root, each pitch class, each bass and each tag."""
        root, pitches, bass, tag = self.logits(frames)
        return root.softmax(-1), pitches.sigmoid(), bass.softmax(-1), tag.softmax(-1)

    def logits(self, frames: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The same before they are made probabilities."""
        state = self.state(frames)
        root, pitches, bass = self.structure(state).split((13, 12, 13), dim=-1)
        structure = torch.cat([root.softmax(-1), pitches.sigmoid(), bass.softmax(-1)], dim=-1)
        return root, pitches, bass, self.tags(state, structure)

    def tags(self, state: Tensor, structure: Tensor) -> Tensor:
        """The tags' logits, which read the state and the structure's probabilities."""
        tag: Tensor = self.tag(torch.cat([state, structure], dim=-1))
        return tag

    def state(self, frames: Tensor) -> Tensor:
        """What the network knows of each step, (batch, steps, 2 * hidden)."""
        seen = self.look(frames.reshape(frames.shape[0], 1, -1, BINS)).squeeze(3)  # (batch, features, slices)
        seen = seen.transpose(1, 2).reshape(frames.shape[0], frames.shape[1], -1)  # (batch, steps, 2 * features)
        state: Tensor = self.follow(self.drop(seen))[0]
        return self.drop(state)
