"""Layers of a transformer that reads on from what it keeps, in PyTorch; attention knows of places in three ways.

By learned distances, skewed (Huang et al.: Music Transformer, ICLR 2019), by turning queries and keys (Su et al.:
RoFormer, 2021), or by a slope (Press, Smith and Lewis: Train Short, Test Long, ICLR 2022).

What is kept of the past, its keys and values, comes in columns with the place that each is of, in any order, so that
whoever keeps them can write a new one over the oldest. New columns are told of apart, so that the old are never copied.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.nn import functional

from descant.nn.byte_dropout import ByteDropout

SCHEMES = ("relative", "rope", "alibi")
Kept = tuple[torch.Tensor, torch.Tensor]  # keys and values, (B, heads, columns, width) each


def skewed(logits: torch.Tensor, past: int) -> torch.Tensor:
    """From logits by distance to logits by place: row i of (..., T, P + T) moves T - 1 - i places to the left.

    Column c of what comes in stands for the distance P + T - 1 - c; column j of what goes out for the key at place j,
    at the distance P + i - j from query i. What is to the right of a query's own place means nothing.
    A zero is put before each row and the whole read on in rows of the old length: no (T, T, D) is ever made.
    """
    queries = logits.shape[-2]
    return functional.pad(logits, (1, 0)).flatten(-2)[..., queries:].unflatten(-1, (queries, past + queries))


class Rms(nn.Module):
    """Root-mean-square norm over the last axis (Zhang and Sennrich 2019)."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(dim))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x / torch.sqrt(x.pow(2).mean(dim=-1, keepdim=True) + 1e-6) * self.scale


class Sight(NamedTuple):
    """How T queries see K columns."""

    away: torch.Tensor  # (T, K) places back
    bias: torch.Tensor  # added to scores, (T, K) or (heads, T, K): next to minus infinity where nothing is seen


def sight(
    place: torch.Tensor, places: torch.Tensor, slopes: torch.Tensor | None = None, window: int | None = None
) -> Sight:
    """Of queries at `place` (T,): not what comes after them, is `window` places back or more, or has no place (-1).

    slopes: (heads,) what a place back costs.
    """
    away = place[:, None] - places
    unseen = (away < 0) | (places < 0)
    if window is not None:
        unseen = unseen | (away >= window)
    bias = torch.where(unseen, -1e9, 0.0)
    return Sight(away, bias if slopes is None else bias - slopes[:, None, None] * away)


def slopes(heads: int) -> torch.Tensor:
    """The slope of each head, (heads,)."""
    return 2.0 ** (-8 / heads * torch.arange(1, heads + 1))


class Attention(nn.Module):
    """Causal attention to columns of the past, and to what is read now."""

    def __init__(self, dim: int, heads: int, scheme: str, reach: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.width, self.scheme, self.reach = heads, dim // heads, scheme, reach
        self.into = nn.Linear(dim, 3 * dim, bias=False)
        self.out = nn.Linear(dim, dim, bias=False)
        self.drop = ByteDropout(dropout)
        if scheme == "relative":  # one a head and distance; all beyond the reach share one (Shaw et al. 2018)
            self.distances = nn.Parameter(0.02 * torch.randn(heads, reach, self.width))

    def forward(
        self, x: torch.Tensor, place: torch.Tensor, past: Kept, before: Sight, now: Sight
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """What was attended to, (B, T, dim), and its own keys and values, (2, B, heads, T, width).

        place: (T,) of x (B, T, dim), one after another. past: of columns before, which are seen as `before` says; x
        sees itself as `now` says.
        """
        each = self.into(x)
        # Shapes are told of what is reshaped: the runtime then need not compute them.
        each = each.reshape(each.shape[0], each.shape[1], 3, self.heads, self.width).permute(2, 0, 3, 1, 4)
        query, present = each[0] / math.sqrt(self.width), each[1:]
        if self.scheme == "rope":
            query, present = turned(query, place), torch.stack([turned(present[0], place), present[1]])
        earlier, own = query @ past[0].transpose(-1, -2), query @ present[0].transpose(-1, -2)
        if self.scheme == "relative":
            earlier, own = earlier + self.told_apart(query, before.away), own + self.told_apart_skewed(query)
        scores = torch.cat([earlier + before.bias, own + now.bias], dim=-1)  # (B, h, T, P + T)
        shares, kept = self.drop(scores.softmax(dim=-1)), before.away.shape[1]
        found = (shares[..., :kept] @ past[1] + shares[..., kept:] @ present[1]).transpose(1, 2)
        return self.out(found.reshape(found.shape[0], found.shape[1], self.heads * self.width)), present

    def told_apart_skewed(self, query: torch.Tensor) -> torch.Tensor:
        """What distances say of keys at the queries' own places, (B, h, T, T)."""
        back = torch.arange(query.shape[-2] - 1, -1, -1, device=query.device).clamp(max=self.reach - 1)
        return skewed(query @ self.distances[:, back].transpose(-1, -2), 0)

    def told_apart(self, query: torch.Tensor, away: torch.Tensor) -> torch.Tensor:
        """What distances say of keys that are `away` (T, K), (B, h, T, K)."""
        said = query @ self.distances.transpose(-1, -2)  # (B, h, T, reach)
        return said.gather(-1, away.clamp(0, self.reach - 1).expand(*said.shape[:-2], *away.shape))


def turned(x: torch.Tensor, place: torch.Tensor) -> torch.Tensor:
    """Rotary places: pairs of (..., T, D) are turned by angles that grow with the place."""
    half = x.shape[-1] // 2
    angle = place[:, None] * 10_000.0 ** (-torch.arange(half, device=x.device) / half)
    one, two = x[..., :half], x[..., half:]
    return torch.cat([one * angle.cos() - two * angle.sin(), one * angle.sin() + two * angle.cos()], dim=-1)


class Perceptron(nn.Module):
    """Two layers added to what goes in."""

    def __init__(self, dim: int, wide: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            Rms(dim), nn.Linear(dim, wide), nn.GELU(), ByteDropout(dropout), nn.Linear(wide, dim), ByteDropout(dropout)
        )

    def forward(self, x: torch.Tensor) -> Any:
        return x + self.layers(x)


class Layer(nn.Module):
    """Attention, then a perceptron."""

    def __init__(self, dim: int, heads: int, scheme: str, reach: int, dropout: float) -> None:
        super().__init__()
        self.norm = Rms(dim)
        self.attention = Attention(dim, heads, scheme, reach, dropout)
        self.drop = ByteDropout(dropout)
        self.perceptron = Perceptron(dim, 4 * dim, dropout)

    def forward(
        self, x: torch.Tensor, place: torch.Tensor, past: Kept, before: Sight, now: Sight
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """(B, T, dim) and the keys and values of it, as of `Attention`."""
        found, present = self.attention(self.norm(x), place, past, before, now)
        return self.perceptron(x + self.drop(found)), present
