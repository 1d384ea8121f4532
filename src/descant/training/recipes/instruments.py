"""The training of `instruments`: the network sees frames, the loss sees what sounds somewhere in the clip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch

from descant.analysis.instruments import GENRES, LABELS, WINDOW, pooled_scores
from descant.analysis.instruments_model import CONTEXT, InstrumentsNet, pooled
from descant.evaluation.measures import over_classes
from descant.evaluation.pedal import pedal_extended
from descant.features import FRAME_RATE
from descant.features.log_mel import BANDS, LogMel
from descant.training.corpora.orchestras import GENRE, Orchestras
from descant.training.corpora.piano import Piano
from descant.training.corpora.store import Item, items
from descant.training.recipe import MASK, Batch, Example, Recipe, Size
from descant.training.recipes.drums import coloured
from descant.types import Notes
from descant.types.instruments import DRUMS, INSTRUMENTS, instrument_class

FRAMES, ACTIVE = "frames", "active"
CLIP, KNOWN = "clip", "known"  # (labels,): what holds in an excerpt, and of what that is known
PIANO_SHARE = 0.15  # of the items: a piano alone, in all textures
LEAST_FRAMES = 10  # that a tag must hold for in an excerpt to be its label
UNKNOWN = -1  # of a genre that nobody named
DRUM_SECONDS = 0.25  # that a stroke is heard


class InstrumentsRecipe(Recipe):
    name = "instruments"
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size(
            {"channels": (2, 2, 2), "width": 32, "dropout": 0.0},
            examples=24,
            validation=6,
            steps=60,
            batch=8,
            learning_rate=2e-2,
        ),
        "small": Size(
            {"channels": (16, 24, 40), "width": 112},
            examples=900,
            validation=46,
            steps=3000,
            batch=8,
            frames=400,
            learning_rate=2e-3,
            check_every=150,
        ),
        "base": Size(
            {"channels": (32, 64, 96), "width": 192},
            examples=5000,
            validation=100,
            steps=40_000,
            batch=32,
            frames=400,
            check_every=1000,
        ),
    }
    system = "Weakly supervised instrument and genre tagging with attention pooling"
    source = "LogMel frames, float32 (1, n, 229)"
    target = f"activity and attention of {len(LABELS)} tags, (1, n, {len(LABELS)}) each: {', '.join(LABELS)}"
    paper = "Kong, Xu, Wang and Plumbley: Audio Set Classification with Attention Model, ICASSP 2018"
    data = (
        "POP909 (Wang et al. 2020), training songs, MIT: parts on drawn instruments; the sound is synthesised",
        "JSB Chorales, training split, no licence stated, music in the public domain; the sound is synthesised",
        "Groove MIDI Dataset (Gillick et al. 2019), training split, CC BY 4.0: drums; the sound is synthesised",
        "When in Rome (Gotham et al. 2023), training split, CC BY-SA 4.0: piano; the sound is synthesised",
        "FluidR3 and MuseScore General SoundFonts, MIT",
    )
    context = CONTEXT
    outputs = ("activity", "attention")

    def build(self, size: Size) -> InstrumentsNet:
        return InstrumentsNet(len(LABELS), **size.model).to(memory_format=torch.channels_last)  # faster on a CPU

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:
        count = size.examples if split == "train" else size.validation
        if debug:
            rng = np.random.default_rng(split == "train")
            return [made_up(rng) for _ in range(count)]
        piano = round(PIANO_SHARE * count)
        return [example(one) for one in (*items(Orchestras(), split, count - piano), *items(Piano(), split, piano))]

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
        """A stretch of frames with the labels of the whole of it: when they hold is left out here."""
        found = super().excerpt(example, frames, rng)
        active = found.pop(ACTIVE)
        found[FRAMES] = coloured(found[FRAMES], rng)
        found[CLIP] = np.asarray((active > 0).sum(axis=0) >= LEAST_FRAMES, dtype=np.float32)
        found[KNOWN] = np.asarray((active >= 0).all(axis=0), dtype=np.float32)
        return found

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        """Cross entropy of the clips' answers."""
        activity, attention = model(batch[FRAMES])
        answer = pooled(activity, attention, batch[MASK]).float().clamp(1e-5, 1 - 1e-5)
        # Written out, since PyTorch refuses its own cross entropy of probabilities in mixed precision.
        each = -(batch[CLIP] * answer.log() + (1 - batch[CLIP]) * (1 - answer).log())
        return {"loss": (each * batch[KNOWN]).mean()}

    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """Mean average precision of clips, of instruments and genres; area under the curve of frames; `score`: mAP."""
        clip, frame, true_clip, true_frame, named = [], [], [], [], []
        for one in examples:
            frames = torch.from_numpy(np.asarray(one[FRAMES], dtype=np.float32))[None]
            heard = pooled_scores(*(output[0].numpy() for output in model(frames)))
            each = one[ACTIVE][:: round(FRAME_RATE / 10)][: len(heard.frame)]
            clip.append(heard.window.max(axis=0))
            frame.append(heard.frame)
            true_clip.append((one[ACTIVE] > 0).sum(axis=0) >= LEAST_FRAMES)
            true_frame.append(each > 0)
            named.append(bool((one[ACTIVE] >= 0).all()))
        count = len(INSTRUMENTS)
        clips, truth = np.stack(clip), np.stack(true_clip)
        frames, played = np.concatenate(frame)[:, :count], np.concatenate(true_frame)[:, :count]
        precision = over_classes("average precision", truth[:, :count], clips[:, :count])
        genre = over_classes("average precision", truth[named][:, count:], clips[named][:, count:])
        area = over_classes("area under the curve", played, frames)
        # Nothing can be ranked where every clip holds the same.
        return {"score": precision or 0.0, "genre_precision": genre or 0.0, "frame_area": area or 0.0}


def example(item: Item) -> Example:
    """What a model sees of an item and what holds when."""
    frames = item.frames(LogMel())
    piece = item.piece()
    notes = piece.get(Notes)
    assert notes is not None
    return {FRAMES: frames, ACTIVE: activity(notes, piece.tags.get(GENRE, ""), len(frames))}


def activity(notes: Notes, genre: str, frames: int) -> npt.NDArray[np.int8]:
    """Which tags hold, (frames, labels): 1 or 0; UNKNOWN throughout for genres where none is named."""
    active = np.zeros((frames, len(LABELS)), dtype=np.int8)
    notes = pedal_extended(notes)
    kinds = np.where(notes.drum, DRUMS, instrument_class(notes.program))
    ends = np.where(notes.drum, notes.onset + DRUM_SECONDS, notes.offset)
    for onset, end, kind in zip(notes.onset.tolist(), ends.tolist(), kinds.tolist(), strict=True):
        if kind >= 0:
            active[int(onset * FRAME_RATE) : int(np.ceil(end * FRAME_RATE)), kind] = 1
    if genre:
        active[:, len(INSTRUMENTS) + GENRES.index(genre)] = 1
    else:
        active[:, len(INSTRUMENTS) :] = UNKNOWN
    return active


def made_up(rng: np.random.Generator) -> Example:
    """Every tag is a band of its own that is loud while it holds."""
    frames = round(WINDOW * FRAME_RATE)
    active = np.zeros((frames, len(LABELS)), dtype=np.int8)
    seen = rng.uniform(0.0, 0.5, size=(frames, BANDS))
    width = BANDS // len(LABELS)
    for label in range(len(LABELS)):
        if rng.random() < 0.4:
            start = int(rng.integers(0, frames // 2))
            end = start + int(rng.integers(50, frames // 2))
            active[start:end, label] = 1
            seen[start:end, label * width : (label + 1) * width] += 3.0
    return {FRAMES: seen.astype(np.float16), ACTIVE: active}
