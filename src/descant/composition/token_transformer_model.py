"""The networks of `token_transformer` and `accompaniment_transformer`, in PyTorch, for training; their ONNX graphs run.

A decoder over tokens of any vocabulary: relative attention by skewing, a learned embedding for each distance up to a
reach and one for all beyond it (Huang et al.: Music Transformer, ICLR 2019; `skewed` of `transformer_layers.py`).
The second network is told of other tokens, each at a place in the music, and writes to them: an encoder reads those,
and each layer of the decoder also attends to them (Vaswani et al.: Attention Is All You Need, 2017), relative to how
far they lie from what is being written, in sixteenths. As that is all it knows of places, a piece may be of any length.

B pieces, T tokens, P tokens of the past whose keys and values are handed in, S tokens that are told of; D wide, h
heads.
"""

from __future__ import annotations

import math

import torch
from torch import nn

from descant.composition.accompaniment_tokens import SEEN
from descant.composition.transformer_layers import Perceptron, Rms, skewed
from descant.nn.byte_dropout import ByteDropout

NEAR = 32  # sixteenths: places told apart from what is being written; beyond them all are one on either side


class RelativeAttention(nn.Module):
    """Attention to what came before, by learned distances; all beyond the reach share one (Shaw et al. 2018)."""

    def __init__(self, dim: int, heads: int, reach: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.reach = heads, reach
        self.into = nn.Linear(dim, 3 * dim, bias=False)
        self.out = nn.Linear(dim, dim, bias=False)
        self.drop = ByteDropout(dropout)
        self.distances = nn.Parameter(0.02 * torch.randn(heads, reach, dim // heads))

    def forward(self, x: torch.Tensor, past: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """What was attended to, (B, T, D), and keys and values (2, B, h, T, D/h), from x and those of the past."""
        _, length, dim = x.shape
        query, key, value = self.into(x).unflatten(-1, (3, self.heads, dim // self.heads)).permute(2, 0, 3, 1, 4)
        before = past.shape[-2]
        present = torch.stack([key, value])
        key, value = torch.cat([past.to(present.dtype), present], dim=-2)  # each (B, h, P + T, D/h)
        place = torch.arange(before + length, device=x.device)
        back = (before + length - 1 - place).clamp(max=self.reach - 1)
        by_distance = skewed(query @ self.distances[:, back].transpose(-1, -2), before)
        scores = (query @ key.transpose(-1, -2) + by_distance) / math.sqrt(dim // self.heads)  # (B, h, T, P + T)
        to_come = place[before:, None] < place[None]
        scores = scores.masked_fill(to_come, -1e9).softmax(dim=-1)
        return self.out((self.drop(scores) @ value).transpose(1, 2).flatten(2)), present


class Layer(nn.Module):
    """Attention, then a perceptron."""

    def __init__(self, dim: int, heads: int, reach: int, dropout: float) -> None:
        super().__init__()
        self.norm, self.attention = Rms(dim), RelativeAttention(dim, heads, reach, dropout)
        self.drop = ByteDropout(dropout)
        self.perceptron = Perceptron(dim, 4 * dim, dropout)

    def forward(self, x: torch.Tensor, past: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        found, present = self.attention(self.norm(x), past)
        return self.perceptron(x + self.drop(found)), present


class TokenTransformer(nn.Module):
    """Logits of the next token."""

    def __init__(
        self,
        size: int,
        dim: int = 128,
        layers: int = 4,
        heads: int = 4,
        reach: int = 384,
        dropout: float = 0.05,
    ) -> None:
        super().__init__()
        self.shape = (layers, 2, heads, dim // heads)
        self.tokens = nn.Embedding(size + 1, dim)  # the last one stands before the first token
        nn.init.normal_(self.tokens.weight, std=0.1)
        self.drop = ByteDropout(dropout)
        self.layers = nn.ModuleList(Layer(dim, heads, reach, dropout) for _ in range(layers))
        self.norm, self.scores = Rms(dim), nn.Linear(dim, size)

    def forward(self, tokens: torch.Tensor, past: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(B, T, size) after each of (B, T) tokens, and keys and values (layers, 2, B, h, T, D/h) from P before."""
        x = self.drop(self.tokens(tokens))
        presents = []
        for layer, memory in zip(self.layers, past, strict=True):
            x, present = layer(x, memory)
            presents.append(present)
        return self.scores(self.norm(x)), torch.stack(presents)

    def no_past(self, batch: int = 1) -> torch.Tensor:
        """The keys and values of no tokens."""
        layers, two, heads, width = self.shape
        return next(self.parameters()).new_zeros(layers, two, batch, heads, 0, width)


class AttentionAround(nn.Module):
    """Attention to both sides; distances are learned and skewed as in the decoder, all beyond the reach are one."""

    def __init__(self, dim: int, heads: int, reach: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.reach = heads, reach
        self.into = nn.Linear(dim, 3 * dim, bias=False)
        self.out = nn.Linear(dim, dim, bias=False)
        self.drop = ByteDropout(dropout)
        self.distances = nn.Parameter(0.02 * torch.randn(heads, 2 * reach + 1, dim // heads))

    def forward(self, x: torch.Tensor, place: torch.Tensor) -> torch.Tensor:
        """(B, S, D) from (B, S, D); what stands SEEN sixteenths or more away, by `place` (B, S), is not seen."""
        _, length, dim = x.shape
        query, key, value = self.into(x).unflatten(-1, (3, self.heads, dim // self.heads)).permute(2, 0, 3, 1, 4)
        distance = length - 1 - torch.arange(2 * length - 1, device=x.device)  # of each column before it is skewed
        back = distance.clamp(-self.reach, self.reach) + self.reach
        by_distance = skewed(query @ self.distances[:, back].transpose(-1, -2), length - 1)[..., :length]
        scores = (query @ key.transpose(-1, -2) + by_distance) / math.sqrt(dim // self.heads)
        far = (place[:, :, None] - place[:, None]).abs() > SEEN
        scores = scores.masked_fill(far[:, None], -1e9).softmax(dim=-1)
        return self.out((self.drop(scores) @ value).transpose(1, 2).flatten(2))


class AttentionAcross(nn.Module):
    """Attention to what is told of, by how many sixteenths it lies from what is being written."""

    def __init__(self, dim: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.into = nn.Linear(dim, dim, bias=False), nn.Linear(dim, 2 * dim, bias=False)
        self.out = nn.Linear(dim, dim, bias=False)
        self.drop = ByteDropout(dropout)
        self.nothing = nn.Parameter(0.02 * torch.randn(1, 1, dim))  # always there, where else nothing may be
        self.distances = nn.Parameter(0.02 * torch.randn(heads, 2 * NEAR + 2, dim // heads))  # the last: to nothing

    def forward(self, x: torch.Tensor, told: torch.Tensor, away: torch.Tensor) -> torch.Tensor:
        """(B, T, D) from (B, T, D), what is told of (B, S, D), and how far each is from each (B, T, S)."""
        batch, length, dim = x.shape
        wide = dim // self.heads
        told = torch.cat([self.nothing.expand(batch, 1, dim), told], dim=1)
        query = self.query(x).unflatten(-1, (self.heads, wide)).transpose(1, 2)
        key, value = self.into(told).unflatten(-1, (2, self.heads, wide)).permute(2, 0, 3, 1, 4)
        which = torch.cat([torch.full_like(away[..., :1], 2 * NEAR + 1), away.clamp(-NEAR, NEAR) + NEAR], dim=-1)
        far = torch.cat([torch.zeros_like(away[..., :1]), away], dim=-1).abs() > SEEN
        by_distance = (query @ self.distances.transpose(-1, -2)).gather(
            -1, which[:, None].expand(batch, self.heads, length, which.shape[-1])
        )
        scores = (query @ key.transpose(-1, -2) + by_distance) / math.sqrt(wide)
        scores = scores.masked_fill(far[:, None], -1e9).softmax(dim=-1)
        return self.out((self.drop(scores) @ value).transpose(1, 2).flatten(2))


class Reader(nn.Module):
    """A layer of the encoder."""

    def __init__(self, dim: int, heads: int, reach: int, dropout: float) -> None:
        super().__init__()
        self.norm, self.attention = Rms(dim), AttentionAround(dim, heads, reach, dropout)
        self.drop = ByteDropout(dropout)
        self.perceptron = Perceptron(dim, 2 * dim, dropout)

    def forward(self, x: torch.Tensor, place: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.perceptron(x + self.drop(self.attention(self.norm(x), place)))
        return found


class Writer(nn.Module):
    """A layer of the decoder: attention to what was written, to what is told of, then a perceptron."""

    def __init__(self, dim: int, heads: int, reach: int, dropout: float) -> None:
        super().__init__()
        self.norm, self.attention = Rms(dim), RelativeAttention(dim, heads, reach, dropout)
        self.across_norm, self.across = Rms(dim), AttentionAcross(dim, heads, dropout)
        self.drop = ByteDropout(dropout)
        self.perceptron = Perceptron(dim, 4 * dim, dropout)

    def forward(
        self, x: torch.Tensor, past: torch.Tensor, told: torch.Tensor, away: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        found, present = self.attention(self.norm(x), past)
        x = x + self.drop(found)
        x = x + self.drop(self.across(self.across_norm(x), told, away))
        return self.perceptron(x), present


class AccompanimentTransformer(nn.Module):
    """Logits of the next token of one stream, told of another."""

    def __init__(
        self,
        size: int,
        dim: int = 128,
        layers: int = 4,
        readers: int = 2,
        heads: int = 4,
        reach: int = 256,
        around: int = 48,
        dropout: float = 0.05,
    ) -> None:
        super().__init__()
        self.shape = (layers, 2, heads, dim // heads)
        self.tokens = nn.Embedding(size + 1, dim)  # of both; the last one stands before the first token
        nn.init.normal_(self.tokens.weight, std=0.1)
        self.drop = ByteDropout(dropout)
        self.readers = nn.ModuleList(Reader(dim, heads, around, dropout) for _ in range(readers))
        self.read = Rms(dim)
        self.layers = nn.ModuleList(Writer(dim, heads, reach, dropout) for _ in range(layers))
        self.norm, self.scores = Rms(dim), nn.Linear(dim, size)

    def forward(  # names and order are the graph's inputs
        self,
        tokens: torch.Tensor,
        place: torch.Tensor,
        given: torch.Tensor,
        given_place: torch.Tensor,
        told: torch.Tensor,
        told_place: torch.Tensor,
        past: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """(B, T, size) after each token, keys and values (layers, 2, B, h, T, D/h), and what was read, (B, S, D).

        tokens, place: (B, T), and in which sixteenth of the piece what comes next stands at the earliest. given,
        given_place: (B, S) tokens to be read, at least one, and where they stand. told, told_place: what was read
        earlier of others, (B, M, D) and (B, M). past: keys and values of P tokens before.
        """
        read = self.drop(self.tokens(given))
        for reader in self.readers:
            read = reader(read, given_place)
        read = self.read(read)
        heard = torch.cat([told, read], dim=1)
        away = torch.cat([told_place, given_place], dim=1)[:, None] - place[..., None]
        x = self.drop(self.tokens(tokens))
        presents = []
        for layer, memory in zip(self.layers, past, strict=True):
            x, present = layer(x, memory, heard, away)
            presents.append(present)
        return self.scores(self.norm(x)), torch.stack(presents), read

    def no_past(self, batch: int = 1) -> torch.Tensor:
        """The keys and values of no tokens."""
        layers, two, heads, width = self.shape
        return next(self.parameters()).new_zeros(layers, two, batch, heads, 0, width)

    def nothing(self, batch: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
        """That no tokens were read earlier, and where they stand."""
        _, _, heads, width = self.shape
        told = next(self.parameters()).new_zeros(batch, 0, heads * width)
        return told, torch.zeros(batch, 0, dtype=torch.int64, device=told.device)
