"""The training of the chord classification module of the modular analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from descant.harmony.chord_vocabulary import RELATIVE
from descant.harmony.modular_harmony_model import ChordClassification
from descant.harmony.onset_features import BEFORE, INSIDE, Onsets, alike, segment_features
from descant.training.modular_examples import IGNORED, modular_examples, padded, relative_chord, segments
from descant.training.recipe import Batch, Example, Recipe, Size
from descant.training.recipes.chord_gnn import ChordGnnRecipe
from descant.training.recipes.modular_harmony_ctm import ModularHarmonyCtmRecipe
from descant.types.arrays import IntArray

TAKEN = 8  # stretches of a piece at a time
WHOLE, PART = 0.65, 0.15  # of the stretches: whole segments, parts of one; the others reach over a change
SCORED = 256  # segments at a time


class ModularHarmonyCcmRecipe(Recipe):
    """Cross entropy of the chord of a segment, or of a part of one, or of there being more than one chord."""

    name: ClassVar[str] = "modular_harmony_ccm"
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size(model={"width": 16, "hidden": 8, "wide": 16, "dropout": 0.0}, steps=30, learning_rate=2e-2),
        "small": Size(steps=5000, batch=16, frames=100, learning_rate=3e-3, check_every=500),
        "base": Size(
            model={"width": 128, "hidden": 128, "wide": 256}, steps=30_000, batch=64, frames=100, check_every=1500
        ),
    }
    system: ClassVar[str] = "Modular harmonic analysis: chord classification"
    source: ClassVar[str] = (
        "t onsets of a segment and five on either side: pitches struck, heard and lowest over the segment's first "
        "bass, length and place in the bar, (t, 87), and the share of each in the segment, (t,)"
    )
    target: ClassVar[str] = (
        "logits of 1,100 chords over that bass (25 roots, 44 kinds), and of there being no one chord"
    )
    paper: ClassVar[str] = ModularHarmonyCtmRecipe.paper
    data: ClassVar[tuple[str, ...]] = ChordGnnRecipe.data
    context: ClassVar[int] = 0  # whole scores
    outputs: ClassVar[tuple[str, ...]] = ("chord",)

    def build(self, size: Size) -> torch.nn.Module:
        return ChordClassification(**size.model)

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:
        """For training a piece is there as often as its length asks for, so that all segments are learned alike."""
        found = modular_examples(split, debug)
        if split != "train" or debug:
            return found
        return [one for one in found for _ in range(1 + len(one["label"]) // size.frames)]

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:  # noqa: ARG002
        """TAKEN stretches of one piece, filled up to one length."""
        onsets, label = Onsets.of(example), example["label"]
        bounds = np.append(segments(label), len(label))
        longest = 2 * BEFORE + INSIDE
        told, shares, lengths, chords = [], [], [], []
        for _ in range(TAKEN):
            begin, end, one = _stretch(bounds, rng)
            features, share = segment_features(onsets, np.array([begin]), np.array([end]))
            told.append(padded(features[0], longest, 0))
            shares.append(padded(share[0], longest, 0))
            lengths.append(share.shape[1])
            whole = relative_chord(label[[begin]], onsets.bass[[begin]])[0]
            chords.append(whole if one else RELATIVE)
        return {
            "onsets": np.stack(told),
            "share": np.stack(shares),
            "lengths": np.array(lengths),
            "chord": np.array(chords),
        }

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        logits = model(*(batch[name].flatten(0, 1) for name in ("onsets", "share", "lengths")))
        return {"loss": functional.cross_entropy(logits, batch["chord"].flatten(), ignore_index=IGNORED)}

    @torch.no_grad()
    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """Minus the mean cross entropy of true segments, and how many are told right."""
        lost, right, total = 0.0, 0, 0
        for rows in examples:
            onsets, label = Onsets.of(rows), rows["label"]
            first = segments(label)
            end_of = np.append(first[1:], len(label))
            for group in alike(first, end_of, SCORED):
                begin, end = first[group], end_of[group]
                features, share = segment_features(onsets, begin, end)
                chord = torch.from_numpy(relative_chord(label[begin], onsets.bass[begin]))
                logits = model(torch.from_numpy(features), torch.from_numpy(share))
                lost += float(functional.cross_entropy(logits, chord, ignore_index=IGNORED, reduction="sum"))
                right += int((logits[:, :RELATIVE].argmax(dim=1) == chord).sum())
                total += int((chord != IGNORED).sum())
        return {"score": -lost / max(total, 1), "accuracy": right / max(total, 1)}

    def graph_inputs(self, size: Size) -> dict[str, tuple[torch.Tensor, dict[int, str]]]:  # noqa: ARG002
        rows = modular_examples("valid", debug=True)[0]
        features, share = segment_features(Onsets.of(rows), np.array([4, 8]), np.array([8, 12]))
        axes = {0: "segments", 1: "onsets"}
        return {"onsets": (torch.from_numpy(features), axes), "share": (torch.from_numpy(share), axes)}

    def graph_outputs(self) -> dict[str, dict[int, str]]:
        return {"chord": {0: "segments"}}


def _stretch(bounds: IntArray, rng: np.random.Generator) -> tuple[int, int, bool]:
    """The first onset and the one after the last of a random stretch, and whether it has one chord."""
    at = int(rng.integers(len(bounds) - 1))
    begin, end = int(bounds[at]), int(bounds[at + 1])
    kind = rng.random()
    if kind < WHOLE or len(bounds) < 3:
        return begin, end, True
    if kind < WHOLE + PART:
        begin = int(rng.integers(begin, end))
        return begin, int(rng.integers(begin, end)) + 1, True
    at = min(at, len(bounds) - 3)
    begin = int(rng.integers(bounds[at], bounds[at + 1]))
    return begin, int(rng.integers(bounds[at + 1], bounds[at + 2])) + 1, False
