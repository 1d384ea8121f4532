"""GETMusic: any tracks of a piece written to any others, on a grid of tracks by time with a row for the chords.

A denoiser sees the whole grid, of which the wanted tracks are covered, and says of every cell what may stand there; the
cells are uncovered a few at a time (`absorbing_state.py`). In training any tracks were covered, wholly or in part, each
by a noise level of its own, so one network harmonises, accompanies, fills in and writes all. What is given is never
touched.

Lv, Tan, Lu, Ye, Zhang, Bian and Yan: GETMusic: Generating Any Music Tracks with a Unified Representation and Diffusion
Framework, 2023; a noise level a track: Yao et al.: JEN-1 Composer, 2023. Simplified: the levels are not told, as what
is covered shows them; notes of one track that begin together are told one by one, from the highest, under the grammar
of `get_score.py`; chords that are written change on beats alone; a long piece is written window by window, each hearing
half of the one before.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from descant import weights
from descant.composition.absorbing_state import COVERED, sample
from descant.composition.chord_row import CHORDS
from descant.composition.get_score import COLUMNS_A_QUARTER, GetScore, Track
from descant.composition.jsb_raster import CHOIR, VOICES
from descant.composition.track_rows import TrackRows
from descant.errors import InvalidValueError
from descant.types import Part
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.weights import Array

WINDOW = 512  # columns that are heard at once: 32 bars of four
TOGETHER = COLUMNS_A_QUARTER  # columns of a place of attention, so a grid begins on a beat
BAR = 16  # columns, where no places are given
STEPS = 16

POP = GetScore((Track(Part("melody")), Track(Part("bridge"), 2), Track(Part("piano"), 4)), chords=True)
CHORALE = GetScore(tuple(Track(Part(name, CHOIR)) for name in VOICES))


@dataclass(frozen=True)
class GetMusic:
    """A network and the grid that it writes."""

    weights: str
    vocabulary: GetScore

    @cached_property
    def rows(self) -> TrackRows:
        """As the network reads them."""
        return TrackRows(self.vocabulary)

    def complete(
        self,
        grid: IntArray,
        wanted: Collection[str],
        seed: int = 0,
        steps: int = STEPS,
        *,
        within: BoolArray | None = None,
        place: IntArray | None = None,
        temperature: float = 1.0,
    ) -> IntArray:
        """The grid with the wanted tracks written anew to the others, which stay as they are.

        grid: (columns, rows) of the vocabulary's tokens; what stands in wanted tracks is not heard. within: which
        columns are written, (columns,), if not all. place: of each column its distance from the bar line; if not given,
        bars are of four from the first column on. steps: how often the network is asked for each of a track's rows;
        fewer are faster, and notes that come in one step do not hear each other.
        Raises InvalidValueError where a track is not known, nothing is wanted, or the grammar forbids what is given.
        """
        covered = self._covered(grid, wanted, within)
        if steps < 1:
            raise InvalidValueError(f"music is written in one step or more, not in {steps}")
        rng = np.random.default_rng(seed)
        bars = np.arange(len(grid)) % BAR if place is None else place
        found = np.where(covered, COVERED, grid)
        for start in range(0, max(1, len(grid) - WINDOW // 2), WINDOW // 2):
            seen = slice(start, start + WINDOW)
            found[seen] = self._written(found[seen], bars[seen], rng, steps, temperature)
        return found

    def logits(self, grid: IntArray, place: IntArray) -> list[Array]:
        """Of each row, (columns, its tokens), from a grid in which COVERED is what is not known, and places."""
        short = -len(grid) % TOGETHER
        rows = np.pad(self.rows.counted(grid), [(0, short), (0, 0)], constant_values=COVERED)
        given = {"tokens": rows[np.newaxis], "place": np.pad(place, (0, short), mode="edge")[np.newaxis]}
        told = {name: found[0, : len(grid)] for name, found in weights.load(self.weights).run(given).items()}
        lanes = range(len(self.vocabulary.lanes))
        notes = [told[name][:, lane] for lane in lanes for name in ("pitches", "durations")]
        return [*notes, told["chords"]] if self.vocabulary.chords else notes

    def _covered(self, grid: IntArray, wanted: Collection[str], within: BoolArray | None) -> BoolArray:
        """The cells that are wanted. Raises InvalidValueError."""
        unknown = [name for name in wanted if name not in self.rows.tracks]
        if unknown or not wanted:
            named = f"no track is named {unknown[0]}" if unknown else "no track is wanted"
            raise InvalidValueError(f"{named}; choose from {', '.join(self.rows.tracks)}")
        row = np.array([self.rows.tracks[one] in wanted for one in self.rows.track])
        if grid.ndim != 2 or grid.shape[1] != len(row):
            raise InvalidValueError(f"a grid of these tracks is (columns, {len(row)}), got {grid.shape}")
        columns = np.ones(len(grid), dtype=bool) if within is None else within
        covered: BoolArray = columns[:, None] & row
        self.vocabulary.grid(np.where(covered, self.vocabulary.silence, grid).ravel())
        return covered

    def _written(
        self, grid: IntArray, place: IntArray, rng: np.random.Generator, steps: int, temperature: float
    ) -> IntArray:
        """A window with all that is covered drawn: the first row of every track, then the second, and so on."""
        for turn in range(int(self.rows.turn.max()) + 1):
            rows = np.flatnonzero((self.rows.turn == turn) & (grid == COVERED).any(axis=0))
            if rows.size:
                grid = self._rows_written(grid, rows, place, rng, steps, temperature)
        return grid

    def _rows_written(
        self,
        grid: IntArray,
        rows: IntArray,
        place: IntArray,
        rng: np.random.Generator,
        steps: int,
        temperature: float,
    ) -> IntArray:
        """The grid with these rows drawn, each of another track; those before them in their tracks are known."""
        size = int(self.rows.sizes[rows].max())
        counted = self.rows.counted(grid)

        def with_rows(tokens: IntArray) -> IntArray:
            found = counted.copy()
            found[:, rows] = tokens.T
            return self.rows.tokens(found)

        def denoise(tokens: IntArray, _: FloatArray) -> Array:
            told = self.logits(with_rows(tokens), place)
            return np.stack([_widened(told[row], size, -np.inf) for row in rows])

        allowed = np.stack([_widened(self.rows.allowed(grid, row), size, False) for row in rows])
        tokens = counted[:, rows].T
        known = allowed.sum(axis=-1) == 1  # by the grammar
        tokens = np.where((tokens == COVERED) & known, allowed.argmax(axis=-1), tokens)
        wanted = tokens == COVERED
        between = (self.rows.sizes[rows] == CHORDS)[:, None] & (np.arange(len(grid)) % COLUMNS_A_QUARTER > 0)
        held = wanted & between  # chords change with the beat
        wanted &= ~between
        if wanted.any():
            steps = min(steps, int(wanted.sum()))
            tokens = sample(denoise, tokens, wanted, rng, steps=steps, temperature=temperature, allowed=allowed)
        for column in range(1, len(grid)):
            tokens[:, column] = np.where(held[:, column], tokens[:, column - 1], tokens[:, column])
        return with_rows(tokens)


def _widened(table: npt.NDArray[Any], size: int, value: float) -> npt.NDArray[Any]:
    """More columns of one value, up to this many."""
    return np.pad(table, [(0, 0), (0, size - table.shape[1])], constant_values=value)


SONGS = GetMusic("getmusic", POP)
CHORALES = GetMusic("getmusic_chorales", CHORALE)
