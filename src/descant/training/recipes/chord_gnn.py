"""The training of the graph network that reads Roman numerals from a score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from descant.datasets.roman_analyses import RomanPiece
from descant.harmony.chord_gnn_model import ChordGnn
from descant.harmony.note_features import WrittenNotes
from descant.harmony.note_graph import RELATIONS
from descant.harmony.roman import HEADS, MAJOR, NONE, Roman, semitones, tonic_of
from descant.training.recipe import Batch, Example, Recipe, Size
from descant.training.roman_examples import IGNORED, example, excerpt, graph_arrays, roman_examples, textured_examples

OUTPUTS = (*HEADS, "start")
INPUTS = ("notes", "onset_of", "edges", "sounding", "bass", "onsets")


class ChordGnnRecipe(Recipe):
    """Cross entropy of six parts of a numeral and of where chords start, at every onset of transposed excerpts."""

    name: ClassVar[str] = "chord_gnn"
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size(
            model={"width": 16, "hidden": 8, "depth": 1, "dropout": 0.0}, frames=16, steps=30, learning_rate=2e-2
        ),
        "small": Size(
            model={"width": 128, "hidden": 128, "dropout": 0.35},
            steps=8000,
            batch=12,
            frames=120,
            learning_rate=2e-3,
            check_every=250,
            patience=8,
        ),
        "base": Size(
            model={"width": 192, "layers": 3, "hidden": 192, "dropout": 0.4},
            steps=40_000,
            batch=32,
            frames=200,
            learning_rate=1e-3,
            check_every=1000,
        ),
    }
    system: ClassVar[str] = "ChordGNN, Roman numerals of a score"
    source: ClassVar[str] = "a graph of n notes (spelling, register, length, bass, place in the bar) with o onsets"
    target: ClassVar[str] = (
        "logits at every onset of local key (o, 38), degree (o, 22), quality (o, 11), inversion (o, 4), root (o, 35), "
        "tonicised degree (o, 22) and of a chord's start (o,)"
    )
    paper: ClassVar[str] = (
        "Karystinaios and Widmer: Roman Numeral Analysis with Graph Neural Networks: Onset-wise Predictions from "
        "Note-wise Features, ISMIR 2023"
    )
    data: ClassVar[tuple[str, ...]] = (
        "When in Rome (CC BY-SA 4.0): human analyses of chorales, madrigals, songs, preludes, textbooks, variations",
        "AugmentedNet's corrected scores and analyses (MIT): sonatas by Beethoven, variations",
        "Haydn's quartets op. 20 (Apache-2.0)",
        "scores of chorales and madrigals from music21's corpus",
        "music made up over the same analyses: their chords as blocks and broken chords",
    )
    taught_by: ClassVar[str] = "train"  # the split of `roman_analyses`
    context: ClassVar[int] = 0  # whole scores
    outputs: ClassVar[tuple[str, ...]] = OUTPUTS

    def build(self, size: Size) -> torch.nn.Module:
        return ChordGnn(**size.model)

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:
        """For training a piece is there as often as it holds excerpts, so that all onsets are learned alike.

        Music made up over its analysis is there once.
        """
        if debug:
            return [example(cadences(seed + 10 * (split == "train"))) for seed in range(4)]
        if split != "train":
            return roman_examples(split)
        found = roman_examples(self.taught_by)
        real = [one for one in found for _ in range(1 + len(np.unique(one["time"][:, 0])) // size.frames)]
        return [*real, *textured_examples(self.taught_by)]

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
        return excerpt(example, frames, rng)

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        told = dict(zip(OUTPUTS, model(*joined(batch)), strict=True))
        weight = batch["gap"].clamp(0.125, 2.0).sqrt() * (batch["gap"] > 0)
        parts: dict[str, torch.Tensor] = {}
        for at, head in enumerate(HEADS):
            true = batch["classes"][..., at]
            known = weight * (true != IGNORED)
            lost = functional.cross_entropy(told[head].transpose(1, 2), true.clamp(min=0), reduction="none")
            parts[head] = (lost * known).sum() / known.sum().clamp(min=1e-6)
        starts = batch["classes"][..., -1].clamp(min=0).float()
        lost = functional.binary_cross_entropy_with_logits(told["start"], starts, reduction="none")
        parts["start"] = (lost * weight).sum() / weight.sum().clamp(min=1e-6)
        return {"loss": torch.stack(list(parts.values())).sum(), **parts}

    @torch.no_grad()
    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """The share of the time at which each head is right, and all of them; the likeliest class of each."""
        right = np.zeros(len(HEADS) + 1)
        total = 0.0
        for one in examples:
            batch = whole(one)
            told = model(*joined(batch))
            same = torch.stack([(told[at].argmax(2) == batch["classes"][..., at])[0] for at in range(len(HEADS))])
            gap = batch["gap"][0]
            right[:-1] += (same * gap).sum(1).numpy()
            right[-1] += float((same.all(0) * gap).sum())
            total += float(gap.sum())
        share = right / max(total, 1e-6)
        figures = dict(zip((*HEADS, "roman"), share.tolist(), strict=True))
        return {**figures, "score": figures["roman"]}

    def graph_inputs(self, size: Size) -> dict[str, tuple[torch.Tensor, dict[int, str]]]:
        tensors = joined(whole(self.examples("valid", size, debug=True)[0]))
        axes = ({0: "notes"}, {0: "notes"}, {1: "edges"}, {1: "heard"}, {0: "onsets"}, {1: "onsets"})
        return {name: (tensor, axis) for name, tensor, axis in zip(INPUTS, tensors, axes, strict=True)}

    def graph_outputs(self) -> dict[str, dict[int, str]]:
        return {name: {1: "onsets"} for name in self.outputs}


def whole(rows: Example) -> Batch:
    """A whole piece as a batch of one."""
    return {name: torch.from_numpy(np.ascontiguousarray(one))[None] for name, one in graph_arrays(rows).items()}


def joined(batch: Batch) -> tuple[torch.Tensor, ...]:
    """INPUTS of the graphs of a batch as one graph, without what filled them up."""
    onsets = batch["onsets"]
    count, length = onsets.shape[:2]
    room = batch["notes"].shape[1]
    real = batch["onset_of"] < length
    place = torch.cumsum(real.flatten(), 0).reshape(count, room) - 1  # of each note among those that are real
    number = torch.arange(count, device=onsets.device)[:, None]
    first = place[:, 0:1]
    edges, sounding = batch["edges"], batch["sounding"]
    kept, heard = edges[..., 2] < RELATIONS, sounding[..., 1] < length
    source, target = (first + edges[..., 0])[kept], (first + edges[..., 1])[kept]
    return (
        batch["notes"][real],
        (number * length + batch["onset_of"])[real],
        torch.stack([source, target, edges[..., 2][kept]]),
        torch.stack([(first + sounding[..., 0])[heard], (number * length + sounding[..., 1])[heard]]),
        (first + batch["bass"]).flatten(),
        onsets,
    )


def cadences(seed: int) -> RomanPiece:
    """Eight bars of three-part chords and a bass in quarters: tonic, subdominant, dominant and tonic, made up."""
    rng = np.random.default_rng(seed)
    key = (int(rng.integers(-3, 4)), MAJOR)
    chords, rows = [], []
    for bar in range(8):
        number = (1, 4, 5, 1)[bar % 4]
        root = tonic_of(key, (number, 0))
        chords.append(Roman(key, (number, 0), "maj", 0, root, NONE))
        for beat in range(4):
            for octave, fifths in ((36, root), (60, root), (60, root + 4), (60, root + 1)):
                if octave == 36 or rng.random() < 0.8:
                    rows.append((4.0 * bar + beat, octave + semitones(fifths), fifths))
    onset, pitch, fifths = np.array(sorted(rows)).T
    bars = np.arange(8, dtype=np.float64)
    notes = WrittenNotes(
        onset=onset,
        duration=np.ones(len(onset)),
        pitch=pitch.astype(np.int64),
        fifths=fifths.astype(np.int64),
        bar=4 * bars,
        bar_length=np.full(8, 4.0),
        beat=np.ones(8),
        sharps=np.full(8, key[0]),
    )
    return RomanPiece(f"cadences {seed}", notes, 4 * bars, tuple(chords))
