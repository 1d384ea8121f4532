"""The training of `drums`: onsets as triangles, each stroke weighed by how well it is heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch

from descant.features import FRAME_RATE
from descant.features.log_mel import BANDS, GAIN, LogMel
from descant.training.corpora.drums import Drums
from descant.training.corpora.store import Item, items
from descant.training.recipe import MASK, Batch, Example, Recipe, Size
from descant.transcription.drums import peaks
from descant.transcription.drums_model import CONTEXT, DrumsNet
from descant.types import Notes
from descant.types.drums import DRUM_CLASSES, drum_class

FRAMES, ONSET, VELOCITY, WEIGHT = "frames", "onset", "velocity", "weight"
HALF_WIDTH = 1.5  # frames, of the triangle around a stroke
AROUND = 2  # frames on either side of a stroke that count as little as it is heard
HEARD = 0.2  # confidence of the strokes that validation asks for
STRUCK_WEIGHT = 3.0  # how much more frames with a stroke count
VELOCITY_WEIGHT = 0.3  # of its loss
CANDIDATES = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)  # thresholds that validation tries

Array = npt.NDArray[np.float32]


class DrumsRecipe(Recipe):
    name = "drums"
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size({"channels": (2, 2, 2), "width": 8, "dropout": 0.0}, steps=30, learning_rate=1e-2),
        "small": Size(
            {"channels": (16, 24, 40), "width": 112},
            examples=280,
            validation=26,
            steps=1200,
            batch=8,
            frames=256,
            learning_rate=2e-3,
            check_every=100,
        ),
        "base": Size(
            {"channels": (32, 64, 96), "width": 192},
            examples=6000,
            validation=100,
            steps=40_000,
            batch=32,
            frames=400,
            learning_rate=1e-3,
            check_every=1000,
        ),
    }
    system = "Drum transcription by a convolutional network with dilated convolutions in time"
    source = "LogMel frames, float32 (1, n, 229)"
    target = "onset and velocity of kick, snare, hi-hat, toms and cymbals, (1, n, 5) each, 0 to 1"
    paper = "Vogl, Widmer and Knees: Towards Multi-Instrument Drum Transcription, DAFx 2018"
    data = (
        "Groove MIDI Dataset (Gillick et al. 2019), training split, CC BY 4.0: performances; the sound is synthesised",
        "POP909 (Wang et al. 2020), training songs, MIT: accompaniment; the sound is synthesised",
        "FluidR3 and MuseScore General SoundFonts, MIT",
        "a drum machine of our own, random sounds",
    )
    context = CONTEXT
    outputs = (ONSET, VELOCITY)

    def build(self, size: Size) -> DrumsNet:
        return DrumsNet(**size.model).to(memory_format=torch.channels_last)  # faster on a CPU

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:
        if debug:
            rng = np.random.default_rng(split == "train")
            return [made_up(rng) for _ in range(size.examples if split == "train" else size.validation)]
        found = items(Drums(), split, size.examples if split == "train" else size.validation)
        return [example(item) for item in found]

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
        found = super().excerpt(example, frames, rng)
        found[FRAMES] = coloured(found[FRAMES], rng)
        return found

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        """Cross entropy of strokes and of velocities, the latter where there is a stroke."""
        assert isinstance(model, DrumsNet)
        onset, velocity = model.logits(batch[FRAMES])
        true = batch[ONSET]
        weight = batch[WEIGHT] * batch[MASK][..., None]
        entropy = torch.nn.functional.binary_cross_entropy_with_logits
        struck = entropy(onset, true, weight * (1 + STRUCK_WEIGHT * true))
        near = weight * (true > 0.3)
        loud = entropy(velocity, batch[VELOCITY], near, reduction="sum") / near.sum().clamp(min=1.0)
        return {"loss": struck * len(DRUM_CLASSES) + VELOCITY_WEIGHT * loud, "onset": struck, "velocity": loud}

    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """The onset F1 of each class at its best threshold, and that threshold; `score` is the mean F1."""
        found = [model(torch.from_numpy(np.asarray(one[FRAMES], dtype=np.float32))[None])[0][0] for one in examples]
        figures: dict[str, float] = {}
        for kind, name in enumerate(DRUM_CLASSES):
            true = [strokes_of(one, kind) for one in examples]
            heights = [one[:, kind].numpy().astype(np.float64) for one in found]
            by_threshold = {
                threshold: pooled_f1(true, [peaks(one, threshold)[0] for one in heights]) for threshold in CANDIDATES
            }
            best = max(by_threshold, key=lambda threshold: by_threshold[threshold])
            figures |= {name: by_threshold[best], f"{name}_threshold": best}
        return {**figures, "score": float(np.mean([figures[name] for name in DRUM_CLASSES]))}


def example(item: Item) -> Example:
    """What a model sees of an item and what it should say."""
    frames = item.frames(LogMel())
    notes = item.piece().get(Notes)
    assert notes is not None
    return {FRAMES: frames, **targets(notes, len(frames))}


def targets(notes: Notes, frames: int) -> dict[str, Array]:
    """Triangles around strokes, their velocities, and the weights of the frames: (frames, classes) each."""
    onset, velocity, weight = (np.zeros((frames, len(DRUM_CLASSES)), dtype=np.float32) for _ in range(3))
    weight += 1.0
    assert notes.confidence is not None
    kinds = drum_class(notes.pitch)
    # The best heard come last, so that where strokes are near each other their weights stand.
    for at in np.argsort(notes.confidence):
        kind, place = int(kinds[at]), float(notes.onset[at]) * FRAME_RATE
        if kind < 0:
            continue
        near = np.arange(max(0, round(place) - AROUND), min(frames, round(place) + AROUND + 1))
        height = np.maximum(1.0 - np.abs(near - place) / HALF_WIDTH, 0.0)
        higher = height > onset[near, kind]
        velocity[near[higher], kind] = notes.velocity[at] / 127
        onset[near, kind] = np.maximum(onset[near, kind], height)
        weight[near, kind] = notes.confidence[at]
    return {ONSET: onset, VELOCITY: velocity, WEIGHT: weight}


def strokes_of(example: Example, kind: int) -> npt.NDArray[np.float64]:
    """The times in seconds of the strokes of a class that are heard, from an example's triangles."""
    onset = np.where(example[WEIGHT][:, kind] > HEARD, example[ONSET][:, kind], 0.0)
    return peaks(onset.astype(np.float64), 0.5)[0]


def pooled_f1(true: Sequence[npt.NDArray[np.float64]], heard: Sequence[npt.NDArray[np.float64]]) -> float:
    """The onset F1 within 50 ms of all recordings together; 1 where nothing sounds and nothing is heard."""
    from mir_eval.util import match_events

    hits = sum(len(match_events(one, other, 0.05)) for one, other in zip(true, heard, strict=True))
    total = sum(map(len, true)) + sum(map(len, heard))
    return 2 * hits / total if total else 1.0


def coloured(frames: Array, rng: np.random.Generator) -> Array:
    """Log-mel frames as another recording of the same would have them: level, tilt, a resonance, a floor of noise."""
    magnitude = np.expm1(frames) / GAIN
    band = np.linspace(-1.0, 1.0, frames.shape[1])
    curve_db = rng.uniform(-14.0, 10.0) + rng.normal(0.0, 4.0) * band
    for _ in range(2):
        curve_db = curve_db + rng.normal(0.0, 4.0) * np.exp(
            -0.5 * np.square((band - rng.uniform(-1, 1)) / rng.uniform(0.05, 0.4))
        )
    magnitude = magnitude * 10 ** (curve_db / 20)
    if rng.random() < 0.3:
        floor = 10 ** (rng.uniform(-90, -50) / 20) * rng.rayleigh(size=frames.shape)
        magnitude = np.sqrt(np.square(magnitude) + np.square(floor))
    if rng.random() < 0.15:
        magnitude[:, int(rng.uniform(0.55, 0.95) * frames.shape[1]) :] *= 0.02  # what a lossy codec cuts away
    return np.log1p(GAIN * magnitude).astype(np.float32)


def made_up(rng: np.random.Generator) -> Example:
    """Noise that falls away after each stroke, in the bands of its class."""
    frames = 150
    onset = np.sort(rng.uniform(0.1, 2.8, size=12))
    kinds = rng.integers(len(DRUM_CLASSES), size=12)
    keys = np.array([36, 38, 42, 47, 49])[kinds]
    notes = Notes(onset, onset + 0.05, keys, rng.integers(40, 120, size=12))
    seen = rng.uniform(0.0, 0.3, size=(frames, BANDS))
    width = BANDS // len(DRUM_CLASSES)
    for time, kind in zip(onset, kinds, strict=True):
        later = np.arange(frames) - time * FRAME_RATE
        seen[:, kind * width : (kind + 1) * width] += 4.0 * np.exp(-later / 4)[:, None] * (later > -1)[:, None]
    return {FRAMES: seen.astype(np.float16), **targets(notes, frames)}
