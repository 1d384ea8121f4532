"""The network of `drums`: a mel CNN, dilated convolutions in time, and for each class of drums strokes and velocity.

Log-mel frames (batch, frames, 229) to

- onset (batch, frames, 5): a drum of this class is struck at this frame; half as much beside it,
- velocity (batch, frames, 5): how hard, 1 being MIDI's 127; it means something where there is a stroke,

both from 0 to 1. Fully convolutional in time, `CONTEXT` frames to either side.
"""

from __future__ import annotations

import torch
from torch import nn

from descant.features.log_mel import BANDS
from descant.nn.dilated import Dilated, MelFront
from descant.types.drums import DRUM_CLASSES

DILATIONS = (1, 2, 4, 8, 16, 32)
CONTEXT = 66  # MelFront.REACH and the dilations


class DrumsNet(nn.Module):
    """`channels` of the CNN's three stages, `width` of the layers in time."""

    def __init__(self, channels: tuple[int, int, int] = (16, 24, 40), width: int = 112, dropout: float = 0.1) -> None:
        super().__init__()
        self.front = MelFront(BANDS, channels, width)
        self.time = Dilated(width, DILATIONS, dropout)
        self.say = nn.Conv1d(width, 2 * len(DRUM_CLASSES), 1)

    def forward(self, frames: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        onset, velocity = self.logits(frames)
        return torch.sigmoid(onset), torch.sigmoid(velocity)

    def logits(self, frames: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Strokes and velocities before the sigmoid, (batch, frames, 5) each."""
        said = self.say(torch.relu(self.time(self.front(frames)))).transpose(1, 2)
        return said[..., : len(DRUM_CLASSES)], said[..., len(DRUM_CLASSES) :]
