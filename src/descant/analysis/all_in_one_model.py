"""All-In-One in PyTorch: separated channels in; beats, downbeats, boundaries and the letters' embeddings out.

For each channel (bass, mixture, harmony, percussion) a small stem of convolutions makes features, 50 and 25 a second,
from the bands and from how much each of them rises. The trunk goes on with the latter: blocks of attention in time,
whose dilation doubles from block to block, and across the channels. Beats and downbeats are read from the trunk and,
for their exact places, from the finer features. Form is slower than beats: for boundaries and letters the trunk is
averaged over 0.4 seconds, is told how the sound of some seconds before differs from that of some seconds after (a
novelty, after Foote 2000, of learned colours), and goes through blocks of its own that see 25 seconds to either side.

Kim and Nam: All-In-One Metrical and Functional Structure Analysis with Neighborhood Attentions on Demixed Audio, WASPAA
2023. Simplified: medians separate the channels, not a trained separator; sections have no function (chorus, verse) but
an embedding that is alike in sections with the same letter.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from descant.features.harmonic_percussive import BANDS, LOW_BINS
from descant.nn.neighbourhood_attention import Block, Rms

STRIDE = 2  # frames to one of the trunk
POOL = 10  # of the trunk's frames to one of the form's
GRID = STRIDE * POOL  # frames: chunks begin at multiples of this
KERNEL = 5
FINE_KERNEL, COARSE_KERNEL = 3, 5  # of a stem
LEVEL = 0.25  # times the bands' logarithms: about 1
RISE_FRAMES, RISE_LEVEL = 2, 0.5  # a band's rise is over so many frames; times its logarithm
COLOURS = 32  # that the bands are put into, to be compared before and after
BEFORE_AND_AFTER = (5, 10, 20, 40)  # of the form's steps: 2 to 16 seconds


class AllInOne(nn.Module):
    """frames (B, n, 2 * BANDS) to logits beat, downbeat, boundary (B, n) and unit vectors form (B, n, letters)."""

    def __init__(
        self,
        dim: int = 24,
        heads: int = 4,
        blocks: int = 7,
        form_dim: int = 64,
        form_blocks: int = 5,
        letters: int = 16,
        dropout: float = 0.1,
        channels: bool = True,
    ) -> None:
        """channels: without, every channel hears the mixture, and nothing else changes: the ablation of the idea."""
        super().__init__()
        self.channels = channels
        bands = (LOW_BINS, BANDS, BANDS, BANDS)
        count = len(bands)
        self.fine = nn.ModuleList([nn.Conv1d(2 * one, dim, FINE_KERNEL, padding=FINE_KERNEL // 2) for one in bands])
        self.coarse = nn.ModuleList(
            [nn.Conv1d(dim, dim, COARSE_KERNEL, stride=STRIDE, padding=COARSE_KERNEL // 2) for _ in bands]
        )
        self.trunk = nn.Sequential(*(Block(dim, heads, KERNEL, 2**at, count, dropout) for at in range(blocks)))
        self.norm = Rms(count * dim)
        self.slow = nn.Conv1d(count * dim, 2 * dim, 1)
        self.quick = nn.Conv1d(count * dim, 2 * dim, KERNEL, padding=KERNEL // 2)
        self.rhythm = nn.Sequential(nn.SiLU(), nn.Conv1d(2 * dim, dim, 3, padding=1), nn.SiLU(), nn.Conv1d(dim, 2, 1))
        self.colours = nn.Conv1d(2 * BANDS, COLOURS, 1)
        self.into_form = nn.Conv1d(count * dim + (1 + len(BEFORE_AND_AFTER)) * COLOURS, form_dim, 1)
        self.form = nn.Sequential(*(Block(form_dim, heads, KERNEL, 2**at, 1, dropout) for at in range(form_blocks)))
        self.boundary = nn.Sequential(Rms(form_dim), nn.Conv1d(form_dim, 1, 1))
        self.letters = nn.Sequential(Rms(form_dim), nn.Conv1d(form_dim, letters, 1))

    def forward(self, frames: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        count = frames.shape[1]
        heard = self._channels(frames.transpose(1, 2))
        fine = [functional.silu(layer(with_rises(one))) for layer, one in zip(self.fine, heard, strict=True)]
        coarse = [layer(one) for layer, one in zip(self.coarse, fine, strict=True)]
        trunk = self.norm(self.trunk(torch.stack(coarse, dim=1)).flatten(1, 2))  # (B, C dim, n / STRIDE)
        rhythm = self.rhythm(held(self.slow(trunk), STRIDE, count) + self.quick(torch.cat(fine, dim=1)))  # (B, 2, n)
        colours = self.colours(pooled(pooled(torch.cat(heard[-2:], dim=1), STRIDE), POOL))
        slow = torch.cat([pooled(trunk, POOL), colours, *(contrast(colours, one) for one in BEFORE_AND_AFTER)], dim=1)
        form = self.form(self.into_form(slow).unsqueeze(1)).squeeze(1)  # (B, form_dim, n / GRID)
        boundary = held(self.boundary(form), GRID, count).squeeze(1)
        letters = held(functional.normalize(self.letters(form), dim=1), GRID, count)
        return rhythm[:, 0], rhythm[:, 1], boundary, letters.transpose(1, 2)

    def _channels(self, frames: torch.Tensor) -> list[torch.Tensor]:
        """The bass, the mixture, all tones and the strokes, or the mixture in their places; each (B, bands, n)."""
        harmonic, percussive = frames[:, :BANDS], frames[:, BANDS:]
        mixture = torch.log(torch.exp(harmonic) + torch.exp(percussive) - 1.0)  # of magnitudes; all are log(1 + x)
        if not self.channels:
            harmonic = percussive = mixture
        return [LEVEL * one for one in (harmonic[:, :LOW_BINS], mixture, harmonic, percussive)]


def with_rises(x: torch.Tensor) -> torch.Tensor:
    """The bands and by how much each of them rises, (B, bands, n) to (B, 2 * bands, n)."""
    before = functional.pad(x, (RISE_FRAMES, 0), mode="replicate")[..., : x.shape[2]]
    return torch.cat([x, RISE_LEVEL / LEVEL * torch.relu(x - before)], dim=1)


def contrast(x: torch.Tensor, steps: int) -> torch.Tensor:
    """How far the mean of so many steps before lies from that of so many after, feature by feature, (B, dim, n)."""
    before = functional.avg_pool1d(functional.pad(x, (steps, 0), mode="replicate"), steps, 1)[..., : x.shape[2]]
    after = functional.avg_pool1d(functional.pad(x, (0, steps - 1), mode="replicate"), steps, 1)
    return (after - before).abs()


def pooled(x: torch.Tensor, count: int) -> torch.Tensor:
    """Means of `count` frames, (B, dim, n) to (B, dim, ceil(n / count)); the end is filled with zeros."""
    batch, dim, frames = x.shape
    x = functional.pad(x, (0, count - 1))[..., : (frames + count - 1) // count * count]
    return x.reshape(batch, dim, -1, count).mean(dim=3)


def held(x: torch.Tensor, times: int, frames: int) -> torch.Tensor:
    """Each column repeated, (B, dim, n) to (B, dim, frames)."""
    batch, dim, count = x.shape
    return x.unsqueeze(3).expand(batch, dim, count, times).reshape(batch, dim, count * times)[..., :frames]


def reach(blocks: int, form_blocks: int) -> int:
    """Frames to either side that an output depends on at most."""
    stem = RISE_FRAMES + FINE_KERNEL // 2 + COARSE_KERNEL // 2
    trunk = STRIDE * (1 + KERNEL // 2 * (2**blocks - 1))
    compared = max(BEFORE_AND_AFTER)
    return stem + trunk + GRID * (1 + compared + KERNEL // 2 * (2**form_blocks - 1))
