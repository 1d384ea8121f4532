"""The network of `instruments`: frame posteriors and the attention that pools them to one answer a clip.

Log-mel frames (batch, frames, 229) to

- activity (batch, frames, classes): the tag holds at this frame, 0 to 1,
- attention (batch, frames, classes): how much this frame counts in the clip's answer, above 0.

The clip's answer is the mean of the activity, weighted by the attention (`pooled`). Only that is ever compared with a
label, and yet the frames learn where the tag holds. Fully convolutional in time, `CONTEXT` frames to either side.
"""

from __future__ import annotations

import torch
from torch import nn

from descant.features.log_mel import BANDS
from descant.nn.dilated import Dilated, MelFront

DILATIONS = (1, 2, 4, 8, 16)
CONTEXT = 34  # MelFront.REACH and the dilations
STEEPEST = 4.0  # logit of the attention: one frame outweighs another by exp(8) at most


class InstrumentsNet(nn.Module):
    """`channels` of the CNN's three stages, `width` of the layers in time."""

    def __init__(
        self, classes: int, channels: tuple[int, int, int] = (16, 24, 40), width: int = 112, dropout: float = 0.15
    ) -> None:
        super().__init__()
        self.classes = classes
        self.front = MelFront(BANDS, channels, width)
        self.time = Dilated(width, DILATIONS, dropout)
        self.say = nn.Conv1d(width, 2 * classes, 1)

    def forward(self, frames: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        said = self.say(torch.relu(self.time(self.front(frames)))).transpose(1, 2)
        attention = torch.exp(STEEPEST * torch.tanh(said[..., self.classes :] / STEEPEST))
        return torch.sigmoid(said[..., : self.classes]), attention


def pooled(activity: torch.Tensor, attention: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The clip's answers (batch, classes) from (batch, frames, classes) and the (batch, frames) that are real."""
    weight = attention * mask[..., None]
    return (weight * activity).sum(dim=1) / weight.sum(dim=1).clamp(min=1e-6)
