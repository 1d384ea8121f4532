"""The training of the key transition and key sequence modules of the modular analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from descant.harmony.modular_harmony_model import KeySequence
from descant.training.modular_examples import IGNORED, chord_row, modular_examples, padded
from descant.training.recipe import Batch, Example, Recipe, Size
from descant.training.recipes.chord_gnn import ChordGnnRecipe
from descant.training.recipes.modular_harmony_csm import step_inputs
from descant.training.recipes.modular_harmony_ctm import ModularHarmonyCtmRecipe


class ModularHarmonyKtmRecipe(Recipe):
    """Cross entropy of whether the key changes after each chord, and to which key where it does."""

    name: ClassVar[str] = "modular_harmony_ktm"
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size(model={"width": 16, "hidden": 16, "dropout": 0.0}, frames=8, learning_rate=2e-2),
        "small": Size(steps=2000, batch=24, frames=64, learning_rate=2e-3, check_every=250),
        "base": Size(model={"width": 96, "hidden": 128}, steps=10_000, batch=64, frames=128, check_every=500),
    }
    system: ClassVar[str] = "Modular harmonic analysis: key transition and key sequence"
    source: ClassVar[str] = (
        "t chords of b pieces, each in its key: chord, change of key, mode and distance from the key signature, "
        "(b, t, 4); hidden and cell of the chords before, (2, b, 64)"
    )
    target: ClassVar[str] = (
        "logits of a change of key after each chord (b, t), of the key that follows a change, relative to the tonic, "
        "(b, t, 50), the next hidden and cell"
    )
    paper: ClassVar[str] = ModularHarmonyCtmRecipe.paper
    data: ClassVar[tuple[str, ...]] = ChordGnnRecipe.data
    context: ClassVar[int] = 0  # the state is carried from chord to chord
    outputs: ClassVar[tuple[str, ...]] = ("change", "following", "next_hidden", "next_cell")

    def build(self, size: Size) -> torch.nn.Module:
        return KeySequence(**size.model)

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:
        """For training a piece is there as often as it holds excerpts, so that all chords are learned alike."""
        found: list[Example] = []
        for rows in modular_examples(split, debug):
            row = chord_row(rows)
            copies = 1 + len(row.chord) // size.frames if split == "train" and not debug else 1
            found += [{"told": row.told[:-1], "change": row.change}] * (copies if len(row.chord) > 1 else 0)
        return found

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
        start = int(rng.integers(0, max(1, len(example["change"]) - frames + 1)))
        return {
            "told": padded(example["told"][start : start + frames], frames, 0),
            "change": padded(example["change"][start : start + frames], frames, IGNORED),
        }

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        told, change = batch["told"], batch["change"]
        start = told.new_zeros((2, len(told), model.hidden), dtype=torch.float32)
        changes, following, _, _ = model(told, start, start)
        real = change != IGNORED
        transition = functional.binary_cross_entropy_with_logits(changes[real], (change[real] > 0).float())
        new = change > 0
        sequence = functional.cross_entropy(following[new], change[new] - 1, reduction="sum") / new.sum().clamp(min=1)
        return {"loss": transition + sequence * 0.3, "transition": transition, "sequence": sequence}

    @torch.no_grad()
    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """Minus the mean cross entropy a chord of both together, and of each; how often the likeliest key is right."""
        transition, sequence, right, new, total = 0.0, 0.0, 0, 0, 0
        start = torch.zeros(2, 1, model.hidden)
        for one in examples:
            change = torch.from_numpy(one["change"])
            logits, following, _, _ = model(torch.from_numpy(one["told"])[None], start, start)
            changes = change > 0
            transition += float(
                functional.binary_cross_entropy_with_logits(logits[0], changes.float(), reduction="sum")
            )
            sequence += float(functional.cross_entropy(following[0][changes], change[changes] - 1, reduction="sum"))
            right += int((following[0][changes].argmax(dim=1) == change[changes] - 1).sum())
            new, total = new + int(changes.sum()), total + len(change)
        return {
            "score": -(transition + sequence) / total,
            "transition": transition / total,
            "sequence": sequence / max(new, 1),
            "accuracy": right / max(new, 1),
        }

    def graph_inputs(self, size: Size) -> dict[str, tuple[torch.Tensor, dict[int, str]]]:
        return step_inputs(
            self.examples("valid", size, debug=True)[0]["told"], layers=2, hidden=self.build(size).hidden
        )

    def graph_outputs(self) -> dict[str, dict[int, str]]:
        carried = {1: "rows"}
        each = {0: "rows", 1: "chords"}
        return {"change": each, "following": each, "next_hidden": carried, "next_cell": carried}
