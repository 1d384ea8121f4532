"""The network of `basic_pitch`: harmonic stacking, a small CNN, and three posteriorgrams.

Spectrum (batch, frames, 288) of the tuned variable-Q transform, three bins a semitone, compressed, to

- contour (batch, frames, 264): a pitch sounds in this third of a semitone,
- note (batch, frames, 88): a note of this key sounds,
- onset (batch, frames, 88): a note of this key begins,

all from 0 to 1. As published, the notes are read off the contour and the onsets see the notes. Between the stacked
bins and the heads stand three blocks on semitones. Each compares a key with those a musical interval away, which share
partials with it, by a kernel dilated to that interval (Wei, Li, Yu and Li: HPPNet, ISMIR 2022), and then with what
comes before and after. Fully convolutional in time, `CONTEXT` frames to either side.
"""

from __future__ import annotations

import torch
from torch import nn

from descant.nn.harmonic_stacking import HarmonicStacking

HARMONICS = (0.5, 1, 2, 3, 4, 5, 6, 7)
KEYS = 88
BINS_PER_SEMITONE = 3
BINS_PER_OCTAVE = 12 * BINS_PER_SEMITONE
BLOCKS = ((12, 2, 1), (19, 1, 3), (1, 1, 6))  # interval in semitones, how many either way, dilation in time
TIME = 2  # taps on either side that a block sees in time
RARE = -4.0  # the heads' first bias: nearly all keys are silent nearly always
CONTEXT = 1 + TIME * sum(dilation for *_, dilation in BLOCKS) + 1 + TIME  # bins, blocks, note head, onset head


class BasicPitch(nn.Module):
    """`bins` channels for each bin of the spectrum, `keys` channels for each semitone."""

    def __init__(self, bins: int = 16, keys: int = 32) -> None:
        super().__init__()
        self.stack = HarmonicStacking(HARMONICS, BINS_PER_OCTAVE, KEYS * BINS_PER_SEMITONE)
        self.level = nn.BatchNorm2d(len(HARMONICS))
        self.bins = nn.Sequential(
            nn.Conv2d(len(HARMONICS), bins, (3, 5), padding=(1, 2), bias=False), nn.BatchNorm2d(bins), nn.ReLU()
        )
        self.fold = nn.Sequential(
            nn.Conv2d(bins, keys, (1, BINS_PER_SEMITONE), stride=(1, BINS_PER_SEMITONE), bias=False),
            nn.BatchNorm2d(keys),
            nn.ReLU(),
        )
        self.blocks = nn.Sequential(*(Block(keys, *shape) for shape in BLOCKS))
        self.unfold = nn.Conv2d(keys, 4 * BINS_PER_SEMITONE, 1)
        self.contour = nn.Sequential(nn.Conv2d(bins + 4, 8, (1, 3), padding=(0, 1)), nn.ReLU(), nn.Conv2d(8, 1, 1))
        self.note = nn.Sequential(nn.Conv2d(keys + BINS_PER_SEMITONE, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 1, 1))
        self.onset = nn.Sequential(
            nn.Conv2d(keys + 1, 16, (1 + 2 * TIME, 1), padding=(TIME, 0)), nn.ReLU(), nn.Conv2d(16, 1, 1)
        )
        for head in (self.contour, self.note, self.onset):
            nn.init.constant_(head[-1].bias, RARE)

    def forward(self, frames: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        contour, note, onset = self.logits(frames)
        return torch.sigmoid(contour), torch.sigmoid(note), torch.sigmoid(onset)

    def logits(self, frames: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Contour, notes and onsets before the sigmoid."""
        bins = self.bins(self.level(self.stack(frames)))  # (batch, bins, frames, 264)
        keys = self.blocks(self.fold(bins))  # (batch, keys, frames, 88)
        contour = self.contour(torch.cat([bins, thirds(self.unfold(keys))], dim=1))  # (batch, 1, frames, 264)
        note = self.note(torch.cat([keys, folded(torch.sigmoid(contour))], dim=1))
        onset = self.onset(torch.cat([keys, torch.sigmoid(note)], dim=1))
        return contour[:, 0], note[:, 0], onset[:, 0]


class Block(nn.Module):
    """What sounds `count` intervals up and down, then what comes before and after, added to what was known."""

    def __init__(self, channels: int, interval: int, count: int, dilation: int) -> None:
        super().__init__()
        self.intervals = nn.Sequential(
            nn.Conv2d(
                channels,
                channels,
                (1, 1 + 2 * count),
                padding=(0, count * interval),
                dilation=(1, interval),
                bias=False,
            ),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
        )
        self.time = nn.Sequential(
            nn.Conv2d(
                channels, channels, (1 + 2 * TIME, 1), padding=(TIME * dilation, 0), dilation=(dilation, 1), bias=False
            ),
            nn.BatchNorm2d(channels),
        )

    def forward(self, known: torch.Tensor) -> torch.Tensor:
        return torch.relu(known + self.time(self.intervals(known)))


def thirds(keys: torch.Tensor) -> torch.Tensor:
    """(batch, 3 * c, frames, 88) to (batch, c, frames, 264): three channels become a semitone's three bins."""
    batch, channels, frames, rows = keys.shape
    split = keys.reshape(batch, BINS_PER_SEMITONE, channels // BINS_PER_SEMITONE, frames, rows)
    return split.permute(0, 2, 3, 4, 1).reshape(batch, -1, frames, BINS_PER_SEMITONE * rows)


def folded(bins: torch.Tensor) -> torch.Tensor:
    """(batch, 1, frames, 264) to (batch, 3, frames, 88): a semitone's three bins become channels."""
    batch, _, frames, rows = bins.shape
    return bins.reshape(batch, frames, rows // BINS_PER_SEMITONE, BINS_PER_SEMITONE).permute(0, 3, 1, 2)
