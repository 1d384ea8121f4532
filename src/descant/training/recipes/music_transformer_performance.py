"""The training of the Music Transformer on songs of POP909 as performances: keys, velocities and time in 10 ms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from descant.composition.performance_vocabulary import KEYS, PerformanceVocabulary
from descant.composition.vocabulary import draw
from descant.datasets.song_performances import performances
from descant.training.kept import Rows, kept
from descant.training.recipe import Example, Size
from descant.training.token_recipe import TokenRecipe
from descant.types import Notes
from descant.types.arrays import IntArray

VERSION = 1  # of the notes: another number reads them again
VOCABULARY = PerformanceVocabulary()
MOVED = range(-3, 4)  # semitones
STRETCHED = (0.95, 0.975, 1.0, 1.025, 1.05)  # times as long
SHARE = 256  # notes: so often a long song is drawn more than a short one


class MusicTransformerPerformanceRecipe(TokenRecipe):
    """Excerpts are moved by up to three semitones and stretched by up to a twentieth, as published."""

    name: ClassVar[str] = "music_transformer_performance"
    grammar: ClassVar[Any] = VOCABULARY
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size(model={"dim": 16, "layers": 2, "heads": 2, "reach": 24}, batch=2, frames=64, learning_rate=1e-2),
        "small": Size(
            model={"layers": 4, "reach": 256, "dropout": 0.0},
            validation=30,
            steps=2400,
            batch=4,
            frames=512,
            learning_rate=2e-3,
            check_every=200,
            patience=100,
        ),
        "base": Size(
            model={"dim": 384, "layers": 6, "heads": 8, "reach": 1024, "dropout": 0.1},
            validation=91,
            steps=40_000,
            batch=16,
            frames=2048,
            learning_rate=1e-3,
            check_every=1000,
        ),
    }
    system: ClassVar[str] = "Music Transformer, performances of songs on a piano"
    source: ClassVar[str] = "tokens of the performance vocabulary, and keys and values of those before"
    data: ClassVar[tuple[str, ...]] = ("POP909 (MIT), training split: melody, bridge and piano as one player's",)

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:
        """To train on, the notes of whole songs, long ones more often; to validate, stretches of tokens."""
        found: Sequence[Rows] = (
            [rows_of(VOCABULARY.decode(draw(VOCABULARY, np.random.default_rng(seed), 300))) for seed in range(3)]
            if debug
            else kept(self.name, f"{split}-{VERSION}", lambda: (rows_of(notes) for _, notes in performances(split)))
        )
        if split == "train":
            return [one for one in found for _ in range(max(1, len(one["pitch"]) // SHARE))]
        return self.stretches([VOCABULARY.encode(notes_of(one)).tokens for one in found], size)

    def tokens(self, example: Example, rng: np.random.Generator) -> IntArray:
        low, high = int(example["pitch"].min()), int(example["pitch"].max())
        by = int(np.clip(rng.choice(MOVED), -low, KEYS - 1 - high))
        return VOCABULARY.encode(notes_of(example, by, float(rng.choice(STRETCHED)))).tokens


def rows_of(notes: Notes) -> Rows:
    """Notes as arrays of one length."""
    return {"onset": notes.onset, "offset": notes.offset, "pitch": notes.pitch, "velocity": notes.velocity}


def notes_of(rows: Example, moved: int = 0, stretched: float = 1.0) -> Notes:
    """The notes in another key and at another tempo."""
    pitch = np.asarray(rows["pitch"], dtype=np.int64) + moved
    return Notes(rows["onset"] * stretched, rows["offset"] * stretched, pitch, rows["velocity"])
