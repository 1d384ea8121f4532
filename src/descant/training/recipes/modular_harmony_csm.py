"""The training of the chord sequence and initial chord modules of the modular analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from descant.harmony.modular_harmony_model import ChordSequence
from descant.training.modular_examples import IGNORED, chord_row, modular_examples, padded
from descant.training.recipe import Batch, Example, Recipe, Size
from descant.training.recipes.chord_gnn import ChordGnnRecipe
from descant.training.recipes.modular_harmony_ctm import ModularHarmonyCtmRecipe

INITIAL = 0.2  # of the beginning in the loss: it has few parameters and no part in the others


class ModularHarmonyCsmRecipe(Recipe):
    """Cross entropy of every next chord, and of the first key and its chord."""

    name: ClassVar[str] = "modular_harmony_csm"
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size(model={"width": 16, "hidden": 16, "dropout": 0.0}, frames=8, learning_rate=2e-2),
        "small": Size(steps=4000, batch=24, frames=64, learning_rate=2e-3, check_every=250),
        "base": Size(model={"width": 96, "hidden": 192}, steps=10_000, batch=64, frames=128, check_every=500),
    }
    system: ClassVar[str] = "Modular harmonic analysis: chord sequence and initial chord"
    source: ClassVar[str] = (
        "t chords of b pieces, each told in the key of the next one: chord, change of key, mode and distance from the "
        "key signature, (b, t, 4); hidden and cell of the chords before, (1, b, 96)"
    )
    target: ClassVar[str] = (
        "logits of the next chord relative to its tonic (b, t, 1100), the next hidden and cell; the log "
        "probability that a piece begins in each key (b, t), and logits of its first chord (b, t, 1100)"
    )
    paper: ClassVar[str] = ModularHarmonyCtmRecipe.paper
    data: ClassVar[tuple[str, ...]] = ChordGnnRecipe.data
    context: ClassVar[int] = 0  # the state is carried from chord to chord
    outputs: ClassVar[tuple[str, ...]] = ("following", "next_hidden", "next_cell", "first_key", "first_chord")

    def build(self, size: Size) -> torch.nn.Module:
        return ChordSequence(**size.model)

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:
        """For training a piece is there as often as it holds excerpts, so that all chords are learned alike."""
        found: list[Example] = []
        for rows in modular_examples(split, debug):
            row = chord_row(rows)
            copies = 1 + len(row.chord) // size.frames if split == "train" and not debug else 1
            one = {"told": row.before, "chord": row.chord[1:], "first": np.append(row.first, row.chord[0])}
            found += [one] * (copies if len(row.chord) > 1 else 0)
        return found

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
        start = int(rng.integers(0, max(1, len(example["chord"]) - frames + 1)))
        return {
            "told": padded(example["told"][start : start + frames], frames, 0),
            "chord": padded(example["chord"][start : start + frames], frames, IGNORED),
            "first": example["first"],
        }

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        told = batch["told"]
        start = told.new_zeros((1, len(told), model.hidden), dtype=torch.float32)
        following = model(told, start, start)[0]
        chord = functional.cross_entropy(following.flatten(0, 1), batch["chord"].flatten(), ignore_index=IGNORED)
        mode, home, first = batch["first"].unbind(1)
        key, logits = model.initial(mode, home)
        initial = functional.cross_entropy(logits, first) - key.mean()
        return {"loss": chord + INITIAL * initial, "chord": chord, "initial": initial}

    @torch.no_grad()
    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """Minus the mean cross entropy of the next chord, pooled, and how often the likeliest is right."""
        lost, right, total = 0.0, 0, 0
        start = torch.zeros(1, 1, model.hidden)
        for one in examples:
            chord = torch.from_numpy(one["chord"])
            logits = model(torch.from_numpy(one["told"])[None], start, start)[0][0]
            lost += float(functional.cross_entropy(logits, chord, reduction="sum"))
            right += int((logits.argmax(dim=1) == chord).sum())
            total += len(chord)
        return {"score": -lost / total, "accuracy": right / total}

    def graph_inputs(self, size: Size) -> dict[str, tuple[torch.Tensor, dict[int, str]]]:
        return step_inputs(
            self.examples("valid", size, debug=True)[0]["told"], layers=1, hidden=self.build(size).hidden
        )

    def graph_outputs(self) -> dict[str, dict[int, str]]:
        each, carried = {0: "rows", 1: "chords"}, {1: "rows"}
        return {
            "following": each,
            "next_hidden": carried,
            "next_cell": carried,
            "first_key": each,
            "first_chord": each,
        }


def step_inputs(told: npt.NDArray[Any], layers: int, hidden: int) -> dict[str, tuple[torch.Tensor, dict[int, str]]]:
    """Two rows of three chords, and the state before them."""
    state = torch.zeros(layers, 2, hidden)
    chords = torch.from_numpy(np.stack([told[:3], told[1:4]]))
    return {
        "chords": (chords, {0: "rows", 1: "chords"}),
        "hidden": (state, {1: "rows"}),
        "cell": (state.clone(), {1: "rows"}),
    }
