"""Chords of a large vocabulary: songs with known chords and beats, in all transpositions, on imperfect beats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from descant.analysis.beat_steps import beat_steps
from descant.analysis.structured_chords import decode, heard
from descant.analysis.structured_chords_model import StructuredChords
from descant.evaluation.measures import chord as measured
from descant.features.slow_vqt import SLOW_RATE
from descant.training.corpora.plain import Plain
from descant.training.corpora.songs import Songs
from descant.training.corpora.store import Item, items
from descant.training.harmony_examples import TRANSPOSITIONS, levels_of, made_up, pitchless, recoloured, transposed
from descant.training.recipe import MASK, Batch, Example, Recipe, Size
from descant.types import Beats, Chords, Piece
from descant.types.arrays import FloatArray
from descant.types.chord_vocabulary import NO_CHORD, NONE, QUALITIES, UNKNOWN, Chord, name, parse, tones
from descant.types.names import FLAT_NAMES

PLAIN_SHARE = 0.4  # of the training songs: as their MIDI files have them, without drums
OCTAVE_ERRORS = 0.25  # share of excerpts on beats at half or double the tempo
NO_BEATS = 0.1  # share of excerpts on an even grid, as where no beat was found
CHORDLESS = 0.1  # share of excerpts with a stretch of noise in them
OFFSET_SECONDS = 0.04  # a tracker's beats lie early or late by up to this
JITTER_SECONDS = 0.012
PITCH_WEIGHT = 0.5  # the pitch classes' loss beside the others'
SMOOTHING = 0.05  # of the tags: the truth was itself computed


class StructuredChordsRecipe(Recipe):
    """Trains `descant.analysis.structured_chords_model`."""

    name = "structured_chords"
    system = "Structured large-vocabulary chord recognition"
    source = "SlowVqt levels, two slices each half beat: frames float32 (1, steps, 2, 288)"
    target = "probabilities: root (1, steps, 13), pitch_classes (12), bass (13), tag (182)"
    paper = "McFee and Bello: Structured Training for Large-Vocabulary Chord Recognition, ISMIR 2017"
    data = ("POP909 (MIT), synthesised with FluidR3 and MuseScore General (MIT): as it is, and arranged for bands",)
    outputs = ("root", "pitch_classes", "bass", "tag")
    context = 64
    chunk_parity = 0.05  # the GRU remembers further than the context, a little
    chunk = 512
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size(
            model={"channels": 2, "features": 12, "hidden": 8, "layers": 1}, frames=24, steps=40, learning_rate=1e-2
        ),
        "small": Size(
            examples=430, validation=40, steps=2500, batch=12, frames=160, learning_rate=3e-3, check_every=250
        ),
        "base": Size(
            model={"channels": 32, "features": 192, "hidden": 160},
            examples=1400,
            validation=48,
            steps=12_000,
            batch=32,
            frames=256,
            learning_rate=2e-3,
            check_every=500,
        ),
    }

    def build(self, size: Size) -> torch.nn.Module:
        """The network."""
        return StructuredChords(**size.model)

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:
        """Songs: `levels` and the truth in columns; lengths differ from column to column."""
        if debug:
            return [_debug_example(seed + 10 * (split == "train")) for seed in range(4)]
        count = size.examples if split == "train" else size.validation
        plain = round(PLAIN_SHARE * count)
        return [example(one) for one in (*items(Plain(), split, plain), *items(Songs(), split, count - plain))]

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
        """A stretch of `frames` half beats, transposed and recoloured, on beats as a tracker might give them."""
        beats = tracked(Beats(example["beat_time"], example["beat_position"]), rng)
        edges = beat_steps(beats, float(example["duration"][0])).edges
        steps = len(edges) - 1
        start = int(rng.integers(0, max(1, steps - frames + 1)))
        edges = edges[start : start + frames + 1]
        semitones = int(rng.integers(TRANSPOSITIONS[0], TRANSPOSITIONS[1] + 1))
        shown = transposed(heard(example["levels"], edges), semitones)
        truth = targets(example, edges, semitones)
        if rng.random() < CHORDLESS:
            low, high = np.sort(rng.integers(0, len(shown) + 1, size=2))
            shown[low:high] = pitchless(shown[low:high], rng)
            for key, outside in _NO_CHORD.items():
                truth[key][low:high] = outside
        found = {"frames": recoloured(shown, rng), **truth, MASK: np.ones(len(shown), np.float32)}
        return {
            key: np.pad(rows, [(0, frames - len(rows))] + [(0, 0)] * (rows.ndim - 1)) for key, rows in found.items()
        }

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        """Root, pitch classes, bass and tag; of an unknown chord only the tag counts."""
        root, pitches, bass, tag = model.logits(batch["frames"])
        sounding, known = batch[MASK], batch[MASK] * (batch["tag"] != UNKNOWN)

        def mean(losses: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
            return (losses * weight).sum() / weight.sum().clamp(min=1.0)

        def told(logits: torch.Tensor, truth: torch.Tensor, smoothing: float = 0.0) -> torch.Tensor:
            return functional.cross_entropy(logits.transpose(1, 2), truth, reduction="none", label_smoothing=smoothing)

        notes = functional.binary_cross_entropy_with_logits(pitches, batch["pitch_classes"], reduction="none")
        parts = {
            "root": mean(told(root, batch["root"]), known),
            "pitch_classes": mean(notes.sum(-1), known),
            "bass": mean(told(bass, batch["bass"]), known),
            "tag": mean(told(tag, batch["tag"], SMOOTHING), sounding),
        }
        return {"loss": parts["root"] + PITCH_WEIGHT * parts["pitch_classes"] + parts["bass"] + parts["tag"], **parts}

    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """The time that is right by mir_eval, the beats being known; the mean of majmin and sevenths decides."""
        rows = [measured(chords_of(one), heard_in(model, one)) for one in examples]
        figures = {key: float(np.nanmean([row[key] for row in rows])) for key in rows[0]}
        return {**figures, "score": (figures["majmin"] + figures["sevenths"]) / 2}

    def example_input(self, size: Size) -> torch.Tensor:
        """The half beats of a made-up song."""
        one = self.examples("valid", size, debug=True)[0]
        return torch.from_numpy(heard(one["levels"], steps_of(one).edges))[None]


def example(item: Item) -> Example:
    """One song as arrays."""
    return _columns(item.piece(), levels_of(item))


def tracked(beats: Beats, rng: np.random.Generator) -> Beats:
    """The beats as a tracker might give them: shifted, uneven, at half or double the tempo, or not at all."""
    time = np.asarray(beats.time)
    chance = rng.random()
    if len(time) < 2 or chance < NO_BEATS:
        return Beats(np.zeros(0), np.zeros(0, np.int64))
    if chance < NO_BEATS + OCTAVE_ERRORS / 2:
        time = time[int(rng.integers(2)) :: 2]
    elif chance < NO_BEATS + OCTAVE_ERRORS:
        time = np.interp(np.arange(2 * len(time) - 1) / 2, np.arange(len(time)), time)
    time = time + rng.uniform(-OFFSET_SECONDS, OFFSET_SECONDS) + rng.normal(0.0, JITTER_SECONDS, len(time))
    time = np.unique(np.maximum(time, 0.0))
    return Beats(time, np.zeros(len(time), np.int64))


def targets(example: Example, edges: FloatArray, semitones: int) -> dict[str, npt.NDArray[Any]]:
    """The truth in the middle of each step, transposed: root, bass, tag and pitch classes."""
    middle = (edges[:-1] + edges[1:]) / 2
    at = np.clip(np.searchsorted(example["start"], middle, side="right") - 1, 0, None)
    inside = (middle >= example["start"][at]) & (middle < example["end"][at])
    columns = {
        key: np.where(inside, example[key][at], outside)
        for key, outside in (("root", NONE), ("quality", 0), ("bass", NONE), ("known", 1))
    }
    sounding = columns["root"] != NONE
    root, bass = (np.where(sounding, (columns[key] + semitones) % 12, NONE) for key in ("root", "bass"))
    tag = np.where(sounding, 12 * columns["quality"] + root, NO_CHORD)
    pitches = _TONES[columns["quality"], root]
    return {
        "root": root.astype(np.int64),
        "bass": bass.astype(np.int64),
        "tag": np.where(columns["known"] > 0, tag, UNKNOWN).astype(np.int64),
        "pitch_classes": pitches,
    }


@torch.no_grad()
def heard_in(model: torch.nn.Module, example: Example) -> Chords:
    """The chords that the model hears in a song whose beats are known."""
    steps = steps_of(example)
    frames = torch.from_numpy(heard(example["levels"], steps.edges))[None]
    found = model(frames)
    outputs = StructuredChordsRecipe.outputs
    return decode({key: rows[0].numpy() for key, rows in zip(outputs, found, strict=True)}, steps)


def steps_of(example: Example) -> Any:
    """A song's half beats by its true beats."""
    return beat_steps(Beats(example["beat_time"], example["beat_position"]), float(example["duration"][0]))


def chords_of(example: Example) -> Chords:
    """A song's true chords."""
    labels = [
        name(Chord(int(root), int(quality), int(bass)), FLAT_NAMES) if known else "X"
        for root, quality, bass, known in zip(*(example[key] for key in _TRUTH), strict=True)
    ]
    return Chords(example["start"], example["end"], tuple(labels))


_TRUTH = ("root", "quality", "bass", "known")
_NO_CHORD = {"root": NONE, "bass": NONE, "tag": NO_CHORD, "pitch_classes": 0.0}
_TONES = np.stack([[tones(Chord(root, number, root)) for root in range(13)] for number in range(len(QUALITIES))])


def _columns(piece: Piece, levels: npt.NDArray[np.float16]) -> Example:
    beats, chords = piece.get(Beats), piece.get(Chords)
    assert beats is not None
    assert chords is not None
    parsed = [parse(label) for label in chords.label]
    truth = [(*(one or Chord(NONE, 0, NONE)), one is not None) for one in parsed]
    return {
        "levels": levels,
        "duration": np.array([piece.duration]),
        "beat_time": np.asarray(beats.time),
        "beat_position": np.asarray(beats.position),
        "start": np.asarray(chords.start),
        "end": np.asarray(chords.end),
        **{key: np.array([int(row[at]) for row in truth]) for at, key in enumerate(_TRUTH)},
    }


def _debug_example(seed: int) -> Example:
    """Twelve bars of major and minor triads over their roots, two beats each, at 120 beats a minute."""
    rng = np.random.default_rng(seed)
    picked = [Chord(root := int(rng.integers(12)), int(rng.integers(2)), root) for _ in range(24)]
    pitches = [(36 + one.root, *(60 + (one.root + step) % 12 for step in (0, 4 - one.quality, 7))) for one in picked]
    time = np.arange(25.0)
    chords = Chords(time[:-1], time[1:], tuple(name(one, FLAT_NAMES) for one in picked))
    beats = Beats(np.arange(48) / 2, np.arange(48) % 4 + 1)
    levels = made_up(rng, pitches, round(2 * SLOW_RATE))[::2]  # a second is no whole number of rows
    return _columns(Piece("made up", 24.0).with_(chords).with_(beats), levels)
