"""How well wanted tracks are told by given ones, for every set of tracks that may be wanted.

POP909's songs have melody, bridge, piano and chords, JSB's chorales four voices, each as a grid of sixteenths
(`datasets/track_grids.py`). All rows of the wanted tracks are covered at once, in windows of 32 bars, and each cell is
told in one step, by what is most probable: no drawing, and no cell hears another one that is wanted.

Figures are shares of cells told right, of every wanted track in every set: of all cells, most of which hold nothing;
and of those that hold a pitch or a duration, which is then known, so that the question is which. Every column has its
chord; chords also count where their root is right, and where they are right as major or minor triads (columns whose
chord is neither, and has a root, are left out). `cells` and `held cells` are the shares over all sets and tracks
together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np

from descant import weights
from descant.composition.absorbing_state import COVERED
from descant.composition.getmusic import CHORALES, SONGS, WINDOW, GetMusic
from descant.composition.track_rows import CHORD_TRACK, TrackRows
from descant.datasets import jsb, pop909, track_grids
from descant.datasets.track_grids import TrackGrid
from descant.errors import MissingDataError
from descant.evaluation.compose.track_floors import CopyNeighbour, HarmonyAndBeat, MostFrequent, Tell, both
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.task import Request, Task
from descant.types.arrays import BoolArray, IntArray
from descant.types.chord_vocabulary import NAMES, NO_CHORD

CELLS, HELD = "cells", "held cells"
SYSTEM, COPY = "getmusic", "copy-neighbour"
MAJOR, MINOR = ("maj", "maj6", "maj7", "7"), ("min", "min6", "min7", "minmaj7")
_THIRD = np.array([0 if name in MAJOR else 1 if name in MINOR else -1 for name in NAMES])

Share = tuple[int, int]  # right, of how many


class Set(NamedTuple):
    """A data set of grids, and who writes such."""

    name: str
    pieces: Callable[[str], Iterator[TrackGrid]]
    writer: GetMusic


SETS = (Set(pop909.NAME, track_grids.songs, SONGS), Set(jsb.NAME, track_grids.chorales, CHORALES))


def floors(tracks: TrackRows, train: Sequence[TrackGrid]) -> dict[str, Tell]:
    """By their names."""
    most = MostFrequent.fit(tracks, train)
    return {
        "most frequent": both(most),
        COPY: both(CopyNeighbour.fit(most, train)),
        "most frequent by harmony and beat": both(HarmonyAndBeat.fit(most, train)),
    }


def network(writer: GetMusic) -> Tell:
    """The most probable token of every cell, all told at once."""

    def tell(rows: IntArray, place: IntArray, wanted: BoolArray) -> tuple[IntArray, IntArray]:
        covered = wanted[writer.rows.track]
        logits = writer.logits(writer.rows.tokens(np.where(covered, COVERED, rows)), place)
        likely = np.stack([row.argmax(axis=1) for row in logits], axis=1)
        held = np.stack([row[:, 1:].argmax(axis=1) + 1 for row in logits], axis=1)
        return np.where(covered, likely, rows), np.where(covered, np.where(writer.rows.empty, held, likely), rows)

    return tell


def wanted_sets(tracks: TrackRows) -> list[BoolArray]:
    """Every set of tracks but the empty one, as masks, the smallest first."""
    numbers = range(len(tracks.tracks))
    sets = chain.from_iterable(combinations(numbers, many) for many in range(1, len(numbers) + 1))
    return [np.isin(numbers, one) for one in sets]


def shares(
    tracks: TrackRows, rows: IntArray, told: IntArray, told_held: IntArray, wanted: BoolArray
) -> Iterator[tuple[str, Share]]:
    """What was told right, by the figures' names."""
    named = " + ".join(np.array(tracks.tracks)[wanted])
    every, held = np.ones_like(rows, dtype=bool), (rows > 0) | ~tracks.empty
    for track in np.flatnonzero(wanted):
        name, mine = tracks.tracks[track], tracks.track == track
        asked = ((CELLS, told, every), (HELD, told_held, held))
        found = {measure: _share((rows == one)[:, mine], some[:, mine]) for measure, one, some in asked}
        yield from found.items()
        if name == CHORD_TRACK:
            chords = {"chord": found[CELLS], **chord_shares(rows[:, -1], told[:, -1])}
            yield from ((f"{name} of {named}: {measure}", share) for measure, share in chords.items())
        else:
            yield from ((f"{name} of {named}: {measure}", share) for measure, share in found.items())


def chord_shares(reference: IntArray, estimate: IntArray) -> dict[str, Share]:
    """How many tags have the right root; and how many of those that are major, minor or none are told as such."""
    none = (reference == NO_CHORD) | (estimate == NO_CHORD)
    same = np.where(none, reference == estimate, (reference - estimate) % 12 == 0)
    plain = _plain(reference)
    return {
        "root": _share(same, np.ones_like(same)),
        "majmin": _share(plain == _plain(estimate), plain >= 0),
    }


def _share(right: BoolArray, counted: BoolArray) -> Share:
    return int((right & counted).sum()), int(counted.sum())


def _plain(tags: IntArray) -> IntArray:
    """Chords as major and minor triads, 24 for none, -1 for others."""
    third = _THIRD[np.minimum(tags // 12, len(NAMES) - 1)]
    return np.where(tags == NO_CHORD, 24, np.where(third < 0, -1, 12 * third + tags % 12))


def piece_shares(tracks: TrackRows, piece: TrackGrid, tell: Tell) -> dict[str, Share]:
    """Of a whole piece, all sets of tracks."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    rows = tracks.counted(piece.grid)
    for start in range(0, len(rows), WINDOW):
        part, place = rows[start : start + WINDOW], piece.place[start : start + WINDOW]
        for wanted in wanted_sets(tracks):
            for name, (good, many) in shares(tracks, part, *tell(part, place, wanted), wanted):
                right[name] += good
                total[name] += many
    return {name: (right[name], total[name]) for name in total if total[name]}


def measure(request: Request) -> Iterator[Measured]:
    """Every system on every piece of the split, POP909's first."""
    for number, (name, pieces, writer) in enumerate(SETS):
        try:
            train = list(pieces("train"))
            held_out = list(pieces(request.split))[: request.count]
        except MissingDataError as error:
            request.left_out.append(f"{TASK.name}: {name} is left out: {error}")
            continue
        systems = floors(writer.rows, train)
        try:
            weights.find(writer.weights)
            systems[SYSTEM] = network(writer)
        except MissingDataError as error:
            request.left_out.append(f"{TASK.name}: {writer.weights} is left out: {error}")
        for at, piece in enumerate(held_out):
            for system, tell in systems.items():
                found = piece_shares(writer.rows, piece, tell)
                ratios = {metric: right / many for metric, (right, many) in found.items()}
                yield Measured(TASK.name, f"{name}/{request.split}", piece.id, None, system, ratios, found)
            request.progress((number + (at + 1) / len(held_out)) / len(SETS))


def pooled(group: Sequence[Measured]) -> Pooled:
    """Shares of all pieces' cells together; n is how many cells."""
    total: dict[str, Share] = {}
    for one in group:
        for name, (right, many) in one.raw.items():
            before = total.get(name, (0, 0))
            total[name] = (before[0] + right, before[1] + many)
    return {name: (right / many, many) for name, (right, many) in total.items()}


TASK = Task(name="tracks from tracks", baseline=COPY, measure=measure, pooled=pooled)
