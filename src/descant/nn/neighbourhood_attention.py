"""Attention to a few neighbours in time, near or far, and attention between channels.

Neighbourhood attention with kernel k and dilation d lets a frame look at k frames around it, d apart; layers whose
dilation doubles see far at little cost (Hassani, Walton, Li, Li and Shi: Neighborhood Attention Transformer, CVPR
2023).
Kim and Nam (All-In-One Metrical and Functional Structure Analysis with Neighborhood Attentions on Demixed Audio, WASPAA
2023) let it alternate with attention between the instruments of a frame.

The neighbours are shifted copies of the whole sequence, so the graph needs no gathering and takes any length. Time is
the last axis throughout: x is (batch, channels, dim, frames), "channels" being instruments or stems.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

FAR = -1e4  # added to the score of a neighbour beyond the ends


class Rms(nn.Module):
    """Root-mean-square norm over `dim` (Zhang and Sennrich 2019), (..., dim, frames)."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(dim, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * torch.rsqrt(x.square().mean(dim=-2, keepdim=True) + 1e-5) * self.scale


class PerFrame(nn.Module):
    """The same linear map for every frame and channel, (B, C, dim, T) to (B, C, out, T)."""

    def __init__(self, dim: int, out: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(dim, out, 1)  # on a CPU quicker there and back than a matrix product

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, channels, dim, frames = x.shape
        return self.linear(x.reshape(batch * channels, dim, frames)).reshape(batch, channels, -1, frames)


class NeighbourhoodAttention(nn.Module):
    """Each frame looks at `kernel` frames of its own channel, `dilation` apart."""

    def __init__(self, dim: int, heads: int, kernel: int, dilation: int) -> None:
        super().__init__()
        self.heads = heads
        self.offsets = [(at - kernel // 2) * dilation for at in range(kernel)]
        self.into = PerFrame(dim, 3 * dim)
        self.out = PerFrame(dim, dim)
        self.place = nn.Parameter(torch.zeros(heads, kernel, 1))  # how much each neighbour is preferred, by place

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, channels, dim, frames = x.shape
        mixed = self.into(x).reshape(batch * channels, 3, self.heads, dim // self.heads, frames)
        query, key, value = mixed[:, 0] * (dim // self.heads) ** -0.5, mixed[:, 1], mixed[:, 2]  # (BC, h, dh, T)
        reach = self.offsets[-1]
        key, value = functional.pad(key, (reach, reach)), functional.pad(value, (reach, reach))
        outside = functional.pad(torch.zeros_like(x[:1, :1, 0]), (reach, reach), value=FAR)  # (1, 1, T + 2 reach)
        parts = [slice(reach + at, at - reach or None) for at in self.offsets]  # of what was padded: shifted by `at`
        scores = [(query * key[..., part]).sum(dim=2) + outside[..., part] for part in parts]
        weights = torch.softmax(torch.stack(scores, dim=2) + self.place, dim=2)  # (BC, h, k, T)
        seen = [weights[:, :, None, number] * value[..., part] for number, part in enumerate(parts)]
        return self.out(torch.stack(seen).sum(dim=0).reshape(batch, channels, dim, frames))


class ChannelAttention(nn.Module):
    """Each channel looks at all channels of its frame."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.into = PerFrame(dim, 3 * dim)
        self.out = PerFrame(dim, dim)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, channels, dim, frames = x.shape
        mixed = self.into(x).reshape(batch, channels, 3, self.heads, dim // self.heads, frames)
        query, key, value = mixed[:, :, 0] * (dim // self.heads) ** -0.5, mixed[:, :, 1], mixed[:, :, 2]
        scores = (query[:, :, None] * key[:, None]).sum(dim=4)  # (B, C, C, h, T)
        weights = torch.softmax(scores, dim=2)
        seen = (weights[:, :, :, :, None] * value[:, None]).sum(dim=2)  # (B, C, h, dh, T)
        return self.out(seen.reshape(batch, channels, dim, frames))


class Block(nn.Module):
    """Attention in time, attention between channels where there are several, then a perceptron, each added on."""

    def __init__(self, dim: int, heads: int, kernel: int, dilation: int, channels: int, dropout: float) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Sequential(Rms(dim), NeighbourhoodAttention(dim, heads, kernel, dilation))]
        if channels > 1:
            layers.append(nn.Sequential(Rms(dim), ChannelAttention(dim, heads)))
        layers.append(nn.Sequential(Rms(dim), PerFrame(dim, 2 * dim), nn.SiLU(), PerFrame(2 * dim, dim)))
        self.layers = nn.ModuleList(layers)
        self.dropout = nn.Dropout1d(dropout)  # of a feature for all frames at once

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            x = x + self.dropout(layer(x).flatten(0, 1)).reshape(x.shape)
        return x
