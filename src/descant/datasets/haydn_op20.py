"""Haydn's quartets op. 20 as Humdrum scores, with harmonic analyses that are not read here.

Published with the annotations under Apache-2.0.

Nápoles López: Automatic Harmonic Analysis of Classical String Quartets from Symbolic Score, master's thesis,
Universitat Pompeu Fabra 2017.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from descant.datasets.location import dataset_folder
from descant.datasets.musicxml_notes import Measure, beats_of
from descant.datasets.score_notes import ScoreNotes
from descant.errors import MissingDataError
from descant.io.open import open as open_file
from descant.types import Score

NAME = "haydn_op20"
PUBLISHED = "https://github.com/napulen/haydn_op20_harm"
LICENCE = "Apache-2.0"


def pieces(folder: Path | None = None) -> Iterator[tuple[str, ScoreNotes, tuple[Measure, ...]]]:
    """(name, notes, measures) of each movement, by name, such as `op20n1-01`. Raises MissingDataError where there is
    none.
    """
    for name, path in movements(folder).items():
        yield name, *read(path)


def movements(folder: Path | None = None) -> dict[str, Path]:
    """The files of the movements by name. Raises MissingDataError where there is none."""
    folder = dataset_folder(NAME, PUBLISHED, folder)
    found = sorted(path for path in (folder / "op20").rglob("*.krn") if not path.stem.endswith("_tsroot"))
    if not found:
        raise MissingDataError(f"{folder}: no scores; get them from {PUBLISHED}")
    return {path.stem: path for path in found}


def read(path: Path) -> tuple[ScoreNotes, tuple[Measure, ...]]:
    """The notes and measures of a movement."""
    return plain(open_file(path), path.stem)


def plain(score: Score, name: str) -> tuple[ScoreNotes, tuple[Measure, ...]]:
    """A score's notes without grace notes, each part one part, and its measures."""
    notes = [one for one in score.sounding() if one.duration > 0]
    measures = tuple(
        Measure(one.number, float(one.start), float(one.length), sum(one.time.beats), one.time.unit, one.pickup)
        for one in score.measures
    )
    beats, downbeats = beats_of(measures)
    found = ScoreNotes(
        name,
        np.array([float(one.onset) for one in notes]),
        np.array([float(one.duration) for one in notes]),
        np.array([one.pitch.midi for one in notes]),
        np.array([one.part for one in notes]),
        beats,
        downbeats,
    )
    return found, measures
