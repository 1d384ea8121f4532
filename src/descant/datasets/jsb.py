"""JSB Chorales: 382 four-voice chorales by Bach on a grid of sixteenths, with the usual split.

The grid cannot tell a held note from a repeated one: equal neighbours in a voice are read as one note, so a chorale
has somewhat fewer and longer notes here than on paper. It says nothing of bars either: a chorale starts on the grid's
first step, in what metre is unknown, so quarters are beats and no beat is called a downbeat.

Boulanger-Lewandowski, Bengio and Vincent: Modeling Temporal Dependencies in High-Dimensional Sequences, ICML 2012;
in this form by Huang (JSB-Chorales-dataset). The music is in the public domain; the set states no licence.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from descant.datasets.location import dataset_folder, require_file
from descant.datasets.score_notes import ScoreNotes
from descant.errors import MissingDataError

NAME = "jsb"
PUBLISHED = "https://github.com/czhuang/JSB-Chorales-dataset"
LICENCE = "none stated; the music is in the public domain"
SPLITS = ("train", "valid", "test")

STEP = 0.25  # quarters
REST = -1


@dataclass(frozen=True, eq=False)
class Chorale:
    """A chorale as written on the grid; parts 0 to 3 are soprano, alto, tenor and bass."""

    id: str  # such as train/000
    split: str
    score: ScoreNotes
    grid: npt.NDArray[np.int64]  # (steps, 4) of MIDI numbers, REST where a voice is silent


def chorales(split: str | None = None, folder: Path | None = None) -> tuple[Chorale, ...]:
    """The chorales of a split, or all, in the set's order. Raises MissingDataError."""
    if split is not None and split not in SPLITS:
        raise MissingDataError(f"JSB has no split {split!r}; choose from {', '.join(SPLITS)}")
    path = require_file(dataset_folder(NAME, PUBLISHED, folder) / "Jsb16thSeparated.json", PUBLISHED)
    grids = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        _chorale(f"{name}/{number:03d}", name, np.array(grid, dtype=np.int64))
        for name in (SPLITS if split is None else (split,))
        for number, grid in enumerate(grids[name])
    )


def _chorale(name: str, split: str, grid: npt.NDArray[np.int64]) -> Chorale:
    grid.setflags(write=False)
    return Chorale(name, split, read_grid(name, grid), grid)


def read_grid(name: str, grid: npt.NDArray[np.int64]) -> ScoreNotes:
    """Pitches of shape (steps, voices), -1 a rest, as notes: each run of one pitch in a voice is a note."""
    starts = np.concatenate([np.ones((1, grid.shape[1]), dtype=bool), grid[1:] != grid[:-1]])
    onset, duration, pitch, part = [], [], [], []
    for voice in range(grid.shape[1]):
        first = np.flatnonzero(starts[:, voice])
        length = np.diff(first, append=len(grid))
        sung = grid[first, voice] != REST
        onset.append(first[sung] * STEP)
        duration.append(length[sung] * STEP)
        pitch.append(grid[first, voice][sung])
        part.append(np.full(np.count_nonzero(sung), voice))
    beats = np.arange(int(np.ceil(len(grid) * STEP)), dtype=np.float64)
    return ScoreNotes(
        name,
        np.concatenate(onset),
        np.concatenate(duration),
        np.concatenate(pitch),
        np.concatenate(part),
        beats,
        downbeats=np.zeros(0),
    )
