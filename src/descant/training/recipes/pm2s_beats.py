"""The training of the network that hears the metre in performed notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from descant.analysis.pm2s_beats_model import Pm2sBeats
from descant.datasets.performance import perform
from descant.datasets.score_notes import ScoreNotes
from descant.training.metre_examples import IGNORED, Page, metre_examples, on_page, written_places
from descant.training.recipe import MASK, Batch, Example, Recipe, Size, collate, cut

STRETCH = 0.35  # octaves by which an excerpt is faster or slower, at most
HARMONY, BASS, LOUDNESS, LENGTHS = (0, 24), (24, 38), (39, 41), (41, 44)  # kinds of features
HIDDEN = 0.12  # how often one kind is hidden, so that the others learn to do without it
METRE_WEIGHT, PHASE_WEIGHT = 0.3, 0.5


class Pm2SBeatsRecipe(Recipe):
    """Cross entropy of beat, downbeat, place in the beat and metre of every cluster.

    Excerpts are transposed and made faster or slower.
    """

    name: ClassVar[str] = "pm2s_beats"
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size(model={"width": 8, "hidden": 8, "dilations": (1, 2)}, learning_rate=1e-2),
        "small": Size(
            model={"dropout": 0.4},
            examples=6,
            validation=12,
            steps=6000,
            batch=12,
            frames=200,
            learning_rate=3e-3,
            check_every=500,
            patience=12,
        ),
        "base": Size(
            model={"width": 128, "hidden": 128, "dilations": (1, 2, 4, 8, 16, 32)},
            examples=12,
            validation=30,
            steps=30_000,
            batch=32,
            frames=384,
            learning_rate=1e-3,
            check_every=1000,
        ),
    }
    system: ClassVar[str] = "PM2S, beats of performed notes"
    source: ClassVar[str] = (
        "features of clusters of notes, (n, 59): pitch classes, register, lengths, distances in time"
    )
    target: ClassVar[str] = (
        "logits of beat and downbeat, (n,) each, of the place in the beat (n, 13) and the metre (n, 9)"
    )
    paper: ClassVar[str] = (
        "Liu, Kong, Morfi and Benetos: Performance MIDI-to-Score Conversion by Neural Beat Tracking, ISMIR 2022"
    )
    data: ClassVar[tuple[str, ...]] = (
        "When in Rome (CC BY-SA 4.0): songs, keyboard music, chorales, madrigals and textbooks, played by rule",
        "AugmentedNet's corrected scores (MIT): first movements of sonatas by Beethoven, variations, played by rule",
        "Haydn's quartets op. 20 (Apache-2.0), played by rule",
        "POP909 (MIT), training split, as played",
        "études written by rule, played by rule",
    )
    context: ClassVar[int] = 800
    chunk_parity: ClassVar[float] = 0.25  # logits; the recurrent network remembers further than the context, a little
    outputs: ClassVar[tuple[str, ...]] = ("beat", "downbeat", "phase", "metre")

    def build(self, size: Size) -> torch.nn.Module:
        return Pm2sBeats(**size.model)

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:
        """Performances: `examples` of each page of training, one of each of validation, and songs."""
        if debug:
            return [marches(seed + 10 * (split == "train")) for seed in range(4)]
        if split == "train":
            return metre_examples(split, size.examples, songs=600, studies=300)
        return metre_examples(split, 2, songs=size.validation, studies=0)

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
        found = super().excerpt({name: rows for name, rows in example.items() if name != "time"}, frames, rng)
        found["frames"] = varied(found["frames"], rng)
        return found

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        beat, downbeat, phase, metre = model(batch["frames"])
        real = batch[MASK]
        count = real.sum()
        cross = functional.binary_cross_entropy_with_logits
        beats = cross(beat, batch["beat"], weight=real, reduction="sum") / count
        first = cross(downbeat, batch["downbeat"], weight=real, reduction="sum") / count
        place = functional.cross_entropy(phase.transpose(1, 2), batch["phase"], reduction="none")
        place = (place * real).sum() / count
        named = real * (batch["metre"] != IGNORED)
        kind = functional.cross_entropy(metre.transpose(1, 2), batch["metre"].clamp(min=0), reduction="none")
        kind = (kind * named).sum() / named.sum().clamp(min=1)
        total = beats + first + PHASE_WEIGHT * place + METRE_WEIGHT * kind
        return {"loss": total, "beats": beats, "downbeats": first, "phase": place, "metre": kind}

    @torch.no_grad()
    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """F-measures over clusters, of beats and downbeats that are more likely than not."""
        figures: dict[str, list[float]] = {"beat_f": [], "downbeat_f": [], "phase": []}
        for one in examples:
            batch = collate([cut({name: rows for name, rows in one.items() if name != "time"}, 0, len(one["beat"]))])
            beat, downbeat, phase, _ = model(batch["frames"])
            figures["beat_f"].append(_f(batch["beat"] > 0.5, beat > 0))
            figures["downbeat_f"].append(_f(batch["downbeat"] > 0.5, downbeat > -0.5))
            figures["phase"].append(float((phase.argmax(2) == batch["phase"]).float().mean()))
        means = {name: float(np.mean(values)) for name, values in figures.items()}
        return {**means, "score": means["beat_f"] + means["downbeat_f"]}


def varied(frames: npt.NDArray[np.float32], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Features of the same music in another key, at another tempo and loudness."""
    found = frames.copy()
    up = int(rng.integers(-6, 7))
    for first in (0, 12, 24):
        found[:, first : first + 12] = np.roll(frames[:, first : first + 12], up, axis=1)
    found[:, 36:38] += up / 12 + rng.normal(0.0, 0.1)
    found[:, 40] += rng.normal(0.0, 0.5)
    slower = rng.uniform(-STRETCH, STRETCH)
    found[:, 41:44] += slower
    found[:, 47:] += slower
    found[:, 41:44] += rng.normal(0.0, 0.15, found[:, 41:44].shape)
    for first, last in (HARMONY, BASS, LOUDNESS, LENGTHS):
        if rng.random() < HIDDEN:
            found[:, first:last] = 0.0
    return found


def marches(seed: int) -> Example:
    """Sixteen bars of a bass on the first beat and chords on the others, in two, three or four."""
    rng = np.random.default_rng(seed)
    bar = int(rng.integers(2, 5))
    beats = np.arange(16 * bar, dtype=np.float64)
    pitch = np.where(beats % bar == 0, 40, 64) + rng.integers(0, 5, len(beats))
    score = ScoreNotes("made up", beats, np.full(len(beats), 0.9), pitch, 0 * pitch, beats, beats[::bar])
    notes = perform(score, rng, pedal=False, rubato=float(rng.uniform(0.0, 1.4))).notes
    return on_page(Page(score, np.zeros(1), np.array([bar - 2])), notes, written_places(score, notes))


def _f(true: torch.Tensor, found: torch.Tensor) -> float:
    both = float((true & found).sum())
    return 2 * both / max(float(true.sum() + found.sum()), 1.0)
