"""All-In-One in PyTorch: separated channels in; beats, downbeats, boundaries and the letters' embeddings out.

For each channel (bass, harmony, percussion) a small stem of convolutions makes features, 50 and 25 a second. The trunk
goes on with the latter: blocks of attention in time, whose dilation doubles from block to block, and across the
channels. Beats and downbeats are read from the trunk and, for their exact places, from the finer features. Form is
slower than beats: for boundaries and letters the trunk is averaged over 0.4 seconds and goes through blocks of its own
that see half a minute to either side.

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


class AllInOne(nn.Module):
    """frames (B, n, 2 * BANDS) to logits beat, downbeat, boundary (B, n) and unit vectors form (B, n, letters)."""

    def __init__(
        self,
        dim: int = 24,
        heads: int = 4,
        blocks: int = 7,
        form_dim: int = 64,
        form_blocks: int = 6,
        letters: int = 16,
        dropout: float = 0.1,
        channels: bool = True,
    ) -> None:
        """channels: without, the model hears one channel, the mixture: the ablation of the system's idea."""
        super().__init__()
        self.channels = channels
        bands = (LOW_BINS, BANDS, BANDS) if channels else (BANDS,)
        # The mixture alone gets the width of all channels, so that nothing but the separation is taken away.
        dim = dim if channels else 2 * dim
        count = len(bands)
        self.fine = nn.ModuleList([nn.Conv1d(one, dim, FINE_KERNEL, padding=FINE_KERNEL // 2) for one in bands])
        self.coarse = nn.ModuleList(
            [nn.Conv1d(dim, dim, COARSE_KERNEL, stride=STRIDE, padding=COARSE_KERNEL // 2) for _ in bands]
        )
        self.trunk = nn.Sequential(*(Block(dim, heads, KERNEL, 2**at, count, dropout) for at in range(blocks)))
        self.norm = Rms(count * dim)
        self.slow = nn.Conv1d(count * dim, 2 * dim, 1)
        self.quick = nn.Conv1d(count * dim, 2 * dim, KERNEL, padding=KERNEL // 2)
        self.rhythm = nn.Sequential(nn.SiLU(), nn.Conv1d(2 * dim, dim, 3, padding=1), nn.SiLU(), nn.Conv1d(dim, 2, 1))
        self.into_form = nn.Conv1d(count * dim, form_dim, 1)
        self.form = nn.Sequential(*(Block(form_dim, heads, KERNEL, 2**at, 1, dropout) for at in range(form_blocks)))
        self.boundary = nn.Sequential(Rms(form_dim), nn.Conv1d(form_dim, 1, 1))
        self.letters = nn.Sequential(Rms(form_dim), nn.Conv1d(form_dim, letters, 1))

    def forward(self, frames: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        count = frames.shape[1]
        heard = self._channels(frames.transpose(1, 2))
        fine = [functional.silu(layer(one)) for layer, one in zip(self.fine, heard, strict=True)]
        coarse = [layer(one) for layer, one in zip(self.coarse, fine, strict=True)]
        trunk = self.norm(self.trunk(torch.stack(coarse, dim=1)).flatten(1, 2))  # (B, C dim, n / STRIDE)
        rhythm = self.rhythm(held(self.slow(trunk), STRIDE, count) + self.quick(torch.cat(fine, dim=1)))  # (B, 2, n)
        form = self.form(self.into_form(pooled(trunk)).unsqueeze(1)).squeeze(1)  # (B, form_dim, n / GRID)
        boundary = held(self.boundary(form), GRID, count).squeeze(1)
        letters = held(functional.normalize(self.letters(form), dim=1), GRID, count)
        return rhythm[:, 0], rhythm[:, 1], boundary, letters.transpose(1, 2)

    def _channels(self, frames: torch.Tensor) -> list[torch.Tensor]:
        """The bass, all tones and the strokes, or the mixture; each (B, bands, n)."""
        harmonic, percussive = frames[:, :BANDS], frames[:, BANDS:]
        if self.channels:
            return [harmonic[:, :LOW_BINS], harmonic, percussive]
        return [torch.log1p(torch.expm1(harmonic) + torch.expm1(percussive))]


def pooled(x: torch.Tensor) -> torch.Tensor:
    """Means of POOL frames, (B, dim, n) to (B, dim, ceil(n / POOL)); the end is filled with zeros."""
    batch, dim, frames = x.shape
    x = functional.pad(x, (0, POOL - 1))[..., : (frames + POOL - 1) // POOL * POOL]
    return x.reshape(batch, dim, -1, POOL).mean(dim=3)


def held(x: torch.Tensor, times: int, frames: int) -> torch.Tensor:
    """Each column repeated, (B, dim, n) to (B, dim, frames)."""
    batch, dim, count = x.shape
    return x.unsqueeze(3).expand(batch, dim, count, times).reshape(batch, dim, count * times)[..., :frames]


def reach(blocks: int, form_blocks: int) -> int:
    """Frames to either side that an output depends on at most."""
    stem = FINE_KERNEL // 2 + COARSE_KERNEL // 2
    trunk = STRIDE * (1 + KERNEL // 2 * (2**blocks - 1))
    return stem + trunk + GRID * (1 + KERNEL // 2 * (2**form_blocks - 1))
