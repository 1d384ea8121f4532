"""The rows of a GETScore as a network reads them: each row's tokens counted from 0, the tracks that rows belong to.

A row of pitches has 129 tokens, one of durations 65, that of the chords 181; COVERED is what is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from descant.composition.absorbing_state import COVERED
from descant.composition.chord_row import CHORDS, transposed
from descant.composition.frames_before import key_of
from descant.composition.get_score import CHORD, DURATION, LONGEST, GetScore
from descant.types.arrays import BoolArray, IntArray
from descant.types.chord_vocabulary import Chord, tones

PITCHES, DURATIONS = DURATION, 1 + LONGEST  # with the empty one
CHORD_TRACK = "chords"  # as a track is called by its part's name
_TONES = np.stack([tones(Chord.of_tag(tag)) for tag in range(CHORDS)])


def semitones_to_c(key: int) -> int:
    """How far a key is moved to become C major, or A minor, by the nearest way."""
    tonic = (key + 3 * (key >= 12)) % 12
    return (6 - tonic) % 12 - 6 if key < 24 else 0


def moved_pitches(semitones: int) -> IntArray:
    """Of each token of a row of pitches the one so many semitones higher, (129,); beyond MIDI's an octave back."""
    moved = np.arange(PITCHES - 1) + semitones
    moved = np.where(moved < 0, moved + 12, np.where(moved >= PITCHES - 1, moved - 12, moved))
    return np.append(0, moved + 1)


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

    def neighbours(self, rows: IntArray) -> IntArray:
        """The nearest known pitches before and after every column in each lane, (columns, lanes, 2); -1: there is none.

        rows: as `counted` gives them.
        """
        pitches = rows[:, : 2 * len(self.vocabulary.lanes) : 2]
        return np.stack([_last(pitches), _last(pitches[::-1])[::-1]], axis=-1)

    def known_key(self, rows: IntArray) -> int:
        """The key that goes best with what is known, as `key_of` counts keys; NO_KEY where no pitch is.

        rows: as `counted` gives them.
        """
        pitches = rows[:, : 2 * len(self.vocabulary.lanes) : 2]
        classes = np.bincount((pitches[pitches > 0] - 1) % 12, minlength=12).astype(np.float64)
        if self.vocabulary.chords:
            heard = np.bincount(rows[rows[:, -1] >= 0, -1], minlength=CHORDS)
            classes += heard @ _TONES
        return key_of(classes)

    def transposed(self, rows: IntArray, semitones: int) -> IntArray:
        """What is known in another key; pitches that MIDI has not go an octave back.

        rows: as `counted` gives them.
        """
        found = rows.copy()
        pitches = found[:, : 2 * len(self.vocabulary.lanes) : 2]
        pitches[:] = np.where(pitches > 0, moved_pitches(semitones)[pitches], pitches)
        if self.vocabulary.chords:
            known = found[:, -1] >= 0
            found[known, -1] = transposed(found[known, -1], semitones)
        return found

    def allowed(self, grid: IntArray, row: int) -> BoolArray:
        """The tokens that the grammar allows in a row, (columns, its size), by what stands before it in each column."""
        mask = self.vocabulary.allowed_in(grid, row)
        first, size = int(self._first[row]), int(self.sizes[row])
        if size == CHORDS:
            return mask[:, first : first + size]
        return np.concatenate([mask[:, :1], mask[:, first + 1 : first + size]], axis=1)


def _last(pitches: IntArray) -> IntArray:
    """The nearest known pitch before each column, (columns, lanes), from pitches counted from 1."""
    at = np.where(pitches > 0, np.arange(1, len(pitches) + 1)[:, None], 0)
    before = np.pad(np.maximum.accumulate(at, axis=0), [(1, 0), (0, 0)])[:-1]
    return np.take_along_axis(np.pad(pitches, [(1, 0), (0, 0)]), before, axis=0) - 1
