"""Hums found among all the tunes that music21 carries: which place the right tune has, as hums get worse.

Tunes are hummed at three levels (`hummed.py`), and given as notes, as the sound of tones and as that of a synthesised
voice (`hum_sounds.py`), which has to be heard first. Every hum is looked for among all tunes, some 13,000, of both
splits. The same melody under several titles or in several collections, interval by interval, is one tune: any of them
is right. Tunes are split by it, a quarter to tune on.

Beside it stand two plain searches over the same melodies: the least edit distance between the hum's whole intervals and
those of a stretch of the melody, and the number of the hum's runs of three whole intervals that a melody has.

Dannenberg, Birmingham, Pardo, Hu, Meek and Tzanetakis: A Comparative Evaluation of Search Techniques for
Query-by-Humming Using the MUSART Testbed, JASIST 58(5), 2007, measures likewise.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from descant.errors import InvalidValueError, MissingDataError
from descant.evaluation.find.hum_floors import edit_distance, shared_grams
from descant.evaluation.find.hum_sounds import SOUNDS
from descant.evaluation.find.hummed import FEWEST, LEVELS, Level, hummed
from descant.evaluation.find.tune_library import tune_library
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.task import Request, Task
from descant.retrieval.by_hum import candidates
from descant.retrieval.hum_query import MOST, heard
from descant.retrieval.melody_index import Line, MelodyIndex
from descant.types import Melody
from descant.types.arrays import FloatArray, IntArray

BY_HUM, EDITS, GRAMS = "by_hum", "interval edit distance", "interval trigrams"
AS_NOTES = "notes"
COUNT = {AS_NOTES: 200, **dict.fromkeys(SOUNDS, 100)}  # hums of each level
VALID = 4  # one tune of so many is for tuning
WITHIN = 10

Search = Callable[[MelodyIndex, Line], FloatArray]  # (melodies,) the higher the better, -inf for what is not found


@dataclass(frozen=True, eq=False)
class Tunes:
    """All tunes, and which of them are one."""

    index: MelodyIndex
    melodies: tuple[bytes, ...]
    same: IntArray  # (melodies,) a number that melodies of the same intervals share

    def drawn(self, split: str, count: int) -> Iterator[Melody]:
        """The first so many tunes of a split, each once, in an order that has nothing to do with what they are."""
        wanted = (self.same % VALID == 0) == (split == "valid")
        tunes, first = np.unique(self.same, return_index=True)
        drawn = np.argsort([zlib.crc32(str(one).encode()) for one in tunes.tolist()], kind="stable")
        left = count
        for at in first[drawn].tolist():
            if left and wanted[at] and len(tune := Melody.from_bytes(self.melodies[at])) >= FEWEST:
                left -= 1
                yield tune


def read_tunes() -> Tunes:
    """The tunes of the library that measuring keeps. Raises MissingDataError where music21 has none."""
    with tune_library() as library:
        rows = list(library.melodies())
    melodies = tuple(data for *_, data in rows)
    return Tunes(MelodyIndex(rows), melodies, np.array([same_intervals(one) for one in melodies]))


def same_intervals(melody: bytes) -> int:
    """A number that two melodies share when their intervals are the same."""
    return zlib.crc32(np.round(np.diff(Melody.from_bytes(melody).pitch)).astype("<i2").tobytes())


def searched(index: MelodyIndex, hum: Line) -> FloatArray:
    """By humming as the library is searched."""
    found = candidates(index, hum)
    scores = np.full(len(index), -np.inf)
    scores[found.melody] = found.gain
    return scores


SYSTEMS: dict[str, Search] = {BY_HUM: searched, EDITS: edit_distance, GRAMS: shared_grams}


def measure(request: Request) -> Iterator[Measured]:
    """Every system on every hum."""
    try:
        tunes = read_tunes()
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: music21's tunes are left out: {error}")
        return
    kinds = [(level, kind) for level in LEVELS for kind in COUNT]
    for at, (level, kind) in enumerate(kinds):
        count = min(COUNT[kind], request.count or COUNT[kind])
        for number, tune in enumerate(tunes.drawn(request.split, count)):
            yield from _each(tunes, tune, level, kind, request.split)
            request.progress((at + (number + 1) / count) / len(kinds))


def _each(tunes: Tunes, tune: Melody, level: Level, kind: str, split: str) -> Iterator[Measured]:
    true = same_intervals(tune.to_bytes())
    hum = hummed(tune, level)
    line, hearing = _line(hum, level, kind)
    for name, search in SYSTEMS.items():
        began = time.process_time()
        scores = search(tunes.index, line) if line is not None else np.full(len(tunes.index), -np.inf)
        ms = 1000 * (time.process_time() - began)
        place = rank(scores, tunes.same, true)
        raw = (place, ms, hearing)
        data, made = f"music21's tunes/{split}, {level.name}, {kind}", None if kind == AS_NOTES else kind
        yield Measured(TASK.name, data, f"{true:08x}", made, name, {"top-1": float(place <= 1)}, raw)


def _line(hum: Melody, level: Level, kind: str) -> tuple[Line | None, float]:
    """What is looked for, None where too little was heard; and the ms that hearing took."""
    if kind == AS_NOTES:
        return Line(hum.pitch[:MOST], hum.onset[:MOST]), 0.0
    sound = SOUNDS[kind](hum, level)
    began = time.process_time()
    try:
        line: Line | None = heard(sound)
    except InvalidValueError:
        line = None
    return line, 1000 * (time.process_time() - began)


def rank(scores: FloatArray, same: IntArray, true: int) -> float:
    """The place of a tune among all tunes, each counted once; half of those that are as good come before it.

    It is infinite where the tune is not found.
    """
    best = float(np.max(scores[same == true], initial=-np.inf))
    if not np.isfinite(best):
        return float("inf")
    other = same != true
    above = np.unique(same[other & (scores > best)])
    level = np.setdiff1d(same[other & (scores == best)], above)
    return 1 + len(above) + len(level) / 2


def pooled(group: Sequence[Measured]) -> Pooled:
    """The shares of hums whose tune comes first, and among the first ten; the mean of one over its place; and what a
    search costs, of processor time, without and with the hearing.
    """
    place, ms, hearing = (np.array(one) for one in zip(*(each.raw for each in group), strict=True))
    figures = {
        "top-1": float(np.mean(place <= 1)),
        f"top-{WITHIN}": float(np.mean(place <= WITHIN)),
        "MRR": float(np.mean(1 / place)),
        "ms a search": float(np.median(ms)),
    }
    if hearing.any():
        figures["ms hearing"] = float(np.median(hearing))
    return {name: (value, len(place)) for name, value in figures.items()}


TASK = Task(name="hum", baseline=EDITS, measure=measure, pooled=pooled)
