"""The two towers of MuLan in small: sound and words, each to a point on one sphere of 128 dimensions.

Audio: half seconds (batch, steps, STEP_COLUMNS) and the whole (batch, WHOLE_COLUMNS), as `heard` gives them, are
standardised; the steps go through convolutions over three each and are pooled by attention, mean and spread; with the
whole they give the point. Text: n-grams (batch, words, GRAMS) are rows of a table, a word their mean; convolutions over
three words know "no drums" from "drums", and attention pools them. The factor is one over
the learnt temperature.

Huang, Jansen, Lee, Ganti, Li and Ellis: MuLan: A Joint Embedding of Music Audio and Natural Language, ISMIR 2022.
There the audio tower is a ResNet or a transformer over spectrograms, and the text tower BERT.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from descant.description.hashed_words import BUCKETS
from descant.description.heard import STEP_COLUMNS, WHOLE_COLUMNS

DIMENSIONS = 128
COLDEST = 100.0  # greatest factor of the cosines
FIRST = 0.05  # standard deviation of the table's first numbers: small, so that seldom rows learn soon


class AudioTower(nn.Module):
    """`width` of the convolutions, `depth` of them, `hidden` of the last layers. With depth 0 the steps' statistics
    alone are looked at.
    """

    def __init__(self, width: int = 160, depth: int = 2, hidden: int = 384, heads: int = 4, dropout: float = 0.2):
        super().__init__()
        self.norm = nn.BatchNorm1d(STEP_COLUMNS)
        self.whole_norm = nn.BatchNorm1d(WHOLE_COLUMNS)
        self.first = nn.Linear(STEP_COLUMNS, width)
        self.convolutions = nn.ModuleList(nn.Conv1d(width, width, 3, padding=1) for _ in range(depth))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(depth))
        self.attention = nn.Linear(width, heads)
        self.head = nn.Sequential(
            nn.Linear((heads + 2) * width + WHOLE_COLUMNS, hidden),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(hidden, DIMENSIONS),
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, steps: torch.Tensor, whole: torch.Tensor) -> torch.Tensor:
        """Points before they are brought to length 1, (batch, DIMENSIONS)."""
        rows = self.first(self.dropout(self.norm(steps.transpose(1, 2)).transpose(1, 2)))  # (batch, steps, width)
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            rows = rows + functional.gelu(convolution(norm(rows).transpose(1, 2)).transpose(1, 2))
        share = torch.softmax(self.attention(rows), dim=1)  # (batch, steps, heads)
        mean = rows.mean(dim=1)
        spread = torch.sqrt((rows - mean[:, None]).square().mean(dim=1) + 1e-5)
        pooled = torch.einsum("bsh,bsw->bhw", share, rows).flatten(1)
        return self.head(torch.cat([pooled, mean, spread, self.whole_norm(whole)], 1))


class TextTower(nn.Module):
    """`width` of a word, `hidden` of the last layers."""

    def __init__(self, width: int = 128, hidden: int = 256, heads: int = 4, dropout: float = 0.2) -> None:
        super().__init__()
        self.table = nn.Embedding(BUCKETS, width, padding_idx=0)
        nn.init.normal_(self.table.weight, std=FIRST)
        with torch.no_grad():
            self.table.weight[0] = 0.0
        self.near = nn.Conv1d(width, width, 3, padding=1)
        self.norm = nn.LayerNorm(width)
        self.attention = nn.Linear(width, heads)
        self.head = nn.Sequential(
            nn.Linear((heads + 1) * width, hidden), nn.GELU(), nn.Dropout(dropout), nn.Linear(hidden, DIMENSIONS)
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, grams: torch.Tensor) -> torch.Tensor:
        """Points before they are brought to length 1, (batch, DIMENSIONS)."""
        known = (grams > 0).to(self.table.weight.dtype)
        count = known.sum(dim=2)  # (batch, words)
        word = self._sums(grams) / count.clamp(min=1.0).sqrt()[..., None]
        real = (count > 0).to(word.dtype)[..., None]
        word = self.dropout(word) * real
        word = self.norm(word + functional.gelu(self.near(word.transpose(1, 2)).transpose(1, 2))) * real
        share = torch.softmax(self.attention(word) + (real - 1.0) * 1e4, dim=1)  # (batch, words, heads)
        pooled = torch.einsum("bwh,bwd->bhd", share, word).flatten(1)
        mean = word.sum(dim=1) / real.sum(dim=1).clamp(min=1.0)
        return self.head(torch.cat([pooled, mean], 1))

    def _sums(self, grams: torch.Tensor) -> torch.Tensor:
        """The sum of each word's rows, (batch, words, width); while training in one step, which no graph can hold."""
        if not self.training:
            return self.table(grams).sum(dim=2)
        bags = functional.embedding_bag(grams.flatten(0, 1), self.table.weight, mode="sum", padding_idx=0)
        return bags.unflatten(0, grams.shape[:2])


class MulanNet(nn.Module):
    """Both towers and the factor of their cosines; for training, a direction for each fact that can be said.

    Along it lie the clips for which the fact holds and the words that ask for it.
    """

    def __init__(self, facts: int, audio: dict[str, float], text: dict[str, float]) -> None:
        super().__init__()
        self.audio = AudioTower(**audio)  # type: ignore[arg-type]
        self.text = TextTower(**text)  # type: ignore[arg-type]
        self.facts = nn.Linear(DIMENSIONS, facts)
        self.said = nn.Parameter(torch.full((facts,), -2.0))  # the bias where the facts are asked for
        self.warmth = nn.Parameter(torch.tensor(2.6))  # log of the factor

    @property
    def factor(self) -> torch.Tensor:
        """What cosines are multiplied with: one over the temperature."""
        return self.warmth.exp().clamp(max=COLDEST)

    def forward(
        self, steps: torch.Tensor, whole: torch.Tensor, grams: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The points of both, of length 1, (batch, DIMENSIONS)."""
        return unit(self.audio(steps, whole)), unit(self.text(grams))

    def told(self, audio: torch.Tensor, text: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The logits of the facts in points not of length 1: that they hold, that they are asked for."""
        return self.facts(audio), functional.linear(text, self.facts.weight, self.said)


def unit(points: torch.Tensor) -> torch.Tensor:
    """Points brought to length 1."""
    return functional.normalize(points, dim=-1)
