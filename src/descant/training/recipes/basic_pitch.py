"""Trains `basic_pitch` on synthesised clips of every instrument and of voices, and on whole songs for keyboards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from descant.evaluation import measures
from descant.evaluation.pedal import pedal_extended
from descant.features import FRAME_RATE
from descant.features.posteriors import GAIN, compressed
from descant.features.tuned_vqt import TunedFrames, TunedVqt
from descant.features.vqt import BINS, BINS_PER_SEMITONE, LOWEST_PITCH
from descant.io.files import write_beside
from descant.training.corpora.clips import Clips
from descant.training.corpora.plain import Plain
from descant.training.corpora.store import Item, items
from descant.training.recipe import MASK, Batch, Example, Recipe, Size
from descant.transcription.basic_pitch import Decoding, NoteFrames, key_levels, notes_of, stored
from descant.transcription.basic_pitch_model import CONTEXT, KEYS, BasicPitch
from descant.types import Notes, Piece, Tuning

Array = npt.NDArray[Any]

ONSET_WIDTH = 2.0  # frames: an onset's target falls linearly to nothing over this, so that it lies between frames
BLUR = 1.0  # bins: standard deviation of the contour's target around the true pitch
POSITIVE = {"contour": 2.0, "note": 1.0, "onset": 4.0}  # weight of what sounds: silence is far more frequent

# Augmentation of the spectrum.
GAIN_DB = (-24.0, 6.0)
TILT_DB = 8.0  # from the middle of the spectrum to either end
FURTHEST_SHIFT = 4  # semitones
NOISE_DB = (-90.0, -45.0)  # re full scale
NOISY = 0.3  # share of excerpts

SONGS = 8  # clips to a whole song
MOST_SCORED = 1500  # frames of an example


class BasicPitchRecipe(Recipe):
    name = "basic_pitch"
    sizes: ClassVar = {
        "debug": Size({"bins": 4, "keys": 8}, 2, 1, steps=20, batch=2, frames=80, learning_rate=5e-3, check_every=10),
        "small": Size({}, 320, 20, steps=1200, batch=8, frames=150, learning_rate=4e-3, check_every=100, patience=20),
        "base": Size(
            {"bins": 24, "keys": 48}, 6000, 48, steps=30000, batch=32, frames=200, learning_rate=3e-3, check_every=1000
        ),
    }
    system = "Basic Pitch"
    source = "TunedVqt, log(1 + 1000 * magnitude), (frames, 288)"
    target = "posteriors: contour (frames, 264), note (frames, 88), onset (frames, 88)"
    paper = (
        "Bittner, Bosch, Rubinstein, Meseguer-Brocal and Ewert: A Lightweight Instrument-Agnostic Model for Polyphonic "
        "Note Transcription and Multipitch Estimation, ICASSP 2022"
    )
    data = (
        "synthesised audio of POP909 (MIT), JSB Chorales (music in the public domain) and Groove drums (CC BY 4.0), on "
        "FluidR3 and MuseScore General (MIT) and by the singing synthesiser of this project",
    )
    context = CONTEXT
    outputs = ("contour", "note", "onset")

    def build(self, size: Size) -> torch.nn.Module:
        return BasicPitch(**size.model).to(memory_format=torch.channels_last)

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:
        count = size.examples if split == "train" else size.validation
        if debug:
            return [made_up(np.random.default_rng([split == "train", at])) for at in range(count)]
        clips = items(Clips(), split, count)
        songs = items(Plain(), split, count // SONGS)
        return [example(one) for one in (*clips, *songs)]

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, Array]:
        return augmented(super().excerpt(example, frames, rng), rng)

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        heard: Any = model.logits(batch["frames"])
        mask = batch[MASK][..., None]
        parts = {}
        for name, logits in zip(self.outputs, heard, strict=True):
            wanted = batch[name].float() / 255
            weight = mask * (1 + (POSITIVE[name] - 1) * wanted)
            parts[name] = 10 * binary_cross_entropy_with_logits(logits, wanted, weight)
        return {"loss": sum(parts.values(), start=torch.zeros(())), **parts}

    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """Note F1 without and with offsets, by the decoder that ships."""
        found: list[dict[str, float]] = []
        for one in examples:
            assert isinstance(one, Clip)
            frames = np.asarray(one["frames"], dtype=np.float32)[:MOST_SCORED]
            seconds = len(frames) / FRAME_RATE
            estimate = notes_of(posteriors(model, frames), seconds, Decoding())
            found.append(dict(measures.note(until(one.notes, seconds), estimate)))
        mean = {name: float(np.mean([one[name] for one in found])) for name in found[0]}
        return {**mean, "score": mean["F-measure_no_offset"] + 0.5 * mean["F-measure"]}


class Clip(dict[str, Array]):
    """An example that knows its notes."""

    def __init__(self, arrays: dict[str, Array], notes: Notes) -> None:
        super().__init__(arrays)
        self.notes = notes  # pitched ones, ending where their sound does


def example(item: Item) -> Clip:
    """The frames of an item and its targets."""
    frames, tuning = heard(item)
    piece = item.piece()
    notes = true_notes(piece)
    own = piece.get(Tuning)
    away = 0.0 if own is None else own.cents - tuning
    return Clip({"frames": frames, **targets(notes, len(frames), away)}, notes)


def heard(item: Item) -> tuple[Array, float]:
    """What the model sees of an item, float16 (frames, 288), and the tuning in cents that it was tuned to; kept."""
    path = item.stem.with_suffix(".tuned.npz")
    if not path.is_file():
        stream = TunedVqt().start()
        parts: list[TunedFrames] = [stream.push(item.samples()), stream.finish()]
        frames = np.concatenate([compressed(one.magnitudes) for one in parts]).astype(np.float16)
        with write_beside(path) as temporary, temporary.open("wb") as file:
            np.savez(file, frames=frames, tuning=parts[-1].tuning_cents)
    with np.load(path) as stored_file:
        return stored_file["frames"], float(stored_file["tuning"])


def true_notes(piece: Piece) -> Notes:
    """The pitched notes on the piano's keys, each ending where its sound does."""
    notes = pedal_extended(piece.get(Notes) or Notes(np.zeros(0), np.zeros(0), np.zeros(0, int), np.zeros(0, int)))
    kept = ~notes.drum & (notes.pitch >= LOWEST_PITCH) & (notes.pitch < LOWEST_PITCH + KEYS)
    assert notes.part is not None
    return Notes(
        notes.onset[kept], notes.offset[kept], notes.pitch[kept], notes.velocity[kept], notes.part[kept], notes.parts,
        bends=notes.bends,
    )  # fmt: skip


def until(notes: Notes, seconds: float) -> Notes:
    """The notes of the first `seconds`."""
    kept = notes.onset < seconds
    return Notes(notes.onset[kept], np.minimum(notes.offset[kept], seconds), notes.pitch[kept], notes.velocity[kept])


def targets(notes: Notes, frames: int, cents: float = 0.0) -> dict[str, Array]:
    """`contour` (frames, 264), `note` and `onset` (frames, 88) in 255ths.

    cents: how much sharper the notes sound than the tuning of the frames. A part's bends move its notes' contour.
    """
    contour = np.zeros((frames, KEYS * BINS_PER_SEMITONE), dtype=np.uint8)
    note, onset = np.zeros((frames, KEYS), dtype=np.uint8), np.zeros((frames, KEYS), dtype=np.uint8)
    bent = _bends_by_part(notes)
    assert notes.part is not None
    for start, end, pitch, part in zip(notes.onset, notes.offset, notes.pitch, notes.part, strict=True):
        key = pitch - LOWEST_PITCH
        first, last = round(start * FRAME_RATE), max(round(end * FRAME_RATE), round(start * FRAME_RATE) + 2)
        near = np.arange(max(first - 2, 0), min(first + 3, frames))
        rise = np.maximum(1 - np.abs(near - start * FRAME_RATE) / ONSET_WIDTH, 0.0)
        onset[near, key] = np.maximum(onset[near, key], np.round(255 * rise))
        at = np.arange(first, min(last, frames))
        note[at, key] = 255
        time, semitones = bent[part]
        bend = semitones[np.searchsorted(time, at / FRAME_RATE, side="right") - 1]
        centre = 1 + BINS_PER_SEMITONE * (key + bend + cents / 100)
        bins = np.round(centre).astype(int)[:, np.newaxis] + np.arange(-3, 4)
        blur = np.round(255 * np.exp(-0.5 * np.square((bins - centre[:, np.newaxis]) / BLUR))).astype(np.uint8)
        row, inside = np.broadcast_to(at[:, np.newaxis], bins.shape), (bins >= 0) & (bins < contour.shape[1])
        row, bins, blur = row[inside], bins[inside], blur[inside]
        contour[row, bins] = np.maximum(contour[row, bins], blur)
    return {"contour": contour, "note": note, "onset": onset}


def _bends_by_part(notes: Notes) -> list[tuple[Array, Array]]:
    """(seconds, semitones) of each part's bends, from the beginning on."""
    found = []
    for part in range(len(notes.parts)):
        mine = [one for one in notes.bends if one.part == part]
        time = np.array([-np.inf, *(one.time for one in mine)])
        found.append((time, np.array([0.0, *(one.semitones for one in mine)])))
    return found


def augmented(excerpt: dict[str, Array], rng: np.random.Generator) -> dict[str, Array]:
    """The same music louder or softer, brighter or duller, noisier, and transposed with all its labels."""
    magnitude = np.expm1(excerpt["frames"]) / GAIN
    tilt = rng.uniform(-TILT_DB, TILT_DB) * np.linspace(-1, 1, magnitude.shape[1])
    magnitude = magnitude * 10 ** ((rng.uniform(*GAIN_DB) + tilt) / 20)
    if rng.random() < NOISY:
        noise = 10 ** (rng.uniform(*NOISE_DB) / 20) * rng.rayleigh(size=magnitude.shape)
        magnitude = np.hypot(magnitude, noise * 10 ** (rng.uniform(-1, 1) * np.linspace(-0.5, 0.5, BINS)))
    by = int(rng.integers(-FURTHEST_SHIFT, FURTHEST_SHIFT + 1))
    moved = {"frames": _moved(compressed(magnitude.astype(np.float32)), by * BINS_PER_SEMITONE)}
    moved["contour"] = _moved(excerpt["contour"], by * BINS_PER_SEMITONE)
    return {**excerpt, **moved, "note": _moved(excerpt["note"], by), "onset": _moved(excerpt["onset"], by)}


def _moved(rows: Array, by: int) -> Array:
    """Columns moved up by `by`, zeros where nothing comes from."""
    width = rows.shape[1]
    return np.pad(rows, ((0, 0), (max(by, 0), max(-by, 0))))[:, max(-by, 0) : max(-by, 0) + width]


@torch.no_grad()
def posteriors(model: torch.nn.Module, frames: Array) -> NoteFrames:
    """What inference would keep of these compressed frames."""
    contour, note, onset = (one[0].numpy() for one in model(torch.from_numpy(frames)[np.newaxis]))
    kept = stored(contour, note, onset)
    return NoteFrames(**kept, level=key_levels((np.expm1(frames) / GAIN).astype(np.float32)))


def made_up(rng: np.random.Generator) -> Clip:
    """Tones of six partials as humps on the spectrum's rows."""
    count, frames = 12, 200
    onset = np.sort(rng.uniform(0.0, 3.4, count))
    offset = onset + rng.uniform(0.2, 0.6, count)
    notes = Notes(onset, offset, rng.integers(40, 80, count), np.full(count, 80))
    magnitude = np.full((frames, BINS), 1e-4) * rng.rayleigh(size=(frames, BINS))
    row = np.arange(BINS)
    for start, end, pitch in zip(notes.onset, notes.offset, notes.pitch, strict=True):
        for partial in range(1, 7):
            centre = 1 + BINS_PER_SEMITONE * (pitch - LOWEST_PITCH + 12 * np.log2(partial))
            hump = 0.1 / partial * np.exp(-0.5 * np.square((row - centre) / 1.2))
            magnitude[round(start * FRAME_RATE) : round(end * FRAME_RATE)] += hump
    seen = compressed(magnitude.astype(np.float32)).astype(np.float16)
    return Clip({"frames": seen, **targets(notes, frames)}, notes)
