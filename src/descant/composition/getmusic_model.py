"""The network of `getmusic`, in PyTorch, for training; what runs is its ONNX graph.

A column is the sum of its rows' embeddings, each from a table of its own, and of its place in the bar, and hears its
near neighbours. A few columns together are a place of attention, over which it looks both ways; then every column's
rows are told, by a head each; a pitch also by how far it is from the nearest known ones before and after it in its
lane, if the network is one that is told of them.
Tables and heads of all rows share what is common to notes and chords: a pitch is of a class, and a chord holds some.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from descant.composition.track_rows import DURATIONS, PITCHES
from descant.composition.transformer_layers import Perceptron, Rms, turned
from descant.nn.byte_dropout import ByteDropout
from descant.types.chord_vocabulary import NAMES, NO_CHORD, Chord, tones

COMMON = 12 + 12 + len(NAMES)
NEAR = 4  # columns to either side
FAR = 25  # semitones: this far and farther are one interval
PLACES = 32  # columns of a bar that are told apart; what lies beyond counts as the last


class Attention(nn.Module):
    """To all places, which are told by turning queries and keys."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.into = nn.Linear(dim, 3 * dim, bias=False)
        self.out = nn.Linear(dim, dim, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        _, places, dim = x.shape
        query, key, value = self.into(x).unflatten(-1, (3, self.heads, dim // self.heads)).permute(2, 0, 3, 1, 4)
        place = torch.arange(places, device=x.device)
        scores = turned(query, place) @ turned(key, place).transpose(-1, -2)  # (B, h, T, T)
        heard = (scores / math.sqrt(dim // self.heads)).softmax(dim=-1) @ value
        return self.out(heard.transpose(1, 2).flatten(2))


class Layer(nn.Module):
    """Attention, then a perceptron."""

    def __init__(self, dim: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.attention = nn.Sequential(Rms(dim), Attention(dim, heads), ByteDropout(dropout))
        self.perceptron = Perceptron(dim, 3 * dim, dropout)

    def forward(self, x: torch.Tensor) -> Any:
        return self.perceptron(x + self.attention(x))


def common(lanes: int, chords: int) -> torch.Tensor:
    """What every row's tokens share with others, (tokens, COMMON): pitch classes, a chord's root and its quality."""
    pitch = np.zeros((PITCHES, COMMON), dtype=np.float32)
    pitch[np.arange(1, PITCHES), np.arange(PITCHES - 1) % 12] = 1.0
    chord = np.zeros((chords, COMMON), dtype=np.float32)
    for tag in range(min(chords, NO_CHORD)):
        one = Chord.of_tag(tag)
        chord[tag, :12] = tones(one)
        chord[tag, [12 + one.root, 24 + one.quality]] = 1.0
    rows = [pitch, np.zeros((DURATIONS, COMMON), dtype=np.float32)] * lanes
    return torch.from_numpy(np.concatenate([*rows, chord]))


class GetMusic(nn.Module):
    """Logits of every row's tokens in every column, of those that are known too."""

    first: torch.Tensor
    common: torch.Tensor

    def __init__(
        self,
        lanes: int,
        chords: int,
        column: int = 96,
        dim: int = 192,
        layers: int = 4,
        heads: int = 4,
        together: int = 4,
        dropout: float = 0.1,
        relative: bool = True,
    ) -> None:
        """lanes: of all tracks. chords: how many there are, 0 without a row for them. together: columns.

        relative: whether it is told of known pitches near by.
        """
        super().__init__()
        self.lanes, self.chords, self.together = lanes, chords, together
        sizes = [PITCHES, DURATIONS] * lanes + [chords] * (chords > 0)
        self.register_buffer("first", torch.tensor([sum(sizes[:row]) for row in range(len(sizes))]), persistent=False)
        self.register_buffer("common", common(lanes, chords), persistent=False)
        self.tables, self.shared = drawn(0.1, sum(sizes), column), drawn(0.3, COMMON, column)
        self.covered, self.places = drawn(0.1, len(sizes), column), drawn(0.3, PLACES, column)
        self.near = nn.Conv1d(column, column, 2 * NEAR + 1, padding=NEAR)
        self.into = nn.Linear(together * column, dim)
        self.layers = nn.Sequential(*(Layer(dim, heads, dropout) for _ in range(layers)))
        self.out = nn.Sequential(Rms(dim), nn.Linear(dim, together * column))
        self.perceptron = Perceptron(column, 2 * column, dropout)
        self.norm = Rms(column)
        self.heads, self.shared_heads = drawn(0.02, sum(sizes), column), drawn(0.02, COMMON, column)
        self.bias = nn.Parameter(torch.zeros(sum(sizes)))
        if relative:
            self.intervals = drawn(0.02, lanes * 2 * (2 * FAR + 1), column)

    def forward(
        self, tokens: torch.Tensor, place: torch.Tensor, near: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, ...]:
        """Of pitches (B, T, lanes, 129), durations (B, T, lanes, 65) and, where they have a row, chords (B, T, chords).

        tokens: (B, T, rows) as each row counts them, -1 where covered. place: (B, T), columns from the bar line. T is a
        multiple of `together`. near: (B, T, lanes, 2), the nearest known pitches before and after, -1 for none.
        """
        tables = torch.cat([self.tables + self.common @ self.shared, self.covered])
        row = torch.arange(len(self.first), device=tokens.device)
        entry = torch.where(tokens < 0, len(self.tables) + row, tokens + self.first)
        column = functional.embedding(entry, tables).sum(dim=-2)
        column = column + functional.embedding(place.clamp(max=PLACES - 1), self.places)
        column = column + self.near(column.transpose(1, 2)).transpose(1, 2)
        batch, columns, dim = column.shape
        x = self.into(column.reshape(batch, columns // self.together, self.together * dim))
        column = column + self.out(self.layers(x)).reshape(batch, columns, dim)
        column = self.perceptron(column)
        heads = self.heads + self.common @ self.shared_heads
        column = self.norm(column)
        told = functional.linear(column, heads, self.bias)
        notes, chord = told.split([self.lanes * (PITCHES + DURATIONS), self.chords], dim=-1)
        pitch, duration = notes.unflatten(-1, (self.lanes, PITCHES + DURATIONS)).split([PITCHES, DURATIONS], dim=-1)
        if near is not None:
            pitch = pitch + functional.pad(self.by_intervals(column, near), (1, 0))
        return (pitch, duration, chord) if self.chords else (pitch, duration)

    def by_intervals(self, column: torch.Tensor, near: torch.Tensor) -> torch.Tensor:
        """What distances from the nearest known pitches add to the logits of every pitch, (B, T, lanes, 128)."""
        steps = functional.linear(column, self.intervals).unflatten(-1, (self.lanes, 2, 2 * FAR + 1))
        away = (torch.arange(PITCHES - 1, device=near.device) - near[..., None]).clamp(-FAR, FAR) + FAR
        return (steps.gather(-1, away) * (near >= 0)[..., None]).sum(dim=-2)


def drawn(spread: float, *shape: int) -> nn.Parameter:
    """New weights."""
    return nn.Parameter(spread * torch.randn(*shape))
