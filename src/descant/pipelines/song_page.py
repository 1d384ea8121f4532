"""A song on its grid as notes to be heard and as a page, beside music that was given and stays as it is.

Given notes keep their times and velocities; a given page keeps its words and signs. What is written lies on sixteenths.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from descant.composition.get_score import CHORD, COLUMNS_A_QUARTER, DURATION, PITCH
from descant.composition.getmusic import POP
from descant.pipelines.compose import tone_name
from descant.pipelines.given_song import TRACKS, GivenSong
from descant.registry import find
from descant.transcription.notation.grid import Place
from descant.transcription.notation.notate import notated
from descant.transcription.notation.ps13 import spelled
from descant.transcription.notation.written_part import written_part
from descant.types import MeterChange, Notes, Part, Provenance, Score
from descant.types.arrays import FloatArray, IntArray
from descant.types.chord_vocabulary import NO_CHORD, Chord, name
from descant.types.clock import Clock
from descant.types.score import ChordSymbol, KeySignature, ScorePart, SpelledPitch, TempoMark

PARTS = {"melody": Part("Melody", 73), "bridge": Part("Bridge", 48), "piano": Part("Piano", 0)}
VELOCITIES = {"melody": 88, "bridge": 60, "piano": 66}  # of what is written, where nothing is given
SOFTEST = 20
ON_GRIDS = (4, 3)  # parts of a quarter that a page shows notes on
NEAR = 0.02  # quarters


@dataclass(frozen=True, eq=False)
class SongPage:
    """What is written and played."""

    grid: IntArray  # (columns, 15) of POP's tokens
    begins: dict[str, int]  # the column from where each track is written
    clock: Clock
    chords: tuple[tuple[Fraction, str], ...]  # from a quarter on, in Harte's syntax
    given: GivenSong | None = None
    key: KeySignature | None = None  # of the page, if it is known
    title: str = ""
    made_by: Provenance | None = None

    @property
    def before(self) -> int:
        """Columns before the piece begins."""
        return self.given.before if self.given else 0

    @property
    def written(self) -> IntArray:
        """What is written, (notes, 4): column, the one where it ends, pitch, and number of the track."""
        return grid_notes(self.grid, self.begins)

    def notes(self) -> Notes:
        """A part a track, those that were given as they were."""
        if self.given is not None and isinstance(self.given.music, Score):
            played: Notes = find("as-written")(self.score())
            return replace(played, made_by=self.made_by)
        return self._together(*self._given_notes())

    def score(self) -> Score:
        """Chord symbols over the staves."""
        if self.given is not None and isinstance(self.given.music, Score):
            score = self._beside(self.given.music)
        else:
            score = notated(self._together(*_for_the_page(*self._given_notes())), key=self.key).score
        symbols = tuple(ChordSymbol(at, label) for at, label in self.chords)
        return replace(score, chords=symbols, title=self.title, made_by=self.made_by)

    def _given_notes(self) -> tuple[Notes | None, Clock]:
        """Given notes at this song's tempo."""
        if self.given is None:
            return None, self.clock
        found = self.given.notes
        old = self.given.clock
        if old is self.clock:
            return found, old

        def moved(seconds: Any) -> FloatArray:
            return self.clock.seconds(old.quarters(seconds))

        return replace(
            found,
            onset=moved(found.onset),
            offset=moved(found.offset),
            bends=tuple(replace(one, time=float(moved(one.time))) for one in found.bends),
            controls=tuple(replace(one, time=float(moved(one.time))) for one in found.controls),
        ), self.clock

    def _together(self, given: Notes | None, clock: Clock) -> Notes:
        """Given and written notes."""
        names = self.given.tracks if self.given else ()
        tracks = [*names, *(one for one in TRACKS if one in self.begins and one not in names)]
        start, stop, pitch, track = self.written.T
        part = np.array([tracks.index(TRACKS[one]) for one in track.tolist()], dtype=np.int64)
        loud = self._velocities(given)
        columns: dict[str, Any] = {
            "onset": clock.seconds((start - self.before) / COLUMNS_A_QUARTER),
            "offset": clock.seconds((stop - self.before) / COLUMNS_A_QUARTER),
            "pitch": pitch,
            "velocity": np.array([loud[TRACKS[one]] for one in track.tolist()], dtype=np.int64),
            "part": part,
        }
        parts = tuple(PARTS[one] for one in tracks)
        if given is not None:
            columns = {name: np.concatenate([getattr(given, name), one]) for name, one in columns.items()}
            parts = (*given.parts, *parts[len(names) :])
        return Notes(
            **columns,
            parts=parts,
            bends=given.bends if given else (),
            controls=given.controls if given else (),
            tempos=clock.tempos,
            meters=self._meters(clock),
            made_by=self.made_by,
        )

    def _meters(self, clock: Clock) -> tuple[MeterChange, ...]:
        if self.given is None or not isinstance(self.given.music, Notes) or not self.given.music.meters:
            return (MeterChange(0.0, 4, 4),)
        meters = self.given.music.meters
        at = clock.seconds(self.given.clock.quarters([one.time for one in meters]))
        return tuple(replace(one, time=float(new)) for one, new in zip(meters, at, strict=True))

    def _velocities(self, given: Notes | None) -> dict[str, int]:
        """Of each track; beside given notes as much softer as beside a melody of ours."""
        if given is None or not len(given):
            return VELOCITIES
        loud = round(float(np.median(given.velocity))) - VELOCITIES["melody"]
        return {name: int(np.clip(one + loud, SOFTEST, 127)) for name, one in VELOCITIES.items()}

    def _beside(self, page: Score) -> Score:
        """A given page with parts for what is written."""
        assert self.given is not None
        kept = tuple(page.parts[one] for one in self.given.part)
        tempos = page.tempos if self.given.clock is self.clock else (TempoMark(Fraction(0), float(self.clock.bpm[0])),)
        return replace(page, parts=(*kept, *self._written_parts(page)), tempos=tempos, numerals=())

    def _written_parts(self, page: Score) -> list[ScorePart]:
        notes = self._together(None, self.clock)
        start = (self.clock.quarters(notes.onset) * COLUMNS_A_QUARTER).round().astype(int).tolist()
        quarter = [Fraction(one, COLUMNS_A_QUARTER) for one in start]
        sharps = [page.measures[page.measure_at(one)].key.sharps for one in quarter]
        order = sorted(range(len(notes)), key=lambda at: (quarter[at], notes.pitch[at]))
        found = spelled([int(notes.pitch[at]) for at in order], [sharps[at] for at in order])
        names: list[SpelledPitch] = [name for _, name in sorted(zip(order, found, strict=True), key=lambda one: one[0])]
        places = [Place(one) for one in quarter]
        held = self.clock.quarters(notes.offset)
        mine = [np.flatnonzero(np.asarray(notes.part) == number).tolist() for number in range(len(notes.parts))]
        return [
            written_part(notes, number, some, places, quarter, held, names, page.measures, False)
            for number, some in enumerate(mine)
            if some
        ]


def grid_notes(grid: IntArray, begins: dict[str, int]) -> IntArray:
    """The notes of some tracks from a column on, (notes, 4): column, end, pitch, track; none lasts beyond the grid."""
    found = [np.zeros((0, 4), dtype=np.int64)]
    for row, (track, _) in enumerate(POP.lanes):
        first = begins.get(TRACKS[track])
        if first is None:
            continue
        column = first + np.flatnonzero(grid[first:, 2 * row])
        end = np.minimum(column + grid[column, 2 * row + 1] - DURATION + 1, len(grid))
        found.append(np.stack([column, end, grid[column, 2 * row] - PITCH, np.full(len(column), track)], axis=1))
    return np.concatenate(found)


def symbols(grid: IntArray, before: int, sharps: int) -> tuple[tuple[Fraction, str], ...]:
    """The chords of a grid's row where they change, from the piece's beginning on, spelled for a signature."""
    names = tuple(tone_name(tone, sharps) for tone in range(12))
    row = grid[before:, -1] - CHORD
    starts = [0, *(np.flatnonzero(np.diff(row)) + 1).tolist()] if len(row) else []
    told = [(Fraction(at, COLUMNS_A_QUARTER), name(Chord.of_tag(int(row[at])), names)) for at in starts]
    return tuple(told[1:] if told and row[0] == NO_CHORD else told)


def _for_the_page(given: Notes | None, clock: Clock) -> tuple[Notes | None, Clock]:
    """Given notes as a page shows them: what lies beside the grid on the nearest sixteenth or triplet."""
    if given is None:
        return None, clock
    edges = [_tidy(clock.quarters(one)) for one in (given.onset, given.offset)]
    onset, offset = edges[0], np.maximum(edges[1], edges[0] + 1 / ON_GRIDS[0] / 2)
    return replace(given, onset=clock.seconds(onset), offset=clock.seconds(offset)), clock


def _tidy(quarters: FloatArray) -> FloatArray:
    on = np.stack([np.round(quarters * one) / one for one in ON_GRIDS])
    away = np.abs(on - quarters)
    nearest: FloatArray = np.take_along_axis(on, away.argmin(axis=0)[None], axis=0)[0]
    fine = np.abs(quarters * 48 - np.round(quarters * 48)) < NEAR  # written so
    return np.where(fine, quarters, nearest)
