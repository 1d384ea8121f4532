"""What tells wanted tracks from given ones while knowing little: the floors of `tracks_from_tracks.py`.

All read and write (columns, rows) as `TrackRows` counts them. They learn from training pieces, by counting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Protocol

import numpy as np

from descant.composition.get_score import COLUMNS_A_QUARTER
from descant.composition.track_rows import DURATIONS, PITCHES, TrackRows
from descant.datasets.track_grids import TrackGrid
from descant.types.arrays import BoolArray, IntArray
from descant.types.chord_vocabulary import NAMES, NO_CHORD, Chord

PLACES = 32  # columns of a bar that are told apart
QUALITIES = len(NAMES)
UNKNOWN = QUALITIES + 1  # the quality where chords are wanted too, after that of no chord


# From rows, places in the bar and which tracks are wanted, (tracks,): the rows with those of wanted tracks told by the
# others; and what each of their cells would say if it were known that something stands in it.
Tell = Callable[[IntArray, IntArray, BoolArray], tuple[IntArray, IntArray]]


class Floor(Protocol):
    """What each floor does: what `Tell` does, one or the other."""

    def told(self, rows: IntArray, place: IntArray, wanted: BoolArray, *, held: bool) -> IntArray:
        """held: whether something is known to stand in every cell."""
        ...


def both(floor: Floor) -> Tell:
    """A floor's two answers."""
    return lambda rows, place, wanted: (
        floor.told(rows, place, wanted, held=False),
        floor.told(rows, place, wanted, held=True),
    )


@dataclass(frozen=True, eq=False)
class MostFrequent:
    """Every row always says what it says most often."""

    tracks: TrackRows
    token: IntArray  # (2, rows), of all that it says, and of all but nothing

    @classmethod
    def fit(cls, tracks: TrackRows, pieces: Sequence[TrackGrid]) -> MostFrequent:
        """Over all columns."""
        every = np.concatenate([tracks.counted(one.grid) for one in pieces])
        counts = [np.bincount(row, minlength=2) for row in every.T]
        first = np.where(tracks.empty, 1, 0)
        held = [least + one[least:].argmax() for one, least in zip(counts, first, strict=True)]
        return cls(tracks, np.array([[one.argmax() for one in counts], held]))

    def told(self, rows: IntArray, place: IntArray, wanted: BoolArray, *, held: bool) -> IntArray:  # noqa: ARG002
        """The same in all columns."""
        return np.where(wanted[self.tracks.track], self.token[int(held)], rows)


@dataclass(frozen=True, eq=False)
class CopyNeighbour:
    """A wanted track plays with the top notes of the nearest given one, as far away as it does most often.

    The chord is the major triad on the lowest note that sounds in its beat. Where no notes are given, and in lower
    lanes, the most frequent stands.
    """

    most: MostFrequent
    interval: IntArray  # (tracks, tracks) semitones up from the second to the first

    @classmethod
    def fit(cls, most: MostFrequent, pieces: Sequence[TrackGrid]) -> CopyNeighbour:
        """Over all columns in which two tracks begin a note."""
        tracks = most.tracks
        top = _top_rows(tracks)
        every = np.concatenate([tracks.counted(one.grid) for one in pieces])
        interval = np.zeros((len(tracks.tracks), len(tracks.tracks)), dtype=np.int64)
        for one, other in product(range(len(top)), repeat=2):
            both = every[(every[:, top[one]] > 0) & (every[:, top[other]] > 0)]
            apart = both[:, top[one]] - both[:, top[other]] + PITCHES
            interval[one, other] = np.bincount(apart).argmax() - PITCHES if len(apart) else 0
        return cls(most, interval)

    def told(self, rows: IntArray, place: IntArray, wanted: BoolArray, *, held: bool) -> IntArray:
        """In step with the nearest given track."""
        tracks, found = self.most.tracks, self.most.told(rows, place, wanted, held=held)
        top = _top_rows(tracks)
        given = [one for one in range(len(top)) if not wanted[one]]
        if not given:
            return found
        for track in (one for one in range(len(top)) if wanted[one]):
            near = min(given, key=lambda one: abs(one - track))
            pitch = rows[:, top[near]]
            there = (pitch > 0) & (pitch + self.interval[track, near] > 0)
            there &= pitch + self.interval[track, near] < PITCHES
            copied = np.stack([pitch + self.interval[track, near], rows[:, top[near] + 1]], axis=1)
            mine = slice(top[track], top[track] + 2)
            found[:, mine] = np.where(there[:, None], copied, found[:, mine] if held else 0)
        if tracks.vocabulary.chords and wanted[-1]:
            found[:, -1] = _triads(tracks, rows, wanted)
        return found


@dataclass(frozen=True, eq=False)
class HarmonyAndBeat:
    """Every row says what it says most often over such a chord at such a place in the bar.

    The chord is the most frequent one over the pitch classes that sound in its beat. Keys do not matter.
    """

    most: MostFrequent
    pitch: IntArray  # (2, rows, PLACES, qualities) semitones above the root, from -11 to 127, plus 12; 0 for none
    duration: IntArray  # (rows, PLACES)
    chord: IntArray  # (4096,) tag over each set of pitch classes; -1 where it was not met

    @classmethod
    def fit(cls, most: MostFrequent, pieces: Sequence[TrackGrid]) -> HarmonyAndBeat:
        """Over all columns."""
        tracks = most.tracks
        rows = len(tracks.sizes)
        pitch = np.zeros((rows, PLACES, UNKNOWN + 1, PITCHES + 12), dtype=np.int64)
        duration = np.zeros((rows, PLACES, DURATIONS), dtype=np.int64)
        chord = np.zeros((4096, QUALITIES), dtype=np.int64)  # over sets of pitch classes above the root
        for one in pieces:
            counted, place = tracks.counted(one.grid), np.minimum(one.place, PLACES - 1)
            for row in _pitch_rows(tracks):
                for root, quality in _contexts(tracks, counted):
                    np.add.at(pitch[row], (place, quality, _above(counted[:, row], root)), 1)
                np.add.at(duration[row + 1], (place, counted[:, row + 1]), 1)
            if tracks.vocabulary.chords:
                sounding = _sounding(tracks, counted, np.zeros(len(tracks.tracks), dtype=bool))
                tag = counted[:, -1]
                real = tag != NO_CHORD
                np.add.at(chord, (_rotated(sounding[real], tag[real] % 12), tag[real] // 12), 1)
        duration[..., 0] = 0  # which is for those without a pitch
        both = np.stack([pitch.argmax(axis=-1), 1 + pitch[..., 1:].argmax(axis=-1)])
        return cls(most, both, duration.argmax(axis=-1), _best_chords(chord))

    def told(self, rows: IntArray, place: IntArray, wanted: BoolArray, *, held: bool) -> IntArray:
        """By place and chord, chords by what sounds."""
        tracks, found = self.most.tracks, self.most.told(rows, place, wanted, held=held)
        place = np.minimum(place, PLACES - 1)
        known = tracks.vocabulary.chords and not wanted[-1]
        root, quality = next(iter(_contexts(tracks, rows) if known else _contexts(tracks, rows[:, :-1])))
        for row in _pitch_rows(tracks):
            if wanted[tracks.track[row]]:
                above = self.pitch[int(held), row, place, quality]
                found[:, row] = np.where(above > 0, np.clip(above - 12 + root, 1, PITCHES - 1), 0)
                found[:, row + 1] = np.where(above > 0, self.duration[row + 1, place], 0)
        if tracks.vocabulary.chords and wanted[-1] and not wanted[:-1].all():
            found[:, -1] = _held(self.chord[_sounding(tracks, rows, wanted)])
        return found


def _top_rows(tracks: TrackRows) -> list[int]:
    """The row of the highest notes of every track but the chords."""
    return np.flatnonzero((tracks.turn == 0) & (tracks.sizes == PITCHES)).tolist()


def _pitch_rows(tracks: TrackRows) -> list[int]:
    return np.flatnonzero(tracks.sizes == PITCHES).tolist()


def _contexts(tracks: TrackRows, rows: IntArray) -> Iterable[tuple[IntArray, IntArray]]:
    """Root and quality of every column where its chord is known, then as where it is not."""
    columns = len(rows)
    if tracks.vocabulary.chords and rows.shape[1] == tracks.vocabulary.rows:
        tag = rows[:, -1]
        none = tag == NO_CHORD
        yield np.where(none, 0, tag % 12), np.where(none, QUALITIES, tag // 12)
    yield np.zeros(columns, dtype=np.int64), np.full(columns, UNKNOWN)


def _above(token: IntArray, root: IntArray) -> IntArray:
    """A pitch's token as one above the root, 0 for none."""
    return np.where(token > 0, token - root + 12, 0)


def _sounding(tracks: TrackRows, rows: IntArray, wanted: BoolArray) -> IntArray:
    """The pitch classes that sound in each column's beat in given tracks, as the bits of a number."""
    change = np.zeros((len(rows) + DURATIONS, 12), dtype=np.int64)
    for row in _pitch_rows(tracks):
        if not wanted[tracks.track[row]]:
            at = np.flatnonzero(rows[:, row] > 0)
            pitch = (rows[at, row] - 1) % 12
            np.add.at(change, (at, pitch), 1)
            np.add.at(change, (at + rows[at, row + 1], pitch), -1)
    sounds = np.cumsum(change, axis=0)[: len(rows)] > 0
    beat = np.arange(len(rows)) // COLUMNS_A_QUARTER
    heard = np.zeros((int(beat[-1]) + 1, 12), dtype=bool)
    np.logical_or.at(heard, beat, sounds)
    sets: IntArray = heard @ (1 << np.arange(12))
    return sets[beat]


def _rotated(sets: IntArray, root: IntArray) -> IntArray:
    """Sets of pitch classes as seen from a root."""
    turned: IntArray = ((sets >> root) | (sets << (12 - root))) & 4095
    return turned


def _best_chords(counts: IntArray) -> IntArray:
    """The tag that is most frequent over every set of pitch classes, in any key; -1 where there is none."""
    every = np.arange(4096)
    by_root = np.stack([counts[_rotated(every, np.full(4096, root))] for root in range(12)], axis=2)
    tags = by_root.reshape(4096, -1)  # quality by quality, from C up, as tags are
    return np.where(tags.max(axis=1) > 0, tags.argmax(axis=1), -1)


def _triads(tracks: TrackRows, rows: IntArray, wanted: BoolArray) -> IntArray:
    """Of every column the major triad on the lowest note that sounds in its beat, or in the last one with any."""
    lowest = np.full(len(rows), PITCHES)
    for row in _pitch_rows(tracks):
        if not wanted[tracks.track[row]]:
            for at in np.flatnonzero(rows[:, row] > 0).tolist():
                sounds = slice(at, at + int(rows[at, row + 1]))
                lowest[sounds] = np.minimum(lowest[sounds], rows[at, row])
    beats = np.pad(lowest, (0, -len(rows) % COLUMNS_A_QUARTER), constant_values=PITCHES).reshape(-1, COLUMNS_A_QUARTER)
    root = np.repeat(beats.min(axis=1), COLUMNS_A_QUARTER)[: len(rows)]
    return _held(np.where(root < PITCHES, 12 * Chord(0, 0, 0).quality + (root - 1) % 12, -1))


def _held(tags: IntArray) -> IntArray:
    """Tags, where there is none the last one; no chord before the first."""
    last = np.maximum.accumulate(np.where(tags >= 0, np.arange(len(tags)), -1))
    return np.where(last >= 0, tags[last], NO_CHORD)
