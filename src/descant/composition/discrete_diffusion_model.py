"""The denoiser of `discrete_diffusion`, in PyTorch, for training; what runs is its ONNX graph.

Attention over frames, in both directions, hears what is known of all voices; each cell is then scored by what its
frame heard and by what is nearest to it. A pitch is scored as what it is, as a degree of two keys, and as an interval
from the voice's known pitches before and after and from what the other voices sing in the frame.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn

from descant.composition.frames_around import BAR, GAPS, UNKNOWN
from descant.composition.frames_before import LOWEST, NO_KEY
from descant.composition.jsb_raster import VOICES, JsbRaster
from descant.nn.byte_dropout import ByteDropout

SIZE = JsbRaster().size
DEGREES = 27  # 12 of a major key, 12 of a minor one, a rest, a pitch without key, none
REST, LOOSE, NONE = 24, 25, 26
INTERVALS = 2 * (SIZE - 1) - 1  # from the highest pitch to the lowest and back
REACH = 32  # frames: places nearer than that are told apart by learned distances
NUMBER = len(VOICES)


class Attention(nn.Module):
    """To all frames, the near ones more: each head has a slope, and learns what to add at each near distance."""

    slopes: torch.Tensor

    def __init__(self, dim: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.into, self.out = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.distances = nn.Parameter(torch.zeros(heads, 2 * REACH + 1))
        self.drop = ByteDropout(dropout)
        self.register_buffer("slopes", 2.0 ** (-8 / heads * torch.arange(1, heads + 1)), persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(B, T, D) of what was attended to."""
        _, frames, dim = x.shape
        query, key, value = self.into(x).unflatten(-1, (3, self.heads, dim // self.heads)).permute(2, 0, 3, 1, 4)
        place = torch.arange(frames, device=x.device)
        away = place[None] - place[:, None]  # (T, T)
        bias = self.distances[:, away.clamp(-REACH, REACH) + REACH] - self.slopes[:, None, None] * away.abs()
        scores = (query / math.sqrt(dim // self.heads)) @ key.transpose(-1, -2) + bias  # (B, h, T, T)
        found = self.drop(scores.softmax(dim=-1)).to(value.dtype) @ value
        return self.out(found.transpose(1, 2).flatten(2))


class Perceptron(nn.Module):
    """Two layers over what goes in, normed."""

    def __init__(self, dim: int, wide: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.LayerNorm(dim),
            nn.Linear(dim, wide),
            nn.GELU(),
            ByteDropout(dropout),
            nn.Linear(wide, dim),
            ByteDropout(dropout),
        )

    def forward(self, x: torch.Tensor) -> Any:
        return x + self.layers(x)


class Layer(nn.Module):
    """Attention, then a perceptron."""

    def __init__(self, dim: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.norm, self.attention, self.drop = nn.LayerNorm(dim), Attention(dim, heads, dropout), ByteDropout(dropout)
        self.perceptron = Perceptron(dim, 4 * dim, dropout)

    def forward(self, x: torch.Tensor) -> Any:
        return self.perceptron(x + self.drop(self.attention(self.norm(x))))


class Around(nn.Module):
    """What each cell sees: its place, its nearest tokens, and the other voices' as intervals from its own."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.time = embedding(NUMBER * BAR, dim)
        self.since, self.until = embedding(NUMBER * GAPS, dim), embedding(NUMBER * GAPS, dim)
        self.onward = embedding(NUMBER * (INTERVALS + 1), dim)
        self.apart = embedding(NUMBER * NUMBER * (INTERVALS + 1), dim)

    def forward(self, told: dict[str, torch.Tensor]) -> torch.Tensor:
        """(B, T, 4, dim)."""
        token, before, after = told["token"], told["before"], told["after"]
        own = torch.where(before == UNKNOWN, after, before)
        there = torch.where(token == UNKNOWN, own, token)
        voice = torch.arange(NUMBER, device=token.device)
        pair = voice[:, None] * NUMBER + voice
        apart = self.apart(interval(own[..., :, None], there[..., None, :]) + pair * (INTERVALS + 1)).sum(dim=-2)
        return (
            apart
            + self.onward(interval(before, after) + voice * (INTERVALS + 1))
            + self.since(told["since"] + voice * GAPS)
            + self.until(told["until"] + voice * GAPS)
            + self.time(told["step"][..., None] % BAR + voice * BAR)
        )


class Scores(nn.Module):
    """Logits of every cell: (B, T, 4, SIZE), of what each voice may sing."""

    mask: torch.Tensor

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.parts = [SIZE, 2 * 24, (2 + NUMBER) * INTERVALS]
        self.weights = nn.Parameter(0.02 * torch.randn(NUMBER, dim, sum(self.parts)))
        self.register_buffer("mask", torch.tensor(JsbRaster().voice_masks), persistent=False)

    def forward(self, x: torch.Tensor, told: dict[str, torch.Tensor]) -> torch.Tensor:
        scores = (x.transpose(1, 2) @ self.weights).transpose(1, 2).float()  # (B, T, 4, all parts)
        plain, by_degree, by_interval = scores.split(self.parts, dim=-1)
        token = torch.arange(SIZE, device=x.device)
        key = told["key"][..., None, :, None]  # (B, T, 1, 2, 1)
        place = ((token - 1 + LOWEST - key) % 12 + 12 * (key // 12).clamp(max=1)).expand(-1, -1, NUMBER, -1, -1)
        of_key = by_degree.unflatten(-1, (2, 24)).gather(-1, place) * ((key < NO_KEY) & (token > 0))
        others = told["token"][..., None, :].expand(-1, -1, NUMBER, -1)
        origin = torch.cat([told["before"][..., None], told["after"][..., None], others], dim=-1)[..., None]
        place = (token - origin + SIZE - 2).clamp(0, INTERVALS - 1)
        heard = (origin > 0) & (origin < UNKNOWN) & (token > 0)
        of_interval = by_interval.unflatten(-1, (2 + NUMBER, INTERVALS)).gather(-1, place) * heard
        found = plain + of_key.sum(dim=-2) + of_interval.sum(dim=-2)
        return found.masked_fill(~self.mask, -1e9)


class DiscreteDiffusion(nn.Module):
    """Logits of all cells of a chorale that is partly covered."""

    def __init__(
        self,
        dim: int = 128,
        layers: int = 4,
        heads: int = 4,
        each: int = 32,
        dropout: float = 0.1,
        dropout_seen: float = 0.05,
        dropout_cells: float = 0.2,
    ) -> None:
        super().__init__()
        self.degree, self.near_degree = embedding(NUMBER * DEGREES, each), embedding(NUMBER * DEGREES, each)
        self.before, self.after = embedding(NUMBER * DEGREES, each), embedding(NUMBER * DEGREES, each)
        self.since, self.until = embedding(NUMBER * GAPS, each), embedding(NUMBER * GAPS, each)
        self.together = nn.Linear(NUMBER * each, dim)
        self.in_four, self.in_three, self.mode = embedding(BAR, dim), embedding(12, dim), embedding(3, dim)
        self.left = embedding(BAR + 1, dim)
        self.level = nn.Linear(NUMBER, dim)
        self.drop_seen, self.drop_cells = ByteDropout(dropout_seen), ByteDropout(dropout_cells / 2)
        self.layers = nn.ModuleList(Layer(dim, heads, dropout) for _ in range(layers))
        self.norm, self.onward = nn.LayerNorm(dim), nn.Linear(dim, dim)
        self.around, self.weighed = Around(dim), Perceptron(dim, 2 * dim, dropout_cells)
        self.last_norm, self.scores = nn.LayerNorm(dim), Scores(dim)

    def forward(  # names and order are the graph's inputs
        self,
        token: torch.Tensor,
        before: torch.Tensor,
        since: torch.Tensor,
        after: torch.Tensor,
        until: torch.Tensor,
        key: torch.Tensor,
        level: torch.Tensor,
        step: torch.Tensor,
        left: torch.Tensor,
    ) -> torch.Tensor:
        """(B, T, 4, SIZE).

        token, before, since, after, until, level: (B, T, 4); key: (B, T, 2); step, left: (B, T): of `frames_around`.
        """
        told = {"token": token, "before": before, "since": since, "after": after, "until": until, "key": key}
        voice = torch.arange(NUMBER, device=token.device)
        whole, near = key.split(1, dim=-1)
        each = (
            self.degree(degree(token, whole) + voice * DEGREES)
            + self.near_degree(degree(token, near) + voice * DEGREES)
            + self.before(degree(before, whole) + voice * DEGREES)
            + self.after(degree(after, whole) + voice * DEGREES)
            + self.since(since + voice * GAPS)
            + self.until(until + voice * GAPS)
        )
        x = (
            self.together(self.drop_seen(each).flatten(2))
            + self.in_four(step % BAR)
            + self.in_three(step % 12)
            + self.mode(whole[..., 0] // 12)
            + self.left(left)
            + self.level(level)
        )
        for layer in self.layers:
            x = layer(x)
        heard = self.drop_cells(self.onward(self.norm(x)))[:, :, None]
        cells = self.weighed(heard + self.drop_seen(self.around({**told, "step": step})))
        return self.scores(self.drop_cells(self.last_norm(cells)), told)


def embedding(number: int, dim: int) -> nn.Embedding:
    """One whose vectors start out small."""
    found = nn.Embedding(number, dim)
    nn.init.normal_(found.weight, std=0.1)
    return found


def degree(token: torch.Tensor, key: torch.Tensor) -> torch.Tensor:
    """The degree of a token in a key, in semitones above its tonic, 12 more in minor; REST, LOOSE or NONE."""
    found = torch.where(key == NO_KEY, LOOSE, (token - 1 + LOWEST - key) % 12 + 12 * (key // 12))
    return torch.where(token == 0, REST, torch.where(token == UNKNOWN, NONE, found))


def interval(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """The class of the interval from one token to another, INTERVALS where either is no pitch."""
    pitches = (one > 0) & (one < UNKNOWN) & (other > 0) & (other < UNKNOWN)
    return torch.where(pitches, other - one + SIZE - 2, INTERVALS)
