"""The network of `onsets_and_frames`, in PyTorch, for training; what runs is its ONNX graph."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import nn

from descant.features.log_mel import centres
from descant.nn.key_stack import KeyMemory, KeyStack, Together

RARE = -3.0  # the logit that heads start from: most keys are silent most of the time


class Heads(NamedTuple):
    """Logits, each (batch, n, KEYS)."""

    onset: torch.Tensor
    frame: torch.Tensor
    velocity: torch.Tensor


class OnsetsAndFrames(nn.Module):
    """Two acoustic stacks; the frame head is shown the onset head's answer and cannot change it."""

    def __init__(
        self,
        onset_width: int = 32,
        onset_hidden: int = 12,
        frame_width: int = 24,
        frame_hidden: int = 16,
        shared: int = 8,
    ) -> None:
        super().__init__()
        self.onset_stack = KeyStack(centres(), onset_width, causal=False)
        self.onset_memory = KeyMemory(onset_width, onset_hidden, bidirectional=True)
        self.onset_head = nn.Linear(self.onset_memory.outputs, 1)
        self.velocity_head = nn.Linear(self.onset_memory.outputs + onset_width, 1)
        self.frame_stack = KeyStack(centres(), frame_width, causal=False)
        self.frame_together = Together(frame_width, shared)
        self.frame_memory = KeyMemory(self.frame_together.outputs + 1, frame_hidden, bidirectional=True)
        self.frame_head = nn.Linear(self.frame_memory.outputs, 1)
        nn.init.constant_(self.onset_head.bias, RARE)
        nn.init.constant_(self.frame_head.bias, RARE)

    def logits(self, frames: torch.Tensor) -> Heads:
        """The heads before the logistic function; `frames` is (batch, n, bands)."""
        heard = self.onset_stack(frames)  # (batch, n, KEYS, onset_width)
        struck, _ = self.onset_memory(heard)
        onset = self.onset_head(struck)  # (batch, n, KEYS, 1)
        seen = self.frame_together(self.frame_stack(frames))
        seen = torch.cat([seen, torch.sigmoid(onset).detach()], dim=3)  # the gradient stops here
        sounding, _ = self.frame_memory(seen)
        velocity = self.velocity_head(torch.cat([heard, struck], dim=3))
        return Heads(onset[..., 0], self.frame_head(sounding)[..., 0], velocity[..., 0])

    def forward(self, frames: torch.Tensor) -> Any:
        """(onset, frame, velocity), each (batch, n, KEYS) in [0, 1]."""
        return tuple(torch.sigmoid(one) for one in self.logits(frames))
