"""The network of `music_transformer`, in PyTorch, for training; what runs is its ONNX graph.

Two readers of the same design say what may come. One reads degrees of the key so far, so that a piece is the same to it
in every key; the other reads pitches. They are wrong in different places, and each is too sure of itself, having read
the same few chorales again and again: what they say is pooled, logarithms weighed (Heskes: Selecting Weighting Factors
in Logarithmic Opinion Pools, NIPS 1997).

In each, attention over frames tells of what came before; within a frame the voices are read one after another, each by
what the frame holds so far. T frames go with P more of the past, whose keys and values are handed in: P = 0 reads a
whole piece at once, T = 1 is a cached step.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from descant.composition.frames_before import LOWEST, NO_KEY
from descant.composition.jsb_raster import VOICES, JsbRaster
from descant.nn.byte_dropout import ByteDropout

RASTER = JsbRaster()
SIZE = RASTER.size
SCHEMES = ("relative", "rope", "alibi")  # how attention knows of places
READERS = ("degrees", "pitches")
HOLDS = 24  # classes of how long a pitch has been held
DEGREES = 26  # 12 of a major key, 12 of a minor one, a rest, a pitch without key
REST, LOOSE = 24, 25
INTERVALS = 2 * (SIZE - 1) - 1  # from the highest pitch to the lowest and back
BAR = 16  # steps
CLASSES = {"degrees": DEGREES, "pitches": SIZE}  # that a token is read as
POOL = {"degrees": 0.5, "pitches": 0.3}  # chosen on the validation chorales; below 1 in all, so that it is less sure
DROPOUTS = {"degrees": (0.35, 0.2, 0.4), "pitches": (0.15, 0.05, 0.2)}  # in layers, of what is read, in voices


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
        return x * torch.rsqrt(x.square().mean(dim=-1, keepdim=True) + 1e-6) * self.scale


class Attention(nn.Module):
    """Causal attention; places are told by learned distances, by turning queries and keys, or by a slope."""

    slopes: torch.Tensor

    def __init__(self, dim: int, heads: int, scheme: str, reach: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.scheme, self.reach = heads, scheme, reach
        self.into = nn.Linear(dim, 3 * dim, bias=False)
        self.out = nn.Linear(dim, dim, bias=False)
        self.drop = ByteDropout(dropout)
        if scheme == "relative":  # one a head and distance; all beyond the reach share one (Shaw et al. 2018)
            self.distances = nn.Parameter(0.02 * torch.randn(heads, reach, dim // heads))
        self.register_buffer("slopes", 2.0 ** (-8 / heads * torch.arange(1, heads + 1)), persistent=False)

    def forward(self, x: torch.Tensor, past: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """What was attended to, (B, T, D), and keys and values (2, B, h, T, D/h), from x and those of the past."""
        _, frames, dim = x.shape
        query, key, value = self.into(x).unflatten(-1, (3, self.heads, dim // self.heads)).permute(2, 0, 3, 1, 4)
        before = past.shape[-2]
        if self.scheme == "rope":
            place = torch.arange(frames, device=x.device) + before
            query, key = turned(query, place), turned(key, place)
        present = torch.stack([key, value])
        key, value = torch.cat([past, present], dim=-2)  # each (B, h, P + T, D/h)
        scores = query @ key.transpose(-1, -2)  # (B, h, T, P + T)
        place = torch.arange(before + frames, device=x.device)
        away = place[before:, None] - place[None]  # (T, P + T)
        if self.scheme == "relative":
            back = (before + frames - 1 - place).clamp(max=self.reach - 1)
            scores = scores + skewed(query @ self.distances[:, back].transpose(-1, -2), before)
        scores = scores / math.sqrt(dim // self.heads)
        if self.scheme == "alibi":
            scores = scores - self.slopes[:, None, None] * away
        scores = scores.masked_fill(away < 0, -1e9).softmax(dim=-1)
        return self.out((self.drop(scores) @ value).transpose(1, 2).flatten(2)), present


def turned(x: torch.Tensor, place: torch.Tensor) -> torch.Tensor:
    """Rotary places (Su et al. 2021): pairs of (..., T, D) are turned by angles that grow with the place."""
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

    def forward(self, x: torch.Tensor, past: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        found, present = self.attention(self.norm(x), past)
        return self.perceptron(x + self.drop(found)), present


class Voice(nn.Module):
    """What one voice sees of the frame so far and of the last one, and how it scores what it may sing.

    A pitch is scored as what it is and as a step from the voice's last pitch; by a reader of degrees also as a degree
    of both keys, and as an interval to each voice above it in the frame.
    """

    mask: torch.Tensor

    def __init__(self, reads: str, voice: int, dim: int) -> None:
        super().__init__()
        self.voice, self.degrees = voice, reads == "degrees"
        self.time = nn.Embedding(BAR, dim)
        self.sung = nn.Embedding(len(VOICES) * CLASSES[reads], dim)
        self.hold = nn.Embedding(len(VOICES) * HOLDS, dim)
        self.parts = [SIZE, INTERVALS]
        if self.degrees:
            self.interval = nn.Embedding(len(VOICES) * (INTERVALS + 1), dim)
            self.parts += [24, 24, *voice * [INTERVALS]]
        self.scores = nn.Linear(dim, sum(self.parts))
        nn.init.normal_(self.scores.weight, std=0.02)
        self.register_buffer("mask", torch.tensor(RASTER.voice_masks[voice]), persistent=False)

    def seen(self, told: dict[str, torch.Tensor]) -> torch.Tensor:
        """(B, T, dim) of the frame so far: of voices above it as they are, of the others as they were."""
        above, own = slice(self.voice), slice(self.voice, None)
        frame, last, hold = told["frame"][..., above], told["last"], told["hold"]
        there = torch.cat([frame, last[..., own]], dim=-1)
        held = torch.cat([(hold[..., above] + 1) * (frame == last[..., above]), hold[..., own]], dim=-1)
        found = of_voice(self.hold, long(held))
        if self.degrees:
            mine = last[..., self.voice : self.voice + 1]
            apart = torch.where((mine > 0) & (there > 0), there - mine + SIZE - 2, INTERVALS)
            found = found + of_voice(self.sung, degree(there, told["key"][..., :1])) + of_voice(self.interval, apart)
        else:
            found = found + of_voice(self.sung, there)
        return found.sum(dim=-2) + self.time(told["step"] % BAR)

    def logits(self, x: torch.Tensor, told: dict[str, torch.Tensor]) -> torch.Tensor:
        """(B, T, SIZE)."""
        token = torch.arange(SIZE, device=x.device)
        plain, step, *degrees_and_intervals = self.scores(x).split(self.parts, dim=-1)
        found = plain + by_interval(step, told["last"][..., self.voice, None], token)
        for at, by_degree in enumerate(degrees_and_intervals[:2]):
            key = told["key"][..., at, None]
            place = (token - 1 + LOWEST - key) % 12 + 12 * (key // 12).clamp(max=1)
            found = found + by_degree.gather(-1, place) * ((key < NO_KEY) & (token > 0))
        for above, interval in enumerate(degrees_and_intervals[2:]):
            found = found + by_interval(interval, told["frame"][..., above, None], token)
        return found.masked_fill(~self.mask, -1e9)


def of_voice(table: nn.Embedding, classes: torch.Tensor) -> torch.Tensor:
    """(B, T, 4, dim) of classes (B, T, 4), from a table that has rows of its own for each voice."""
    voice = torch.arange(len(VOICES), device=classes.device)
    found: torch.Tensor = table(classes + voice * (table.num_embeddings // len(VOICES)))
    return found


def by_interval(scores: torch.Tensor, origin: torch.Tensor, token: torch.Tensor) -> torch.Tensor:
    """Scores of intervals (B, T, INTERVALS) as scores of tokens, none where either end is a rest."""
    place = (token - origin + SIZE - 2).clamp(0, INTERVALS - 1)
    return scores.gather(-1, place) * ((origin > 0) & (token > 0))


def degree(token: torch.Tensor, key: torch.Tensor) -> torch.Tensor:
    """The degree of a token in a key, in semitones above its tonic, 12 more in minor; REST or LOOSE."""
    found = (token - 1 + LOWEST - key) % 12 + 12 * (key // 12)
    return torch.where(token == 0, REST, torch.where(key == NO_KEY, LOOSE, found))


def long(hold: torch.Tensor) -> torch.Tensor:
    """The class of how long a pitch has been held: each frame up to a bar, then every two beats."""
    return torch.where(hold <= BAR, hold, (BAR + (hold - BAR) // 8).clamp(max=HOLDS - 1))


def pooled(each: torch.Tensor) -> torch.Tensor:
    """Log-probabilities (..., SIZE) from those of the readers, (readers, ..., SIZE)."""
    weights = torch.tensor([POOL[reads] for reads in READERS], device=each.device)
    return torch.tensordot(weights, each, dims=1).log_softmax(dim=-1)


class Reader(nn.Module):
    """Logits of the four tokens of each frame, each knowing those before it."""

    def __init__(
        self,
        reads: str,
        dim: int,
        layers: int,
        heads: int,
        scheme: str,
        reach: int,
        each: int,
        dropout: float,
        dropout_seen: float,
        dropout_voices: float,
    ) -> None:
        super().__init__()
        number = len(VOICES)
        self.degrees = reads == "degrees"
        self.sung, self.earlier = (nn.Embedding(number * CLASSES[reads], each) for _ in range(2))
        self.hold = nn.Embedding(number * HOLDS, each)
        self.together = nn.Linear(number * each, dim)
        self.in_four, self.in_three = nn.Embedding(BAR, dim), nn.Embedding(12, dim)
        if self.degrees:
            self.sung_lately, self.mode = nn.Embedding(number * DEGREES, each), nn.Embedding(3, dim)
            self.recent = nn.Linear(24, dim)
        self.drop_seen, self.drop_voices = ByteDropout(dropout_seen), ByteDropout(dropout_voices / 2)
        self.layers = nn.ModuleList(Layer(dim, heads, scheme, reach, dropout) for _ in range(layers))
        self.norm, self.onward = Rms(dim), nn.Linear(dim, dim)
        self.voices = nn.ModuleList(Voice(reads, voice, dim) for voice in range(number))
        self.weighed, self.last_norm = Perceptron(dim, 2 * dim, dropout_voices), Rms(dim)
        for one in self.modules():
            if isinstance(one, nn.Embedding):
                nn.init.normal_(one.weight, std=0.1)

    def forward(self, told: dict[str, torch.Tensor], past: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits (B, T, 4, SIZE) and keys and values (layers, 2, B, h, T, dim/h), from those of P frames before."""
        x = self.drop_seen(self.heard(told))
        presents = []
        for layer, memory in zip(self.layers, past, strict=True):
            x, present = layer(x, memory)
            presents.append(present)
        x = self.onward(self.norm(x))
        logits = []
        for voice in self.voices:
            seen = self.weighed(self.drop_voices(x + self.drop_seen(voice.seen(told))))
            logits.append(voice.logits(self.drop_voices(self.last_norm(seen)), told))
        return torch.stack(logits, dim=2), torch.stack(presents)

    def heard(self, told: dict[str, torch.Tensor]) -> torch.Tensor:
        """(B, T, dim) of what came before each frame."""
        last, earlier, step, (whole, late) = told["last"], told["earlier"], told["step"], told["key"].split(1, dim=-1)
        each = of_voice(self.hold, long(told["hold"]))
        if self.degrees:
            each = each + of_voice(self.sung, degree(last, whole)) + of_voice(self.earlier, degree(earlier, whole))
            each = each + of_voice(self.sung_lately, degree(last, late))
        else:
            each = each + of_voice(self.sung, last) + of_voice(self.earlier, earlier)
        x = self.together(self.drop_seen(each).flatten(2)) + self.in_four(step % BAR) + self.in_three(step % 12)
        if self.degrees:
            mode = whole // 12  # major, minor or none
            from_tonic = told["recent"].gather(-1, (torch.arange(12, device=last.device) + whole) % 12)
            x = x + self.mode(mode[..., 0])
            x = x + self.recent(torch.cat([from_tonic * (mode == 0), from_tonic * (mode == 1)], dim=-1))
        return x


class MusicTransformer(nn.Module):
    """Both readers, each trained by its own loss."""

    def __init__(
        self,
        dim: int = 128,
        layers: int = 4,
        heads: int = 4,
        scheme: str = "alibi",
        reach: int = 256,
        each: int = 32,
        dropouts: Mapping[str, tuple[float, float, float]] = DROPOUTS,
    ) -> None:
        super().__init__()
        self.shape = (len(READERS) * layers, 2, heads, dim // heads)
        self.readers = nn.ModuleList(
            Reader(reads, dim, layers, heads, scheme, reach, each, *dropouts[reads]) for reads in READERS
        )

    def forward(  # names and order are the graph's inputs
        self,
        frame: torch.Tensor,
        last: torch.Tensor,
        hold: torch.Tensor,
        earlier: torch.Tensor,
        key: torch.Tensor,
        recent: torch.Tensor,
        step: torch.Tensor,
        past: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Log-probabilities (B, T, 4, SIZE) and keys and values (layers of both readers, 2, B, h, T, dim/h).

        frame, last, hold, earlier: (B, T, 4); key: (B, T, 2); recent: (B, T, 12); step: (B, T): of `frames_before`.
        What `frame` holds of a voice is seen by the voices below it alone. past: keys and values of P frames before.
        """
        told = {
            "frame": frame, "last": last, "hold": hold, "earlier": earlier, "key": key, "recent": recent, "step": step
        }  # fmt: skip
        each, presents = self.each(told, past)
        return pooled(each), presents

    def each(self, told: dict[str, torch.Tensor], past: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Log-probabilities by reader, (2, B, T, 4, SIZE), and keys and values as `forward` gives them."""
        found = [reader(told, part) for reader, part in zip(self.readers, past.chunk(len(READERS)), strict=True)]
        return torch.stack([logits.log_softmax(dim=-1) for logits, _ in found]), torch.cat([kept for _, kept in found])

    def no_past(self, batch: int = 1) -> torch.Tensor:
        """The keys and values of no frames."""
        layers, two, heads, width = self.shape
        return next(self.parameters()).new_zeros(layers, two, batch, heads, 0, width)
