"""Keys over time: songs and analysed pieces whose keys are known, in all transpositions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from descant.analysis.key_net import NONE, STEP_SECONDS, decode, step_edges
from descant.analysis.key_net_model import KeyNet
from descant.evaluation import measures
from descant.features.key_fit import NAMES
from descant.features.slow_vqt import SLOW_RATE, Levels, stretch_means
from descant.training.corpora.classical import Classical
from descant.training.corpora.plain import Plain
from descant.training.corpora.songs import Songs
from descant.training.corpora.store import Corpus, items
from descant.training.corpora.varied import Varied
from descant.training.harmony_examples import TRANSPOSITIONS, levels_of, made_up, pitchless, recoloured, transposed
from descant.training.recipe import MASK, Batch, Example, Recipe, Size
from descant.types import Keys, Piece
from descant.types.annotations import segments_from_boundaries
from descant.types.names import pitch_class

IGNORED = -1  # the key of what nobody analysed
KEYLESS = 0.15  # share of excerpts with a stretch of noise in them
SMOOTHING = 0.1
CORPORA: tuple[tuple[Corpus, float, float], ...] = (  # and their shares of training and validation items
    (Plain(), 0.08, 0.0),
    (Varied(Plain()), 0.26, 0.5),
    (Songs(), 0.22, 0.2),
    (Classical(), 0.22, 0.0),  # the only ones whose keys change
    (Varied(Classical()), 0.22, 0.3),
)


class KeyNetRecipe(Recipe):
    """Trains `descant.analysis.key_net_model`."""

    name = "key_net"
    system = "Convolutional key estimation"
    source = "SlowVqt levels of every two seconds: frames float32 (1, steps, 288)"
    target = "probabilities of 12 major keys, 12 minor keys and none: key (1, steps, 25)"
    paper = "Korzeniowski and Widmer: Genre-Agnostic Key Classification with Convolutional Neural Networks, ISMIR 2018"
    data = (
        "POP909 (MIT), synthesised with FluidR3 and MuseScore General (MIT): as it is, and arranged for bands",
        "When in Rome (CC BY-SA 4.0, without what comes from DCML's corpora), synthesised with the same",
        "both again on Sonivox (Apache-2.0) and on random instruments made of partials",
    )
    outputs = ("key",)
    context = 31  # as far as the last block hears: 1 + 2 + 4 + 8 + 16 steps
    chunk = 300
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size(model={"channels": 8, "blocks": 2}, frames=30, learning_rate=1e-2),
        "small": Size(
            examples=630, validation=48, steps=1600, batch=12, frames=60, learning_rate=3e-3, check_every=100
        ),
        "base": Size(
            model={"channels": 48},
            examples=1400,
            validation=60,
            steps=6000,
            batch=32,
            frames=90,
            learning_rate=3e-3,
            check_every=300,
        ),
    }

    def build(self, size: Size) -> torch.nn.Module:
        """The network."""
        return KeyNet(**size.model)

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:
        """Pieces with known keys: `levels`, and for each second the number of its `key`."""
        if debug:
            return [_debug_example(seed + 10 * (split == "train")) for seed in range(4)]
        count = size.examples if split == "train" else size.validation
        picked = [
            one
            for corpus, train, valid in CORPORA
            for one in items(corpus, split, round(count * (train if split == "train" else valid)))
        ]
        pieces = [(one, one.piece()) for one in picked]
        return [_columns(piece, levels_of(one)) for one, piece in pieces if piece.get(Keys) is not None]

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
        """A stretch of `frames` steps, transposed and recoloured; at times with noise in it, which has no key."""
        seconds = len(example["key"])
        steps = max(1, min(frames, int(seconds / STEP_SECONDS)))
        start = float(rng.uniform(0.0, max(0.0, seconds - steps * STEP_SECONDS)))
        edges = start + np.arange(steps + 1) * STEP_SECONDS
        semitones = int(rng.integers(TRANSPOSITIONS[0], TRANSPOSITIONS[1] + 1))
        shown = transposed(stretch_means(example["levels"], edges), semitones)
        key = _turned(_at(example["key"], edges), semitones)
        if rng.random() < KEYLESS:
            low, high = np.sort(rng.integers(0, len(shown) + 1, size=2))
            shown[low:high], key[low:high] = pitchless(shown[low:high], rng), NONE
        found = {"frames": recoloured(shown, rng), "key": key, MASK: (key != IGNORED).astype(np.float32)}
        return {
            name: np.pad(rows, [(0, frames - len(rows))] + [(0, 0)] * (rows.ndim - 1)) for name, rows in found.items()
        }

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        """Cross-entropy over the 24 keys and none, in every step that has an answer."""
        logits = model.logits(batch["frames"]).transpose(1, 2)
        losses = functional.cross_entropy(
            logits, batch["key"].clamp(min=0), reduction="none", label_smoothing=SMOOTHING
        )
        return {"loss": (losses * batch[MASK]).sum() / batch[MASK].sum().clamp(min=1.0)}

    @torch.no_grad()
    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """MIREX's weighted score of the whole, where it has one key, and over time; the log loss decides.

        A few songs tell the others too coarsely to choose by.
        """
        whole, local, losses = [], [], []
        for one in examples:
            edges = step_edges(float(len(one["key"])))
            probable = model(torch.from_numpy(stretch_means(one["levels"], edges))[None])[0].numpy()
            true, found = keys_of(one), decode(probable, edges)
            local.append(measures.local_key(true, found)["Weighted Score over time"])
            if len(true) == 1:
                whole.append(measures.key(replace(true, overall=true.label[0]), found)["Weighted Score"])
            key = _at(one["key"], edges)
            asked = np.flatnonzero(key != IGNORED)
            losses.append(-float(np.mean(np.log(np.maximum(probable[asked, key[asked]], 1e-6)))))
        scores, loss = [float(np.mean(rows)) for rows in (whole, local) if rows], float(np.mean(losses))
        figures = dict(zip(("weighted score", "weighted score over time"), scores, strict=False))
        return {**figures, "log loss": loss, "score": -loss}

    def example_input(self, size: Size) -> torch.Tensor:
        """The steps of a made-up song."""
        one = self.examples("valid", size, debug=True)[0]
        return torch.from_numpy(stretch_means(one["levels"], step_edges(float(len(one["key"])))))[None]


def number_of(label: str) -> int:
    """A key's index into `key_fit.NAMES`; NONE for `N`."""
    if label == "N":
        return NONE
    tonic, _, mode = label.partition(" ")
    return pitch_class(tonic) + (12 if mode == "minor" else 0)


def keys_of(example: Example) -> Keys:
    """The true keys, by the second."""
    names = [(*NAMES, "N")[key] if key != IGNORED else "N" for key in example["key"]]
    start, end, label = segments_from_boundaries(np.arange(len(names) + 1.0), names)
    kept = [at for at, name in enumerate(label) if name != "N"]
    return Keys(start[kept], end[kept], tuple(label[at] for at in kept))


def _at(key: npt.NDArray[Any], edges: npt.NDArray[np.floating]) -> npt.NDArray[np.int64]:
    """The key in the middle of each step, of keys by the second."""
    middle = ((edges[:-1] + edges[1:]) / 2).astype(int)
    return np.asarray(key[np.minimum(middle, len(key) - 1)])


def _turned(key: npt.NDArray[np.int64], semitones: int) -> npt.NDArray[np.int64]:
    """Keys by number, transposed; what is no key stays as it is."""
    return np.where((key >= 0) & (key < NONE), key - key % 12 + (key + semitones) % 12, key)


def _columns(piece: Piece, levels: Levels) -> Example:
    keys = piece.get(Keys)
    assert keys is not None
    middle = np.arange(int(np.ceil(piece.duration))) + 0.5
    at = np.clip(np.searchsorted(keys.start, middle, side="right") - 1, 0, None)
    numbers = np.array([number_of(label) for label in keys.label])
    inside = (middle >= keys.start[at]) & (middle < keys.end[at])
    return {"levels": levels, "key": np.where(inside, numbers[at], IGNORED)}


def _debug_example(seed: int) -> Example:
    """Forty seconds of triads of one major or minor key, tonic first."""
    rng = np.random.default_rng(seed)
    tonic, mode = int(rng.integers(12)), int(rng.integers(2))
    degrees = ((0, 4, 7), (5, 9, 12), (7, 11, 14)) if mode == 0 else ((0, 3, 7), (5, 8, 12), (7, 11, 14))
    picked = [0, *rng.integers(0, 3, size=39)]
    chords = [tuple(48 + tonic + step for step in degrees[one]) for one in picked]
    levels = made_up(rng, chords, round(2 * SLOW_RATE))[::2]  # a second is no whole number of rows
    label = NAMES[tonic + 12 * mode]
    keys = Keys(np.zeros(1), np.array([40.0]), (label,), overall=label)
    return _columns(Piece("made up", 40.0).with_(keys), levels)
