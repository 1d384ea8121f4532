"""The acoustic model of the piano transcribers: a log-mel spectrum to features of each of the 88 keys.

Every key is shown the same picture, the spectrum around its own partials and subharmonics, so one set of weights serves
all keys and each note that is heard teaches them all (as in Wei et al., HPPNet: Modeling the Harmonic Structure and
Pitch Invariance in Piano Transcription, ISMIR 2022; there with dilated convolutions on a constant-Q transform). What
differs from key to key, above all how well a mel band tells low notes apart, is left to an offset of each key.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn

KEYS = 88
LOWEST_HZ = 27.5  # A0
FINENESS = 3  # places a semitone; the middle one of a key's three is its pitch
PARTIALS = (1 / 3, 1 / 2, 1, 2, 3, 4, 5, 6, 7, 8)  # times a key's pitch
PAST = 6  # frames that a causal stack looks back


class KeyStack(nn.Module):
    """(batch, n, bands) -> (batch, n, KEYS, width), each frame from itself and three frames on either side.

    causal: from itself and the PAST frames before it instead, which the caller puts in front: PAST + n frames give n.
    centres: of the bands, Hz, rising.
    """

    def __init__(self, centres: Any, width: int, *, causal: bool) -> None:
        super().__init__()
        below, above, share = places(np.asarray(centres))
        self.register_buffer("below", torch.from_numpy(below), persistent=False)
        self.register_buffer("above", torch.from_numpy(above), persistent=False)
        self.register_buffer("share", torch.from_numpy(share), persistent=False)
        time = 0 if causal else 1  # frames of padding
        self.convolutions = nn.Sequential(
            nn.Conv2d(len(PARTIALS), width, (3, 5), stride=(1, FINENESS), padding=(time, 1), bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=(time, 1), bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, (3, 1), padding=(time, 0), bias=False),
            nn.BatchNorm2d(width),
        )
        self.offset = nn.Parameter(torch.zeros(KEYS, width))

    def forward(self, frames: torch.Tensor) -> Any:
        x = frames[:, :, self.below] * self.share[0] + frames[:, :, self.above] * self.share[1]
        x = x.unflatten(2, (KEYS * FINENESS, len(PARTIALS))).permute(0, 3, 1, 2)  # (batch, partials, n, places)
        x = self.convolutions(x).permute(0, 2, 3, 1)  # (batch, n, KEYS, width)
        return torch.relu(x + self.offset)


class Together(nn.Module):
    """What all keys show at once, told to each of them: (batch, n, KEYS, width) -> (batch, n, KEYS, width + shared).

    The pedal ends many notes at one moment, and shows in all of them and in the strings that sound along.
    """

    def __init__(self, width: int, shared: int) -> None:
        super().__init__()
        self.each = nn.Linear(width, shared)
        self.all = nn.Linear(shared, shared)
        self.outputs = width + shared

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        both = torch.relu(self.all(torch.relu(self.each(x)).mean(dim=2, keepdim=True)))
        return torch.cat([x, both.expand(-1, -1, KEYS, -1)], dim=3)


class KeyMemory(nn.Module):
    """One LSTM that runs along each key alone: (batch, n, KEYS, inputs) -> (batch, n, KEYS, outputs)."""

    def __init__(self, inputs: int, hidden: int, *, bidirectional: bool) -> None:
        super().__init__()
        self.lstm = nn.LSTM(inputs, hidden, bidirectional=bidirectional)
        self.outputs = hidden * (2 if bidirectional else 1)

    def forward(self, x: torch.Tensor, memory: tuple[torch.Tensor, torch.Tensor] | None = None) -> Any:
        """The outputs and the memory after the last frame, each (directions, batch * KEYS, hidden)."""
        batch = x.shape[0]
        rows = x.permute(1, 0, 2, 3).flatten(1, 2)  # (n, batch * KEYS, inputs)
        rows, memory = self.lstm(rows, memory)
        return rows.unflatten(1, (batch, KEYS)).permute(1, 0, 2, 3), memory


def places(centres: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The bands below and above each place of each partial, and how much of either: (places * partials,) twice, then
    (2, places * partials). Beyond the bands both shares are 0.
    """
    pitch = LOWEST_HZ * 2.0 ** ((np.arange(KEYS * FINENESS) - FINENESS // 2) / (12 * FINENESS))
    hz = (pitch[:, np.newaxis] * np.array(PARTIALS)).reshape(-1)
    place = np.interp(hz, centres, np.arange(len(centres)))
    inside = (hz >= centres[0]) & (hz <= centres[-1])
    below = np.minimum(np.floor(place).astype(np.int64), len(centres) - 2)
    share = np.stack([below + 1 - place, place - below]) * inside
    return below, below + 1, share.astype(np.float32)
