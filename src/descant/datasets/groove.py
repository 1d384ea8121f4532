"""Groove: 1,150 performances by ten drummers on an electronic kit, to a metronome.

Each is a whole take of minutes (`beat`) or of a bar or two (`fill`). The metronome gives the beats: the MIDI file
starts with the first bar. Licence: CC BY 4.0, so what is trained on it names it.

Gillick, Roberts, Engel, Eck and Bamman: Learning to Groove with Inverse Sequence Transformations, ICML 2019.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from descant.datasets.location import dataset_folder, require_file
from descant.datasets.score_notes import beat_length
from descant.errors import MissingDataError
from descant.types import Beats, Notes

NAME = "groove"
PUBLISHED = "https://magenta.tensorflow.org/datasets/groove"
LICENCE = "CC BY 4.0"
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True, eq=False)
class GroovePerformance:
    """A take. Times are seconds of the MIDI file."""

    id: str  # such as drummer1/eval_session/1
    drummer: str
    notes: Notes  # one drum part; keys as `descant.types.drums` reads them
    beats: Beats  # the metronome, as far as the take goes
    style: str  # such as funk or jazz-swing/fast
    bpm: float  # quarter notes a minute
    split: str  # the official one
    fill: bool  # a bar or two, else a whole beat


def performances(split: str | None = None, folder: Path | None = None) -> Iterator[GroovePerformance]:
    """The takes of a split, or all of them, in the order of the set's table. Raises MissingDataError."""
    from descant.io.midi import read_midi

    if split is not None and split not in SPLITS:
        raise MissingDataError(f"Groove has no split {split!r}; choose from {', '.join(SPLITS)}")
    table = _table(dataset_folder(NAME, PUBLISHED, folder))
    with table.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if split in (None, row["split"])]
    for row in rows:
        notes = read_midi(require_file(table.parent / row["midi_filename"], PUBLISHED))
        numerator, denominator = (int(number) for number in row["time_signature"].split("-"))
        bpm = float(row["bpm"])
        yield GroovePerformance(
            id=row["id"],
            drummer=row["drummer"],
            notes=notes,
            beats=metronome(bpm, numerator, denominator, notes.duration),
            style=row["style"],
            bpm=bpm,
            split=row["split"],
            fill=row["beat_type"] == "fill",
        )


def metronome(bpm: float, numerator: int, denominator: int, duration: float) -> Beats:
    """The beats of `duration` seconds from the first downbeat at 0; `bpm` counts quarter notes."""
    length = beat_length(numerator, denominator)
    number = np.arange(int(np.floor(duration * bpm / 60 / length)) + 1)
    return Beats(
        (number * (length * 60 / bpm)).astype(np.float64), number % round(numerator * 4 / denominator / length) + 1
    )


def _table(folder: Path) -> Path:
    """`info.csv`, which the archive holds in a folder of the set's name."""
    inner = folder / NAME / "info.csv"
    return inner if inner.is_file() else require_file(folder / "info.csv", PUBLISHED)
