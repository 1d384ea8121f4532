"""How All-In-One is trained: on synthesised songs and pieces whose beats, bars and sections are known.

Beats and downbeats: cross-entropy that forgives a shift of a few frames (Foscarin, Schlüter and Widmer: Beat This!
Accurate Beat Tracking Without DBN Postprocessing, ISMIR 2024). Boundaries: cross-entropy on a grid of 0.4 seconds with
widened targets. Letters are arbitrary names, so what is learned is whether two moments of a song have the same one:
cross-entropy over pairs, on the cosine of their embeddings.

The size `mix` gives every channel the mixture and is otherwise trained as `small` is: the ablation of the idea.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import mir_eval
import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from descant.analysis.all_in_one import BESIDE, HABITS, boundaries_said, decode_beats
from descant.analysis.all_in_one_model import GRID, AllInOne
from descant.analysis.bar_pointer import StateSpace, state_space
from descant.evaluation.measures import over_classes
from descant.features import FRAME_RATE
from descant.features.harmonic_percussive import BANDS, CHANNELS, HarmonicPercussive
from descant.training.corpora.classical import Classical
from descant.training.corpora.plain import Plain
from descant.training.corpora.songs import Songs
from descant.training.corpora.store import Corpus, items
from descant.training.corpora.varied import Varied
from descant.training.recipe import Batch, Example, Recipe, Size
from descant.types import Beats, Piece, Sections

TOLERANCE = 2  # frames that a beat may be off
BEAT_WEIGHT, DOWNBEAT_WEIGHT, BOUNDARY_WEIGHT = 6.0, 12.0, 4.0  # of frames with a beat over those without
SHARES = {"beat": 1.0, "downbeat": 1.0, "boundary": 1.5, "letters": 0.5}  # of the parts in the loss
EVERY = 2  # of the form's steps are compared with each other
SCALE, MIDDLE = 10.0, 0.5  # two moments are as likely as not of one letter at a cosine of MIDDLE
LOUDEST = 1000.0  # the compression's gain, as HarmonicPercussive has it

CORPORA: tuple[tuple[Corpus, float, float], ...] = (  # and their shares of training and validation items
    (Songs(), 0.4, 0.25),
    (Plain(), 0.13, 0.0),
    (Varied(Plain()), 0.26, 0.5),
    (Classical(), 0.105, 0.0),
    (Varied(Classical()), 0.105, 0.25),
)


class AllInOneRecipe(Recipe):
    """The recipe."""

    name: ClassVar[str] = "all_in_one"
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size(
            {"dim": 8, "heads": 2, "blocks": 2, "form_dim": 8, "form_blocks": 1, "letters": 4},
            steps=12,
            batch=2,
            frames=200,
            check_every=6,
            learning_rate=5e-3,
        ),
        "small": Size({}, 650, 32, 14_000, 3, 1600, 3e-3, 2000),
        "mix": Size({"channels": False}, 650, 32, 14_000, 3, 1600, 3e-3, 2000),
        "base": Size({"dim": 32, "form_dim": 96}, 2000, 16, 20_000, 8, 6000, 2e-3, 500),
    }
    system: ClassVar[str] = "All-In-One"
    source: ClassVar[str] = "harmonic and percussive bands, float32 (frames, 176), 50 frames a second"
    target: ClassVar[str] = "logits beat, downbeat, boundary (frames,); embedding form (frames, 16)"
    paper: ClassVar[str] = (
        "Kim and Nam: All-In-One Metrical and Functional Structure Analysis with Neighborhood Attentions on Demixed "
        "Audio, WASPAA 2023"
    )
    data: ClassVar[tuple[str, ...]] = (
        "POP909 (MIT) with phrase labels (MIT), arranged and synthesised",
        "Groove MIDI Dataset (CC BY 4.0), synthesised",
        "When in Rome (CC BY-SA 4.0, without analyses under NC licences), synthesised",
        "on FluidR3 and MuseScore General (MIT), Sonivox (Apache-2.0) and random instruments made of partials",
    )
    context: ClassVar[int] = 2640  # the reach, rounded up to a multiple of 4 * GRID
    chunk: ClassVar[int] = 9000
    outputs: ClassVar[tuple[str, ...]] = ("beat", "downbeat", "boundary", "form")

    def build(self, size: Size) -> AllInOne:
        """The model with new weights."""
        return AllInOne(**size.model)

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:
        """Whole songs: `frames`, and for each frame whether it is a beat, a downbeat, a boundary; its letter, from 1.

        `barred` and `formed` say of each frame whether its song's downbeats and sections are known.
        """
        if debug:
            return [_made_up(np.random.default_rng([at, split == "valid"])) for at in range(size.examples)]
        count = size.examples if split == "train" else size.validation
        return [
            labelled(item.frames(HarmonicPercussive()), item.piece())
            for corpus, train, valid in CORPORA
            for item in items(corpus, split, round(count * (train if split == "train" else valid)))
        ]

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
        """A random stretch, louder or softer, its channels and its ends of the spectrum out of balance."""
        found = super().excerpt(example, frames, rng)
        found["frames"] = recoloured(found["frames"], rng)
        return found

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        """The parts of the loss."""
        beat, downbeat, boundary, form = model(batch["frames"])
        real = batch["mask"]
        parts = {
            "beat": shift_tolerant(beat, batch["beat"], real, BEAT_WEIGHT),
            "downbeat": shift_tolerant(downbeat, batch["downbeat"], real * batch["barred"], DOWNBEAT_WEIGHT),
            "boundary": widened(boundary, batch["boundary"], real * batch["formed"]),
            "letters": same_letter(form, batch["letter"]),
        }
        parts["loss"] = torch.stack([SHARES[name] * part for name, part in parts.items()]).sum()
        return parts

    @torch.no_grad()
    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """F-measures of beats and downbeats by the bar pointer; how well boundaries and letters are told."""
        space = state_space(40.0, 240.0, HABITS)
        rows = []
        for example in examples:
            frames = torch.from_numpy(np.asarray(example["frames"], dtype=np.float32))[None]
            rows.append(figures(example, [one[0].numpy() for one in model(frames)], space))
        means = {name: float(np.nanmean([row[name] for row in rows])) for name in rows[0]}
        weights = {"beat": 1.0, "downbeat": 1.0, "boundary": 0.3, "letters": 0.3}
        good = {name: weight for name, weight in weights.items() if np.isfinite(means[name])}
        total = sum(means[name] * weight for name, weight in good.items()) / sum(good.values())
        return {**{name: value for name, value in means.items() if np.isfinite(value)}, "score": total}


def labelled(frames: npt.NDArray[np.float16], piece: Piece) -> Example:
    """The frames of a song and what is true of each."""
    count = len(frames)
    beats, sections = piece.get(Beats), piece.get(Sections)
    assert beats is not None
    found: dict[str, npt.NDArray[Any]] = {"frames": frames}
    found["beat"] = _marked(beats.time, count)
    found["downbeat"] = _marked(beats.downbeats, count)
    found["barred"] = np.full(count, float(len(beats.downbeats) > 1), dtype=np.float32)
    found["boundary"] = np.zeros(count, dtype=np.float32)
    found["formed"] = np.zeros(count, dtype=np.float32)
    found["letter"] = np.zeros(count, dtype=np.int64)
    if sections is not None and len(sections):
        found["boundary"] = _marked(sections.start, count)
        found["formed"] += 1.0
        names = list(dict.fromkeys(sections.label))
        for start, end, label in zip(sections.start, sections.end, sections.label, strict=True):
            found["letter"][round(start * FRAME_RATE) : round(end * FRAME_RATE)] = 1 + names.index(label)
    return found


def recoloured(frames: npt.NDArray[np.float32], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Other levels: of everything, of each channel, of treble over bass, of single bands."""
    bands = np.linspace(-1.0, 1.0, BANDS)
    db = np.full((CHANNELS, BANDS), rng.uniform(-18.0, 6.0))
    db += rng.uniform(-4.0, 4.0, (CHANNELS, 1)) + rng.uniform(-6.0, 6.0) * bands
    middle, width = rng.uniform(-1.0, 1.0), rng.uniform(0.1, 0.4)
    db += rng.uniform(-8.0, 6.0) * np.exp(-0.5 * ((bands - middle) / width) ** 2)
    gain = (10.0 ** (db / 20.0)).reshape(-1).astype(np.float32)
    magnitude = np.expm1(frames) * gain
    if rng.random() < 0.4:  # a noise floor
        magnitude += LOUDEST * np.float32(10.0 ** rng.uniform(-4.5, -2.8)) * rng.random(frames.shape, dtype=np.float32)
    return np.log1p(magnitude)


def shift_tolerant(logit: torch.Tensor, target: torch.Tensor, real: torch.Tensor, weight: float) -> torch.Tensor:
    """Cross-entropy (B, n) in which a peak counts for a target within TOLERANCE frames of it.

    What lies beside a target, where its peak may be, is not looked at.
    """
    highest = functional.max_pool1d(logit, 2 * TOLERANCE + 1, 1, TOLERANCE)
    beside = functional.max_pool1d(target, 4 * TOLERANCE + 1, 1, 2 * TOLERANCE)
    losses = weight * target * functional.softplus(-highest) + (1 - beside) * functional.softplus(highest)
    return (losses * real).sum() / real.sum().clamp(min=1.0)


def widened(logit: torch.Tensor, target: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of boundaries on the form's grid; the steps beside a boundary are half of one."""
    at = functional.max_pool1d(target, GRID, GRID)
    soft = torch.maximum(at, 0.5 * functional.max_pool1d(at, 3, 1, 1))
    losses = functional.binary_cross_entropy_with_logits(
        logit[:, ::GRID][:, : at.shape[1]], soft, reduction="none", pos_weight=logit.new_tensor(BOUNDARY_WEIGHT)
    )
    known = real[:, ::GRID][:, : at.shape[1]]
    return (losses * known).sum() / known.sum().clamp(min=1.0)


def same_letter(form: torch.Tensor, letter: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of "the same letter" over all pairs of moments of an excerpt; both answers count as much."""
    moments, names = form[:, :: GRID * EVERY], letter[:, :: GRID * EVERY]
    logit = SCALE * (moments @ moments.transpose(1, 2) - MIDDLE)  # (B, m, m)
    known = (names[:, :, None] > 0) & (names[:, None] > 0)
    same = (names[:, :, None] == names[:, None]) & known
    other = known & ~same
    alike = (functional.softplus(-logit) * same).sum() / same.sum().clamp(min=1)
    unlike = (functional.softplus(logit) * other).sum() / other.sum().clamp(min=1)
    return 0.5 * (alike + unlike)


def figures(example: Example, outputs: Sequence[npt.NDArray[np.float32]], space: StateSpace) -> dict[str, float]:
    """How good the logits of a song are; nan for what is not known of it.

    beat, downbeat: F-measures. boundary: the average precision at true downbeats. letters: the share of pairs of
    moments whose embeddings are rightly alike or not, the mean of both kinds.
    """
    truth, down = (np.flatnonzero(example[name]) / FRAME_RATE for name in ("beat", "downbeat"))
    beats = decode_beats(outputs[0], outputs[1], space)
    row = {
        "beat": _f_measure(truth, beats.time),
        "downbeat": _f_measure(down, beats.downbeats) if example["barred"][0] else np.nan,
        "boundary": np.nan,
        "letters": np.nan,
    }
    if example["formed"][0]:
        edges = np.flatnonzero(example["boundary"]) / FRAME_RATE
        true = np.abs(down[:, None] - edges).min(axis=1, initial=np.inf) < BESIDE
        precision = over_classes("average precision", true[:, None], boundaries_said(outputs[2], down)[:, None])
        row["boundary"] = np.nan if precision is None else precision
        moments, names = outputs[3][:: GRID * EVERY], example["letter"][:: GRID * EVERY]
        alike, same = moments @ moments.T > MIDDLE, names[:, None] == names
        known = (names[:, None] > 0) & (names > 0)
        row["letters"] = float(np.mean([alike[known & same].mean(), 1 - alike[known & ~same].mean()]))
    return row


def _f_measure(truth: npt.NDArray[np.floating], found: npt.NDArray[np.floating]) -> float:
    return float(mir_eval.beat.f_measure(truth, found)) if len(found) else 0.0


def _marked(seconds: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.float32]:
    """1 on the frames of these times, (count,)."""
    marks = np.zeros(count, dtype=np.float32)
    at = np.round(seconds * FRAME_RATE).astype(int)
    marks[at[(at >= 0) & (at < count)]] = 1.0
    return marks


def _made_up(rng: np.random.Generator) -> Example:
    """Strokes every half second in the percussive bands, a low tone at each bar, two sections by turns."""
    count, beat = 400, 25
    number = np.arange(count)
    sections = Sections(np.array([0.0, 4.0]), np.array([4.0, 8.0]), ("A", "B"))
    beats = Beats(number[::beat] / FRAME_RATE, number[: count // beat] % 4 + 1)
    frames = rng.uniform(0.0, 0.3, (count, CHANNELS * BANDS))
    frames[::beat, BANDS:] += 3.0
    frames[:: 4 * beat, :10] += 3.0
    frames[200:, 40:60] += 2.0
    piece = Piece("made up", count / FRAME_RATE).with_(beats).with_(sections)
    return labelled(frames.astype(np.float16), piece)
