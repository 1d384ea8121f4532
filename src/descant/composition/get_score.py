"""GETScore: tracks by time. Each track has a pitch and a duration in every column, a sixteenth wide; most are empty.

A note stands where it begins, so that any track can be taken away, given or asked for without moving the others. A
track that plays chords has several lanes, filled from its highest note down. The paper has one token for every chord
that a track was seen to play instead; with lanes any chord can be said, as far as there are lanes for it.

Lv, Tan, Lu, Ye, Zhang, Bian and Yan: GETMusic: Generating Any Music Tracks with a Unified Representation and Diffusion
Framework, 2023. Velocities, tempi, metres and bars are left out.

A grid is (columns, rows) of tokens: for each lane of each track a row of pitches and one of durations, and a
last one may say the chord that each column lies in. Read column by column it is a row of tokens, whose grammar this is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descant.composition import chord_row
from descant.composition.placed import Placed, placed
from descant.composition.vocabulary import Encoded, OffGrid, read
from descant.errors import InvalidValueError
from descant.types import Chords, Notes, Part, Score
from descant.types.arrays import BoolArray, IntArray
from descant.types.chord_vocabulary import NO_CHORD
from descant.types.clock import Clock

COLUMNS_A_QUARTER = 4
LONGEST = 64  # columns that a note lasts at most
EMPTY, PITCH, DURATION = 0, 1, 129  # the first token of each kind
CHORD = DURATION + LONGEST  # in the order of `chord_row.py`
LOUDNESS = 80  # velocity of what is decoded
CLOSE = 1e-3  # columns: nearer than that a note lies on the grid
NO_CHORDS = Chords(np.zeros(0), np.zeros(0), ())


@dataclass(frozen=True)
class Track:
    """Who plays, and how many notes may begin together."""

    part: Part
    lanes: int = 1


class Cell(NamedTuple):
    """The grammar's state."""

    row: int = 0  # the one that comes next
    pitch: int = EMPTY  # the token of the last lane
    sounds: bool = True  # whether a note begins in this column; before its first row, in the one before


@dataclass(frozen=True)
class GetScore:
    """The vocabulary of some tracks, and of their chords where there is a row for them."""

    tracks: tuple[Track, ...]
    chords: bool = False

    def __post_init__(self) -> None:
        if not self.tracks or any(track.lanes < 1 for track in self.tracks):
            raise InvalidValueError("a grid has tracks, and each has a lane")

    @property
    def size(self) -> int:
        """How many tokens there are."""
        return CHORD + self.chords * chord_row.CHORDS

    @property
    def names(self) -> tuple[str, ...]:
        """Pitches by their MIDI numbers, durations in sixteenths, chords by Harte's labels."""
        pitches = (f"pitch {pitch}" for pitch in range(DURATION - PITCH))
        durations = (f"duration {columns}" for columns in range(1, LONGEST + 1))
        return ("empty", *pitches, *durations, *(chord_row.LABELS if self.chords else ()))

    @cached_property
    def lanes(self) -> tuple[tuple[int, int], ...]:
        """The track of every lane, and its number there."""
        return tuple((number, lane) for number, track in enumerate(self.tracks) for lane in range(track.lanes))

    @property
    def rows(self) -> int:
        """Tokens in a column."""
        return 2 * len(self.lanes) + self.chords

    @cached_property
    def silence(self) -> IntArray:
        """A column in which nothing begins, and that has no chord."""
        column = np.full(self.rows, EMPTY, dtype=np.int64)
        column[2 * len(self.lanes) :] = CHORD + NO_CHORD
        column.setflags(write=False)
        return column

    # The grammar.

    @property
    def start(self) -> Cell:
        """Before the first column."""
        return Cell()

    def allowed(self, state: Cell) -> BoolArray:
        """In a track's lanes pitches fall, and below an empty lane all are empty; a pitch has a duration."""
        mask = np.zeros(self.size, dtype=bool)
        if state.row == 2 * len(self.lanes):
            mask[CHORD:] = True
            return mask
        if state.row % 2:
            mask[DURATION:CHORD] = state.pitch != EMPTY
            mask[EMPTY] = state.pitch == EMPTY
            return mask
        below = DURATION if self.lanes[state.row // 2][1] == 0 else max(state.pitch, PITCH)
        mask[PITCH:below] = True
        mask[EMPTY] = True
        return mask

    def after(self, state: Cell, token: int) -> Cell:
        """The state after a token."""
        row = (state.row + 1) % self.rows
        sounds = token != EMPTY or (state.row > 0 and state.sounds)
        return Cell(row, state.pitch if state.row % 2 else token, sounds)

    def complete(self, state: Cell) -> bool:
        """A piece ends with a whole column, and not with silence; chords say how long that lasts."""
        return state.row == 0 and (state.sounds or self.chords)

    def closing(self, state: Cell) -> int:
        """Nothing more; in a column without any note a short one, where no chord is said."""
        if state.row == 2 * len(self.lanes):
            return CHORD + NO_CHORD
        if state.row % 2:
            return EMPTY if state.pitch == EMPTY else DURATION
        silent = not (state.sounds or self.chords) and self.lanes[state.row // 2][1] == 0
        return PITCH + 60 if silent else EMPTY

    # Grids and tokens.

    def grid(self, tokens: Sequence[int] | IntArray) -> IntArray:
        """Tokens as columns of rows. Raises InvalidValueError where the grammar forbids one."""
        row = np.asarray(tokens, dtype=np.int64)
        if len(row) % self.rows:
            raise InvalidValueError(f"{len(row)} tokens are no whole number of columns of {self.rows}")
        grid = row.reshape(-1, self.rows)
        if not self._keeps(grid):
            read(self, row.tolist())  # says which token is wrong
        return grid

    def flatten(self, grid: npt.ArrayLike) -> IntArray:
        """A grid as one row of tokens, column by column. Raises InvalidValueError where the grammar forbids one."""
        return self.grid(np.asarray(grid, dtype=np.int64).ravel()).ravel()

    def _keeps(self, grid: IntArray) -> bool:
        """Whether a grid keeps the grammar, all at once."""
        if grid.size and not 0 <= grid.min() <= grid.max() < self.size:
            return False
        allowed = (self.allowed_in(grid, row) for row in range(self.rows))
        return all(mask[np.arange(len(grid)), grid[:, row]].all() for row, mask in enumerate(allowed))

    def allowed_in(self, grid: IntArray, row: int) -> BoolArray:
        """The tokens that the grammar allows in a row, (columns, size), by what stands before it in each column."""
        token = np.arange(self.size)
        if row == 2 * len(self.lanes):
            return np.tile(token >= CHORD, (len(grid), 1))
        if row % 2:
            held = (token >= DURATION) & (token < CHORD)
            return np.where(grid[:, row - 1, None] == EMPTY, token == EMPTY, held)
        first = self.lanes[row // 2][1] == 0
        below = np.full(len(grid), DURATION) if first else np.maximum(grid[:, row - 2], PITCH)
        falling: BoolArray = token < below[:, None]
        return falling

    def transposed(self, grid: IntArray, semitones: int) -> IntArray:
        """The same piece in another key. Raises InvalidValueError where a note leaves MIDI's pitches."""
        moved = grid.copy()
        notes = moved[:, : 2 * len(self.lanes) : 2]
        there = notes != EMPTY
        notes[there] += semitones
        if np.any((notes[there] < PITCH) | (notes[there] >= DURATION)):
            raise InvalidValueError(f"{semitones} semitones away some notes leave the pitches that MIDI has")
        if self.chords:
            moved[:, -1] = CHORD + chord_row.transposed(moved[:, -1] - CHORD, semitones)
        return moved

    # Music and tokens.

    def encode(self, music: Notes | Score, chords: Chords | None = None) -> Encoded:
        """The tokens of a piece, part by part on the tracks in their order.

        chords: for a chord row; if none are given, those that are written in a score. Of notes that begin together in a
        track, the lowest that find no lane are lost. Raises InvalidValueError where there are more parts than tracks,
        and where chords find no row.
        """
        piece = placed(music)
        if len(piece.parts) > len(self.tracks):
            raise InvalidValueError(f"the piece has {len(piece.parts)} parts, and the grid {len(self.tracks)} tracks")
        if chords is not None and not self.chords:
            raise InvalidValueError("the grid has no row for chords")
        notes, told = self._on_grid(piece)
        columns = int(notes[-1, 0]) + 1 if len(notes) else 0
        said = np.zeros(0, dtype=np.int64)
        if self.chords:
            harmony = music if chords is None and isinstance(music, Score) else chords or NO_CHORDS
            said, changed = chord_row.encode(chord_row.spans_of(harmony, piece.clock), COLUMNS_A_QUARTER)
            told = replace(told, chords=changed)
        grid = np.tile(self.silence, (max(columns, len(said)), 1))
        if self.chords:
            grid[: len(said), -1] = CHORD + said
        column, lane, pitch, duration = notes.T
        grid[column, 2 * lane] = PITCH + pitch
        grid[column, 2 * lane + 1] = DURATION + duration - 1
        return Encoded(grid.ravel(), told)

    def decode(self, tokens: Sequence[int] | IntArray, bpm: float = 120.0) -> Notes:
        """The notes that tokens say; of empty columns at its end nothing is left.

        Raises InvalidValueError where the grammar forbids a token.
        """
        grid = self.grid(tokens)
        column, lane = np.nonzero(grid[:, : 2 * len(self.lanes) : 2])
        clock = Clock.of_quarters([(0.0, bpm)])
        end = column + grid[column, 2 * lane + 1] - DURATION + 1
        return Notes(
            clock.seconds(column / COLUMNS_A_QUARTER),
            clock.seconds(end / COLUMNS_A_QUARTER),
            grid[column, 2 * lane] - PITCH,
            np.full(len(column), LOUDNESS),
            np.array([self.lanes[one][0] for one in lane], dtype=np.int64),
            tuple(track.part for track in self.tracks),
            tempos=clock.tempos,
        )

    def decode_chords(self, tokens: Sequence[int] | IntArray, bpm: float = 120.0) -> Chords:
        """The chords that tokens say. Raises InvalidValueError where there is no row for them, or as `decode` does."""
        if not self.chords:
            raise InvalidValueError("the grid has no row for chords")
        return chord_row.decode(self.grid(tokens)[:, -1] - CHORD, Clock.of_quarters([(0.0, bpm)]), COLUMNS_A_QUARTER)

    def _on_grid(self, piece: Placed) -> tuple[IntArray, OffGrid]:
        """(notes, 4) of column, lane, pitch and duration in columns, by columns; and what is off the grid."""
        start = np.round(piece.onset * COLUMNS_A_QUARTER).astype(np.int64)
        stop = np.maximum(np.round(piece.end * COLUMNS_A_QUARTER).astype(np.int64), start + 1)
        order = np.lexsort((-stop, -piece.pitch, piece.part, start))
        graces = piece.end <= piece.onset
        kept: list[int] = []
        lanes: list[int] = []
        last, lane = (-1, -1, -1), 0
        first = np.cumsum([0, *(track.lanes for track in self.tracks)])
        for at in order[~graces[order]].tolist():
            note = (int(start[at]), int(piece.part[at]), int(piece.pitch[at]))
            lane = (lane + (note != last)) if note[:2] == last[:2] else 0
            if lane < self.tracks[note[1]].lanes and note != last:
                kept.append(at)
                lanes.append(int(first[note[1]]) + lane)
            last = note
        there = np.array(kept, dtype=np.int64)
        length = (stop - start)[there]
        long = length > LONGEST
        away = np.abs(piece.onset * COLUMNS_A_QUARTER - start)
        away = np.maximum(away[there], np.abs(piece.end * COLUMNS_A_QUARTER - stop)[there])
        told = OffGrid(
            "quarters",
            moved=int(np.count_nonzero(away > CLOSE)),
            farthest=float(away.max(initial=0.0)) / COLUMNS_A_QUARTER,
            lost=len(start) - len(there),
            cut=int(np.count_nonzero(long)),
            touched=int(np.count_nonzero(piece.velocity[there] != LOUDNESS)),
        )
        columns = [start[there], np.array(lanes, dtype=np.int64), piece.pitch[there], np.minimum(length, LONGEST)]
        return np.stack(columns, axis=1), told
