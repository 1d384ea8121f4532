"""The network of `key_net`: its layers and shapes, as trained.

What is heard at each semitone is folded into twelve pitch classes, every octave with weights of its own. From there on
all convolutions go round the circle of pitch classes, so that a song in another key gives the same answer, turned.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from descant.features.vqt import BINS_PER_SEMITONE, LOWEST_PITCH, SEMITONES
from descant.nn.pitch_circle import CircleBlock

MODES = 2  # major, minor
OCTAVES = SEMITONES // 12


class KeyNet(nn.Module):
    """(batch, steps, BINS) levels to the probabilities of 24 keys and of none, (batch, steps, 25)."""

    def __init__(self, channels: int = 20, blocks: int = 5, dropout: float = 0.2) -> None:
        super().__init__()
        self.look = nn.Sequential(
            nn.Conv2d(1, channels, (1, 5), stride=(1, BINS_PER_SEMITONE), padding=(0, 1), bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
        )
        self.fold = nn.Conv2d(OCTAVES * channels, channels, 1)
        self.blocks = nn.Sequential(*(CircleBlock(channels, 2**at, dropout) for at in range(blocks)))
        self.keys = nn.Conv2d(channels, MODES, 1)
        self.none = nn.Linear(2 * channels, 1)

    def forward(self, frames: Tensor) -> Tensor:
        """Probabilities: the major keys from C up, the minor keys from C up, none."""
        return self.logits(frames).softmax(-1)

    def logits(self, frames: Tensor) -> Tensor:
        """The same before they are made probabilities."""
        batch, steps = frames.shape[0], frames.shape[1]
        seen = self.look(frames[:, None])  # (batch, channels, steps, SEMITONES)
        seen = seen.unflatten(3, (OCTAVES, 12)).transpose(2, 3).reshape(batch, -1, steps, 12)
        c = (-LOWEST_PITCH) % 12  # the first octave's C
        circle = torch.relu(self.fold(torch.cat([seen[..., c:], seen[..., :c]], dim=-1)))
        circle = self.blocks(circle)  # (batch, channels, steps, 12), C first
        keys = self.keys(circle).transpose(1, 2).reshape(batch, steps, -1)
        whole = torch.cat([circle.mean(-1), circle.amax(-1)], dim=1).transpose(1, 2)  # (batch, steps, 2 * channels)
        return torch.cat([keys, self.none(whole)], dim=-1)
