"""The training of the network that finds the tune among the notes of a piece."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from descant.harmony.melody import best_path
from descant.harmony.melody_features import FEATURES
from descant.harmony.melody_model import Melody
from descant.training.melody_examples import as_played, excerpt, melody_examples, rows_of
from descant.training.recipe import MASK, Batch, Example, Recipe, Size


class MelodyRecipe(Recipe):
    """Cross entropy of whether each note is the tune's, over excerpts in other keys with parts moved and left out."""

    name: ClassVar[str] = "melody"
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size(model={"width": 16, "hidden": 8, "depth": 1, "dropout": 0.0}, frames=64, learning_rate=1e-2),
        "small": Size(
            validation=50,
            steps=5700,
            batch=20,
            frames=200,
            learning_rate=4e-3,
            check_every=300,
            patience=8,
        ),
        "base": Size(
            model={"width": 128, "hidden": 128, "dropout": 0.3},
            validation=120,
            steps=40_000,
            batch=32,
            frames=512,
            learning_rate=1e-3,
            check_every=1000,
        ),
    }
    system: ClassVar[str] = "Melody, the tune among the notes of a piece"
    source: ClassVar[str] = f"features of notes, (n, {FEATURES}): register, lengths, what sounds, what is near in pitch"
    target: ClassVar[str] = "logits (n,) of whether each note is the tune's"
    paper: ClassVar[str] = (
        "Chou, Chen, Chang, Ching and Yang: MidiBERT-Piano: Large-scale Pre-training for Symbolic Music "
        "Understanding, 2021 (its recurrent baseline)"
    )
    data: ClassVar[tuple[str, ...]] = (
        "POP909 (MIT), training split, as played and on the grid of its beats",
        "songs for voice and piano from OpenScore Lieder (CC0)",
        "JSB Chorales, training split (the music is in the public domain, the set states no licence)",
    )
    context: ClassVar[int] = 0  # whole pieces
    outputs: ClassVar[tuple[str, ...]] = ("tune",)

    def build(self, size: Size) -> torch.nn.Module:
        return Melody(**size.model)

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:
        """Songs; of validation as many as the size says, evenly from all."""
        if debug:
            found: Sequence[Example] = [songs(seed + 10 * (split == "train")) for seed in range(4)]
        else:
            found = melody_examples(split)
        if split == "train":
            return found
        every = max(1, len(found) // size.validation)
        return [{**one, "sung": one["tune"], **as_played(one)} for one in found[::every]]

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
        return excerpt(example, frames, rng)

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        told = model(batch["frames"])
        lost = functional.binary_cross_entropy_with_logits(told, batch["tune"], weight=batch[MASK], reduction="sum")
        return {"loss": lost / batch[MASK].sum()}

    @torch.no_grad()
    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """Means over songs of F-measure, precision and recall of the path's notes; what doubles a note is as good."""
        figures = []
        for one in examples:
            odds = model(torch.from_numpy(one["frames"])[None])[0].numpy()
            onset, duration = one["seconds"].T
            found = best_path(onset, duration, one["pitch"], odds)
            right, sung = float(one["tune"][found].sum()), float(one["sung"].sum())
            figures.append((2 * right, right, right) / np.maximum((sung + len(found), len(found), sung), 1))
        f, precision, recall = np.mean(figures, axis=0).tolist()
        return {"precision": precision, "recall": recall, "f_measure": f, "score": f}

    def graph_inputs(self, size: Size) -> dict[str, tuple[torch.Tensor, dict[int, str]]]:
        return {"notes": (self.example_input(size), {1: "notes"})}

    def graph_outputs(self) -> dict[str, dict[int, str]]:
        return {"tune": {1: "notes"}}


def songs(seed: int) -> Example:
    """Sixteen bars of a tune that wanders by steps over chords in quarters, made up."""
    rng = np.random.default_rng(seed)
    rows = []
    height = 72
    for beat in range(64):
        root = 48 + (0, 5, 7, 0)[beat // 4 % 4]
        rows += [(0.5 * beat, 0.45, root + up, 1) for up in (0, 4, 7)]
        if beat % 16 < 12:
            height += int(rng.integers(-2, 3))
            rows.append((0.5 * beat, 0.5, height, 0))
    onset, duration, pitch, part = np.array(rows).T
    seconds = np.stack([onset, duration], axis=1)
    return rows_of(1.2 * seconds, 2 * seconds, pitch.astype(np.int64), part.astype(np.int64), part == 0)
