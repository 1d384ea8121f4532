"""The training of GETMusic on songs: any tracks from any others, each covered by a noise level of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from descant.composition.absorbing_state import COVERED, masks
from descant.composition.frames_before import NO_KEY
from descant.composition.get_score import CHORD, DURATION, PITCH
from descant.composition.getmusic import SONGS, TOGETHER, GetMusic
from descant.composition.getmusic_model import GetMusic as Network
from descant.composition.track_rows import PITCHES, semitones_to_c
from descant.datasets import track_grids
from descant.training.kept import Rows, kept
from descant.training.recipe import MASK, Batch, Example, Recipe, Size
from descant.types.arrays import BoolArray, FloatArray, IntArray

VERSION = 2  # of the grids: another number makes them again
# How often, in an excerpt
GIVEN, WANTED = 0.45, 0.4  # a track is given whole, wanted whole; else it is covered in part
IN_TURN = 0.5  # rows are covered as they are when a track is written: those before one known, those after it not
TOLD = 0.5  # the key is that of all notes, not of those alone that are known
SPAN = 0.25  # nothing is covered but in some columns


class GetmusicRecipe(Recipe):
    """Cross entropy of the cells that are covered, in nats."""

    name: ClassVar[str] = "getmusic"
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size(model={"column": 16, "dim": 16, "layers": 1, "heads": 2}, batch=2, frames=32, learning_rate=1e-2),
        "small": Size(
            validation=120, steps=7000, batch=4, frames=384, learning_rate=2e-3, check_every=1000, patience=100
        ),
        "base": Size(
            model={"column": 256, "dim": 512, "layers": 8, "heads": 8},
            validation=480,
            steps=60_000,
            batch=32,
            frames=512,
            learning_rate=1e-3,
            check_every=1000,
        ),
    }
    writer: ClassVar[GetMusic] = SONGS
    system: ClassVar[str] = "GETMusic, tracks of a song to its other tracks"
    source: ClassVar[str] = (
        "a grid (n, 15) of sixteenths: pitches and durations of melody, bridge and piano, and chords, -1 where "
        "covered, in C; columns from the bar line (n,); the nearest known pitches of each lane (n, 7, 2)"
    )
    target: ClassVar[str] = "logits of pitches (n, 7, 129), durations (n, 7, 65) and chords (n, 181)"
    paper: ClassVar[str] = (
        "Lv, Tan, Lu, Ye, Zhang, Bian and Yan: GETMusic: Generating Any Music Tracks with a Unified Representation and "
        "Diffusion Framework, 2023"
    )
    data: ClassVar[tuple[str, ...]] = ("POP909 (MIT), training split",)
    context: ClassVar[int] = 0  # windows overlap by half
    outputs: ClassVar[tuple[str, ...]] = ("pitches", "durations", "chords")

    @property
    def inputs(self) -> tuple[str, ...]:
        """What the network takes, in its order."""
        return ("tokens", "place", "near") if self.writer.relative else ("tokens", "place")

    def build(self, size: Size) -> torch.nn.Module:
        vocabulary = self.writer.vocabulary
        chords = int(self.writer.rows.sizes[-1]) if vocabulary.chords else 0
        return Network(len(vocabulary.lanes), chords, together=TOGETHER, relative=self.writer.relative, **size.model)

    def pieces(self, split: str) -> Iterator[track_grids.TrackGrid]:
        """The pieces of a split. Raises MissingDataError."""
        return track_grids.songs(split)

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:
        """Whole pieces as `grid` and `place`; of validation stretches with what is covered in each."""
        if debug:
            found: Sequence[Rows] = [self.made_up(seed) for seed in range(3)]
        else:
            found = kept(
                self.name,
                f"{split}-{VERSION}",
                lambda: ({"grid": one.grid, "place": one.place} for one in self.pieces(split)),
            )
        return found if split == "train" else self._stretches(found, size)

    def made_up(self, seed: int) -> Rows:
        """Every track begins a note with every beat, all on the degrees of one chord, which changes with the bar."""
        rng, vocabulary, columns = np.random.default_rng(seed), self.writer.vocabulary, 48
        grid = np.tile(vocabulary.silence, (columns, 1))
        root = np.repeat(rng.integers(0, 12, columns // 16), 4)
        for row in np.flatnonzero((self.writer.rows.turn == 0) & (self.writer.rows.sizes == PITCHES)):
            grid[::4, row] = PITCH + 60 + (root + rng.choice([0, 4, 7], len(root))) % 12
            grid[::4, row + 1] = DURATION + 3
        if vocabulary.chords:
            grid[:, -1] = CHORD + np.repeat(root, 4)
        return {"grid": grid, "place": np.arange(columns) % 16}

    def _stretches(self, pieces: Sequence[Rows], size: Size) -> list[Example]:
        """As many as the size says, evenly from all; each set of tracks is wanted as often as another."""
        whole = [
            {name: rows[start : start + size.frames] for name, rows in piece.items()}
            for piece in pieces
            for start in range(0, len(piece["grid"]) - size.frames + 1, size.frames)
        ]
        every = max(1, len(whole) // size.validation)
        subsets = wanted_sets(len(self.writer.rows.tracks))
        return [
            self._told(one["grid"], one["place"], np.isin(self.writer.rows.track, subsets[at % len(subsets)]))
            for at, one in enumerate(whole[::every][: size.validation])
        ]

    def _told(self, grid: IntArray, place: IntArray, covered: BoolArray, up: int | None = None) -> Rows:
        """What is heard and what is asked, so many semitones up; if not given, as it is when a piece is written."""
        rows = self.writer.rows.counted(grid)
        tokens = np.where(covered, COVERED, rows)
        if up is None:
            up = semitones_to_c(self.writer.rows.known_key(tokens)) if self.writer.relative else 0
        rows, tokens = (self.writer.rows.transposed(one, up) for one in (rows, tokens))
        near = {"near": self.writer.rows.neighbours(tokens)} if self.writer.relative else {}
        return {"tokens": tokens, "target": rows, "place": place, **near}

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
        """A random stretch from a beat on, some of it covered; after its end nothing is heard.

        It is in a random key, or in C, by the key of all notes or of those alone that are known.
        """
        beats = max(1, (len(example["grid"]) - frames) // TOGETHER + 1)
        start = TOGETHER * int(rng.integers(beats))
        grid, place = (example[name][start : start + frames] for name in ("grid", "place"))
        real, short = len(grid), frames - len(grid)
        grid = np.concatenate([grid, np.tile(self.writer.vocabulary.silence, (short, 1))])
        place = np.pad(place, (0, short), mode="edge")
        covered = self.covered(frames, rng)
        found = self._told(grid, place, covered, self._up(grid, covered, rng))
        return {**found, MASK: (np.arange(frames) < real).astype(np.float32)}

    def _up(self, grid: IntArray, covered: BoolArray, rng: np.random.Generator) -> int:
        """How many semitones higher an excerpt is heard."""
        rows = self.writer.rows.counted(grid)
        key = self.writer.rows.known_key(np.where(covered, COVERED, rows))
        if not self.writer.relative or key == NO_KEY:
            return semitones_to_c(int(rng.integers(12)))
        return semitones_to_c(self.writer.rows.known_key(rows) if rng.random() < TOLD else key)

    def covered(self, columns: int, rng: np.random.Generator) -> BoolArray:
        """The cells that are covered, (columns, rows): every track has its own noise level, one at least above 0."""
        rows = self.writer.rows
        levels = noise_levels(len(rows.tracks), rng)[rows.track]
        if rng.random() < IN_TURN:
            turn = int(rng.integers(rows.turn[levels > 0].max() + 1))
            level = rng.random()
            levels = np.where(levels > 0, np.where(rows.turn < turn, 0.0, np.where(rows.turn == turn, level, 1.0)), 0.0)
        found = masks(levels, columns, rng).T
        if rng.random() < SPAN:
            first, last = np.sort(rng.choice(columns + 1, 2, replace=False))
            found[:first] = found[last:] = False
        return found

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        mixed = torch.autocast("cpu", torch.bfloat16, enabled=batch["tokens"].device.type == "cpu")
        with mixed:
            logits = model(*(batch[name] for name in self.inputs))
        lost = self.nats(logits, batch["target"])
        counted = (batch["tokens"] == COVERED) * batch[MASK][..., None]
        return {"loss": (lost * counted).sum() / counted.sum().clamp(min=1)}

    def nats(self, logits: Sequence[torch.Tensor], target: torch.Tensor) -> torch.Tensor:
        """Of every cell, (B, T, rows)."""
        pitches, durations, *chords = logits
        notes = target[..., : 2 * pitches.shape[2]].unflatten(-1, (-1, 2))
        lanes = torch.stack([_nats(pitches, notes[..., 0]), _nats(durations, notes[..., 1])], dim=-1).flatten(2)
        return torch.cat([lanes, *(_nats(one[:, :, None], target[..., -1:]) for one in chords)], dim=-1)

    @torch.no_grad()
    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """Nats that a track costs in a column where it is wanted whole, of all and of each track."""
        rows = self.writer.rows
        total, cells = np.zeros(len(rows.tracks)), np.zeros(len(rows.tracks))
        for one in examples:
            told = {name: torch.from_numpy(np.asarray(part))[None] for name, part in one.items()}
            lost = self.nats(model(*(told[name] for name in self.inputs)), told["target"])[0].numpy()
            covered = one["tokens"] == COVERED
            np.add.at(total, rows.track, (lost * covered).sum(axis=0))
            np.add.at(cells, rows.track[rows.turn == 0], covered[:, rows.turn == 0].sum(axis=0))
        each = dict(zip(rows.tracks, (total / np.maximum(cells, 1)).tolist(), strict=True))
        return {**each, "nats": float(total.sum() / cells.sum()), "score": -float(total.sum() / cells.sum())}

    def graph_inputs(self, size: Size) -> dict[str, tuple[torch.Tensor, dict[int, str]]]:  # noqa: ARG002
        made = self.made_up(0)
        told = self._told(made["grid"], made["place"], self.covered(len(made["grid"]), np.random.default_rng(0)))
        return {name: (torch.from_numpy(told[name])[None], {1: "columns"}) for name in self.inputs}

    def graph_outputs(self) -> dict[str, dict[int, str]]:
        return {name: {1: "columns"} for name in self.outputs}


def wanted_sets(tracks: int) -> list[tuple[int, ...]]:
    """Every set of tracks but the empty one, the smallest first."""
    return [one for many in range(1, tracks + 1) for one in combinations(range(tracks), many)]


def noise_levels(tracks: int, rng: np.random.Generator) -> FloatArray:
    """A level a track: 0 is given, 1 wanted whole; not all are given."""
    chance = rng.random(tracks)
    levels = np.where(chance < GIVEN, 0.0, np.where(chance < GIVEN + WANTED, 1.0, rng.random(tracks)))
    return levels if levels.any() else noise_levels(tracks, rng)


def _nats(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Of (..., tokens) and (...)."""
    lost = functional.cross_entropy(logits.flatten(0, -2).float(), target.flatten(), reduction="none")
    return lost.view(target.shape)
