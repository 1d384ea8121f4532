"""The network of `autoregressive_multistate`, in PyTorch, for training; what runs is its ONNX graph, a frame a call."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from descant.features.log_mel import centres
from descant.nn.key_stack import PAST, KeyMemory, KeyStack, Together
from descant.transcription.key_states import OFF, OFFSET, ONSET, REONSET, STATES, SUSTAIN

Memory = tuple[torch.Tensor, torch.Tensor]

PARTIALS = (12, 19, 24, 28, 31)  # semitones from a key to those that its second to sixth partials fall on


class AutoregressiveMultistate(nn.Module):
    """Causal convolutions and an LSTM along each key that is told what the key did in the frame before."""

    def __init__(
        self,
        width: int = 40,
        told: int = 4,
        hidden: int = 24,
        shared: int = 8,
        strike: float = 0.55,
        partial: float = 0.4,
        hold: float = 0.5,
    ) -> None:
        super().__init__()
        self.stack = KeyStack(centres(), width, causal=True)
        self.together = Together(width, shared)
        self.states = nn.Embedding(STATES, told)
        self.memory = KeyMemory(self.together.outputs + told, hidden, bidirectional=False)
        self.head = nn.Linear(hidden + self.together.outputs, STATES)
        self.strike = strike  # a key is struck where onset and re-onset together are this probable,
        self.partial = partial  # and so much more where it may be a partial of a key that is struck
        self.hold = hold  # it sounds on where sustain is this probable
        with torch.no_grad():
            self.head.bias.copy_(torch.tensor([2.0, -2.0, 0.0, -2.0, -2.0]))  # most keys are silent most of the time

    def heard(self, frames: torch.Tensor) -> Any:
        """The acoustic part: (batch, PAST + n, bands) -> (batch, n, KEYS, width + shared)."""
        return self.together(self.stack(frames))

    def told(self, heard: torch.Tensor, before: torch.Tensor, memory: Memory | None = None) -> Any:
        """Logits (batch, n, KEYS, STATES) and the LSTM's memory, where the states of each frame before are given.

        before: (batch, n, KEYS), row i holding the states of frame i - 1.
        """
        remembered, memory = self.memory(torch.cat([heard, self.states(before)], dim=3), memory)
        return self.head(torch.cat([remembered, heard], dim=3)), memory

    def chosen(self, probability: torch.Tensor, before: torch.Tensor) -> Any:
        """States (..., KEYS) from probabilities (..., KEYS, STATES) and the states of the frame before.

        What looks like a stroke may be a partial of a lower key, struck now or in the frame before. No key sounds on
        that did not sound before.
        """
        off, onset, sustain, offset, reonset = probability.unbind(-1)
        begins, began = onset + reonset, (before == ONSET) | (before == REONSET)
        needed = self.strike + self.partial * below(torch.maximum(begins, began.to(begins.dtype)))
        struck = torch.where(reonset > onset, REONSET, ONSET)
        released = torch.where(offset > off, OFFSET, OFF)
        otherwise = torch.where((began | (before == SUSTAIN)) & (sustain > self.hold), SUSTAIN, released)
        return torch.where(begins > needed, struck, otherwise)

    def forward(self, frames: torch.Tensor, before: torch.Tensor, hidden: torch.Tensor, cell: torch.Tensor) -> Any:
        """One frame: (probability (1, KEYS, STATES), state (1, KEYS), next hidden, next cell).

        frames: (1, PAST + 1, bands), the frame and those before it. before: (1, KEYS), the states of the frame before.
        hidden, cell: (1, KEYS, hidden).
        """
        logits, (hidden, cell) = self.told(self.heard(frames), before[:, None], (hidden, cell))
        probability = torch.softmax(logits[:, 0], dim=2)
        return probability, self.chosen(probability, before), hidden, cell


def below(x: torch.Tensor) -> torch.Tensor:
    """For each key the highest value of those whose partials fall on it, (..., KEYS); 0 where there is none."""
    lower = [nn.functional.pad(x[..., :-step], (step, 0)) for step in PARTIALS]
    return torch.stack(lower).amax(dim=0)


def after_silence(frames: torch.Tensor) -> torch.Tensor:
    """(batch, n, bands) with PAST silent frames in front, as a stream begins."""
    return nn.functional.pad(frames, (0, 0, PAST, 0))
