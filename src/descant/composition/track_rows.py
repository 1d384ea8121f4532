"""The rows of a GETScore as a network reads them: each row's tokens counted from 0, the tracks that rows belong to.

A row of pitches has 129 tokens, one of durations 65, that of the chords 181; COVERED is what is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from descant.composition.absorbing_state import COVERED
from descant.composition.chord_row import CHORDS
from descant.composition.get_score import CHORD, DURATION, LONGEST, GetScore
from descant.types.arrays import BoolArray, IntArray

PITCHES, DURATIONS = DURATION, 1 + LONGEST  # with the empty one
CHORD_TRACK = "chords"  # as a track is called by its part's name


@dataclass(frozen=True)
class TrackRows:
    """The rows of a vocabulary."""

    vocabulary: GetScore

    @cached_property
    def tracks(self) -> tuple[str, ...]:
        """The names of the tracks; the chords are one."""
        names = tuple(track.part.name for track in self.vocabulary.tracks)
        return (*names, CHORD_TRACK) if self.vocabulary.chords else names

    @cached_property
    def track(self) -> IntArray:
        """The track that each row belongs to."""
        lanes = [number for number, _ in self.vocabulary.lanes for _ in range(2)]
        return np.array([*lanes, len(self.tracks) - 1] if self.vocabulary.chords else lanes)

    @cached_property
    def turn(self) -> IntArray:
        """Each row's number in its track: a row may be told once those before it are."""
        return np.concatenate([np.arange(np.count_nonzero(self.track == one)) for one in range(len(self.tracks))])

    @cached_property
    def sizes(self) -> IntArray:
        """How many tokens each row has."""
        lanes = [PITCHES, DURATIONS] * len(self.vocabulary.lanes)
        return np.array([*lanes, CHORDS] if self.vocabulary.chords else lanes)

    @cached_property
    def empty(self) -> BoolArray:
        """Which rows may hold nothing, which they count as 0."""
        found: BoolArray = self.sizes != CHORDS
        return found

    @cached_property
    def _first(self) -> IntArray:
        """The vocabulary's token that each row's token 1 is, less 1; that of durations leaves out the pitches."""
        return np.where(self.sizes == DURATIONS, DURATION - 1, np.where(self.sizes == CHORDS, CHORD, 0))

    def counted(self, grid: IntArray) -> IntArray:
        """The vocabulary's tokens as each row counts its own."""
        return np.where((grid == COVERED) | ((grid == 0) & self.empty), grid, grid - self._first)

    def tokens(self, rows: IntArray) -> IntArray:
        """The other way round."""
        return np.where((rows == COVERED) | ((rows == 0) & self.empty), rows, rows + self._first)

    def allowed(self, grid: IntArray, row: int) -> BoolArray:
        """The tokens that the grammar allows in a row, (columns, its size), by what stands before it in each column."""
        mask = self.vocabulary.allowed_in(grid, row)
        first, size = int(self._first[row]), int(self.sizes[row])
        if size == CHORDS:
            return mask[:, first : first + size]
        return np.concatenate([mask[:, :1], mask[:, first + 1 : first + size]], axis=1)
