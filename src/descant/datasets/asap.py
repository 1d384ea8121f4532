"""ASAP: 1,067 piano performances as MIDI, with beats, downbeats, key and time signatures in their time.

For evaluation only (CC BY-NC-SA 4.0). The score of each piece is there as MIDI, with the same annotations in its own
time.

Foscarin, McLeod, Rigaux, Jacquemard and Sakai: ASAP: a dataset of aligned scores and performances for piano
transcription, ISMIR 2020.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from descant.datasets.location import dataset_folder, require_file
from descant.types import Beats, MeterChange, Notes

NAME = "asap"
PUBLISHED = "https://github.com/fosfrancesco/asap-dataset"
LICENCE = "CC BY-NC-SA 4.0: for evaluation only"


@dataclass(frozen=True)
class KeySignature:
    """From `time` on, so many sharps (above 0) or flats (below) stand at the clef."""

    time: float  # seconds
    sharps: int


@dataclass(frozen=True, eq=False)
class AsapAnnotations:
    """What a text file beside a MIDI file says. Times are its seconds."""

    beats: Beats  # position 0 where the annotators could not tell the beat (`bR`)
    meters: tuple[MeterChange, ...]
    key_signatures: tuple[KeySignature, ...]


@dataclass(frozen=True, eq=False)
class AsapPerformance:
    """A performance and what is known about it."""

    id: str  # such as Bach/Fugue/bwv_846/Shi05M
    composer: str
    title: str
    notes: Notes  # with the pedals' control changes
    annotations: AsapAnnotations
    text: Path  # the file of its annotations
    score: Path  # the piece as MIDI, and beside it its annotations

    @property
    def beats(self) -> Beats:
        """The beats, seconds."""
        return self.annotations.beats


def performance_ids(folder: Path | None = None) -> tuple[str, ...]:
    """Every performance of the set's table, in order."""
    return tuple(_rows(dataset_folder(NAME, PUBLISHED, folder)))


def read_performance(performance: str, folder: Path | None = None) -> AsapPerformance:
    """One performance. Raises MissingDataError where it is not there."""
    from descant.io.midi import read_midi

    folder = dataset_folder(NAME, PUBLISHED, folder)
    path = require_file(folder / f"{performance}.mid", PUBLISHED)
    row = _rows(folder)[performance]
    text = require_file(folder / row["performance_annotations"], PUBLISHED)
    return AsapPerformance(
        id=performance,
        composer=row["composer"],
        title=row["title"],
        notes=read_midi(path),
        annotations=read_annotations(text),
        text=text,
        score=folder / row["midi_score"],
    )


def read_annotations(path: Path) -> AsapAnnotations:
    """A line a beat: its time twice, then `b`, `db` or `bR`, and the time and key signatures where they change.

    Beats before the first downbeat count towards it, in the length of the first whole bar.
    """
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    time = np.array([float(row[0]) for row in rows])
    label = [(row[2] + ",,").split(",") for row in rows]
    kind = np.array([kinds[0] for kinds in label])
    kept = np.diff(time, prepend=-1.0) > 0  # a few lines repeat the one before
    meters = tuple(
        MeterChange(float(at), *(int(number) for number in meter.split("/")))
        for at, (_, meter, *_) in zip(time, label, strict=True)
        if meter
    )
    keys = tuple(KeySignature(float(at), int(key)) for at, (_, _, key, *_) in zip(time, label, strict=True) if key)
    return AsapAnnotations(Beats(time[kept], _positions(kind[kept])), meters, keys)


def _positions(kind: np.ndarray) -> np.ndarray:
    number = np.arange(len(kind))
    downbeats = np.flatnonzero(kind == "db")
    if not len(downbeats):
        return np.zeros(len(kind), dtype=np.int64)
    bar = int(downbeats[1] - downbeats[0]) if len(downbeats) > 1 else int(downbeats[0]) + 1
    last = np.searchsorted(downbeats, number, side="right") - 1
    position = np.where(last >= 0, number - downbeats[last] + 1, (number - downbeats[0]) % bar + 1)
    return np.where((kind == "bR") | (position > 64), 0, position)


def _rows(folder: Path) -> dict[str, dict[str, str]]:
    with require_file(folder / "metadata.csv", PUBLISHED).open(encoding="utf-8", newline="") as file:
        return {row["midi_performance"].removesuffix(".mid"): row for row in csv.DictReader(file)}
