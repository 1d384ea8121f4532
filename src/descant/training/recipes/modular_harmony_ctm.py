"""The training of the chord transition module of the modular analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from descant.harmony.modular_harmony_model import ChordTransition
from descant.harmony.onset_features import Onsets, change_features
from descant.training.modular_examples import modular_examples, segments
from descant.training.recipe import MASK, Batch, Example, Recipe, Size, cut
from descant.training.recipes.chord_gnn import ChordGnnRecipe


class ModularHarmonyCtmRecipe(Recipe):
    """Cross entropy of whether the chord or its key changes at each onset."""

    name: ClassVar[str] = "modular_harmony_ctm"
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size(model={"width": 8, "hidden": 8, "dropout": 0.0}, frames=16, learning_rate=2e-2),
        "small": Size(steps=3000, batch=16, frames=120, learning_rate=2e-3, check_every=250),
        "base": Size(model={"width": 128, "hidden": 128}, steps=20_000, batch=32, frames=200, check_every=1000),
    }
    system: ClassVar[str] = "Modular harmonic analysis: chord transition"
    source: ClassVar[str] = (
        "o onsets: pitches struck and heard over the lowest one, length and place in the bar, (o, 135)"
    )
    target: ClassVar[str] = "logits of a new chord or key at each onset, (o,)"
    paper: ClassVar[str] = (
        "McLeod and Rohrmeier: A Modular System for the Harmonic Analysis of Musical Scores using a Large Vocabulary, "
        "ISMIR 2021"
    )
    data: ClassVar[tuple[str, ...]] = ChordGnnRecipe.data
    context: ClassVar[int] = 0  # whole scores
    outputs: ClassVar[tuple[str, ...]] = ("change",)

    def build(self, size: Size) -> torch.nn.Module:
        return ChordTransition(**size.model)

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:
        """For training a piece is there as often as it holds excerpts, so that all onsets are learned alike."""
        found: list[Example] = []
        for rows in modular_examples(split, debug):
            starts = np.zeros(len(rows["label"]), dtype=np.float32)
            starts[segments(rows["label"])] = 1
            told = change_features(Onsets.of(rows)).astype(np.float16)  # a third of what the training set would take
            copies = 1 + len(told) // size.frames if split == "train" and not debug else 1
            found += [{"onsets": told, "starts": starts}] * copies
        return found

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        logits = model(batch["onsets"])
        lost = functional.binary_cross_entropy_with_logits(logits, batch["starts"], reduction="none")
        return {"loss": (lost * batch[MASK]).sum() / batch[MASK].sum()}

    @torch.no_grad()
    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """Minus the mean cross entropy, and the F measure of onsets that are likely changes."""
        lost, right, told, meant, total = 0.0, 0, 0, 0, 0
        for one in examples:
            rows = cut(one, 0, len(one["starts"]))
            starts = torch.from_numpy(rows["starts"])
            logits = model(torch.from_numpy(rows["onsets"])[None])[0]
            lost += float(functional.binary_cross_entropy_with_logits(logits, starts, reduction="sum"))
            likely, true = logits > 0, starts > 0.5
            right += int((likely & true).sum())
            told, meant, total = told + int(likely.sum()), meant + int(true.sum()), total + len(starts)
        return {"score": -lost / total, "f_measure": 2 * right / max(told + meant, 1)}

    def graph_inputs(self, size: Size) -> dict[str, tuple[torch.Tensor, dict[int, str]]]:
        rows: npt.NDArray[Any] = np.asarray(self.examples("valid", size, debug=True)[0]["onsets"], dtype=np.float32)
        return {"onsets": (torch.from_numpy(rows)[None], {1: "onsets"})}

    def graph_outputs(self) -> dict[str, dict[int, str]]:
        return {"change": {1: "onsets"}}
