"""The score that an ASAP performance was played from: its MIDI file in quarters, and the beats that both share.

The annotations of score and performance have a line for each beat, in the same order. Where the labels differ, one of
the two repeats or leaves out something; what comes from there on is not used.

MuseScore wrote the files: a note ends a tick before its written end, and a grace note is a few ticks long.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from descant.datasets import asap
from descant.datasets.location import dataset_folder, require_file
from descant.errors import MissingDataError
from descant.types.arrays import FloatArray, IntArray
from descant.types.clock import Clock

GRID = 96  # places in a quarter: 64th notes, and triplets of 32nds
GRACE = 1 / 32  # quarters; what is not longer is a grace note
FEWEST = 8  # beats that both must share


@dataclass(frozen=True, eq=False)
class AsapScore:
    """A score in quarters from the beginning of its MIDI file. Columns of notes hold one entry a note."""

    onset: FloatArray
    duration: FloatArray  # 0 for a grace note
    pitch: IntArray
    beats: FloatArray  # those that the performance shares, strictly rising
    seconds: FloatArray  # when the performance comes to them, strictly rising
    downbeats: FloatArray  # of the whole score
    meter_at: FloatArray
    meters: tuple[tuple[int, int], ...]  # from `meter_at` to the next one's
    key_at: FloatArray
    sharps: tuple[int, ...]  # from `key_at` to the next one's


def read_score(performance: str, folder: Path | None = None) -> AsapScore:
    """The score of one performance. Raises MissingDataError where it is not there, or shares no beats with it."""
    from descant.io.midi import read_midi

    folder = dataset_folder(asap.NAME, asap.PUBLISHED, folder)
    played = asap.read_performance(performance, folder)
    notes = read_midi(require_file(played.score, asap.PUBLISHED))
    text = require_file(played.score.with_name(f"{played.score.stem}_annotations.txt"), asap.PUBLISHED)
    score = asap.read_annotations(text)
    beats, seconds = shared(_lines(text), _lines(played.text))
    if len(beats) < FEWEST:
        raise MissingDataError(f"{played.text}: its beats are not those of its score; leave this performance out")
    quarters = Clock.of(notes).quarters
    onset = _on_grid(quarters(notes.onset))
    length = quarters(notes.offset) - quarters(notes.onset)
    return AsapScore(
        onset=onset,
        duration=np.where(length <= GRACE, 0.0, _on_grid(length)),
        pitch=notes.pitch,
        beats=_on_grid(quarters(beats)),
        seconds=seconds,
        downbeats=_on_grid(quarters(score.beats.downbeats)),
        meter_at=_on_grid(quarters(np.array([one.time for one in score.meters]))),
        meters=tuple((one.numerator, one.denominator) for one in score.meters),
        key_at=_on_grid(quarters(np.array([one.time for one in score.key_signatures]))),
        sharps=tuple(one.sharps for one in score.key_signatures),
    )


def shared(written: list[tuple[float, str]], played: list[tuple[float, str]]) -> tuple[FloatArray, FloatArray]:
    """(score, performance) seconds of the beats that both have, up to where their labels part; both strictly rising."""
    pairs: list[tuple[float, float]] = []
    for (score, label), (performance, other) in zip(written, played, strict=False):
        if label != other:
            break
        if not pairs or (score > pairs[-1][0] and performance > pairs[-1][1]):
            pairs.append((score, performance))
    found = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _on_grid(places: FloatArray) -> FloatArray:
    return np.round(places * GRID) / GRID


def _lines(path: Path) -> list[tuple[float, str]]:
    """(seconds, label) of each beat: b, db or bR."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(float(row[0]), row[2].split(",")[0].strip()) for row in rows]
