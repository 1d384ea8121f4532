"""GETMusic: any tracks of a piece written to any others, on a grid of tracks by time with a row for the chords.

A denoiser sees the whole grid, of which the wanted tracks are covered, and says of every cell what may stand there; the
cells are uncovered a few at a time (`absorbing_state.py`). In training any tracks were covered, wholly or in part, each
by a noise level of its own, so one network harmonises, accompanies, fills in and writes all. What is given is never
touched.

Lv, Tan, Lu, Ye, Zhang, Bian and Yan: GETMusic: Generating Any Music Tracks with a Unified Representation and Diffusion
Framework, 2023; a noise level a track: Yao et al.: JEN-1 Composer, 2023. Simplified: the levels are not told, as what
is covered shows them; notes of one track that begin together are told one by one, from the highest, under the grammar
of `get_score.py`; a song is heard in C, by the key of what is known, and pitches are told by intervals too; tracks are
written one after another, in each what stands on beats before what is between them, and
chords change on beats alone; a long piece is written window by window, each hearing half of the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from descant import weights
from descant.composition.absorbing_state import COVERED, sample
from descant.composition.chord_row import CHORDS, transposed
from descant.composition.frames_before import profile
from descant.composition.get_score import COLUMNS_A_QUARTER, DURATION, PITCH, GetScore, Track
from descant.composition.jsb_raster import CHOIR, VOICES
from descant.composition.track_rows import PITCHES, TrackRows, moved_pitches, semitones_to_c
from descant.errors import InvalidValueError
from descant.types import Part
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.types.chord_vocabulary import Chord, tones
from descant.weights import Array

WINDOW = 512  # columns that are heard at once: 32 bars of four
TOGETHER = COLUMNS_A_QUARTER  # columns of a place of attention, so a grid begins on a beat
BAR = 16  # columns, where no places are given
STEPS = 16
LEAN = 2.0  # powers of a key's profile that the odds of chords are weighed by
FIT = 4.0  # what a chord gains in logits where all that is known to sound is of it
ORDER = ((4, 0.5), (2, 0.25), (1, 0.25))  # every so many columns are drawn, in so much of the steps, if not drawn yet

POP = GetScore((Track(Part("melody")), Track(Part("bridge"), 2), Track(Part("piano"), 4)), chords=True)
CHORALE = GetScore(tuple(Track(Part(name, CHOIR)) for name in VOICES))


@dataclass(frozen=True)
class GetMusic:
    """A network and the grid that it writes."""

    weights: str
    vocabulary: GetScore
    relative: bool = True  # whether it hears what is known in C, and is told of the nearest known pitches

    @cached_property
    def rows(self) -> TrackRows:
        """As the network reads them."""
        return TrackRows(self.vocabulary)

    def complete(
        self,
        grid: IntArray,
        wanted: Sequence[str],
        seed: int | np.random.Generator = 0,
        steps: int = STEPS,
        *,
        hidden: BoolArray | None = None,
        within: BoolArray | None = None,
        place: IntArray | None = None,
        changes: BoolArray | None = None,
        temperature: float = 1.0,
        key: int | None = None,
    ) -> IntArray:
        """The grid with the wanted tracks written anew to the others, one after another, which stay as they are.

        grid: (columns, rows) of the vocabulary's tokens; what stands in wanted tracks is not heard. within: which
        columns are written, (columns,), if not all. hidden: what is not heard either, and stays as it is, (columns,
        tracks). place: of each column its distance from the bar line; if not given, bars are of four from the first
        column on. changes: where a chord that is written may be another than the one before it, (columns,), if not on
        every beat. temperature: below 1 what is probable is drawn more often; whether a note begins is drawn as it is
        told. steps: how often the network is asked for each of a track's rows; fewer are faster, and notes that come in
        one step do not hear each other. key: that the piece is in, to which its chords lean; if not given, what is
        known is heard in one.
        Raises InvalidValueError where a track is not known, nothing is wanted, or the grammar forbids what is given.
        """
        covered = self._covered(grid, wanted, within)
        if steps < 1:
            raise InvalidValueError(f"music is written in one step or more, not in {steps}")
        rng = np.random.default_rng(seed)
        column = np.arange(len(grid))
        bars = column % BAR if place is None else place
        free = column % COLUMNS_A_QUARTER == 0 if changes is None else changes
        order = [row for one in dict.fromkeys(wanted) for row in self._rows_of(one)]
        unheard = covered if hidden is None else covered | hidden[:, self.rows.track]
        found = np.where(unheard, COVERED, grid)
        for start in range(0, max(1, len(grid) - WINDOW // 2), WINDOW // 2):
            seen = slice(start, start + WINDOW)
            for row in order:
                if (covered[seen, row] & (found[seen, row] == COVERED)).any():
                    wanted_here = covered[seen, row]
                    found[seen] = self._written(
                        found[seen], row, wanted_here, bars[seen], free[seen], rng, steps, temperature, key
                    )
        return np.where(covered, found, grid)

    def logits(self, grid: IntArray, place: IntArray, key: int | None = None) -> list[Array]:
        """Of each row, (columns, its tokens), from a grid in which COVERED is what is not known, and places.

        key: that the piece is in, as `key_of` counts keys; if not given, the one that what is known is heard in.
        """
        short = -len(grid) % TOGETHER
        rows = self.rows.counted(grid)
        up = semitones_to_c(self.rows.known_key(rows) if key is None else key) if self.relative else 0
        rows = np.pad(self.rows.transposed(rows, up), [(0, short), (0, 0)], constant_values=COVERED)
        given = {"tokens": rows[np.newaxis], "place": np.pad(place, (0, short), mode="edge")[np.newaxis]}
        if self.relative:
            given["near"] = self.rows.neighbours(rows)[np.newaxis]
        told = {name: found[0, : len(grid)] for name, found in weights.load(self.weights).run(given).items()}
        pitches = told["pitches"][..., moved_pitches(up)]
        lanes = range(len(self.vocabulary.lanes))
        notes = [one[:, lane] for lane in lanes for one in (pitches, told["durations"])]
        return [*notes, told["chords"][:, transposed(np.arange(CHORDS), up)]] if self.vocabulary.chords else notes

    def _covered(self, grid: IntArray, wanted: Sequence[str], within: BoolArray | None) -> BoolArray:
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

    def _rows_of(self, track: str) -> list[int]:
        """Those of a track, in the order in which they may be told."""
        rows: list[int] = np.flatnonzero(self.rows.track == self.rows.tracks.index(track)).tolist()
        return rows

    def _written(
        self,
        grid: IntArray,
        row: int,
        covered: BoolArray,
        place: IntArray,
        free: BoolArray,
        rng: np.random.Generator,
        steps: int,
        temperature: float,
        key: int | None,
    ) -> IntArray:
        """A window with one row drawn, those before it in its track being known: first on beats, then between them."""
        counted = self.rows.counted(grid)

        def with_row(tokens: IntArray) -> IntArray:
            found = counted.copy()
            found[:, row] = tokens[0]
            return self.rows.tokens(found)

        column = np.arange(len(grid))
        allowed = self.rows.allowed(grid, row)
        pitches = self.rows.sizes[row] == PITCHES

        def denoise(tokens: IntArray, _: FloatArray) -> FloatArray:
            told = self.logits(with_row(tokens), place, key)[row].astype(np.float64)
            if key is not None and self.rows.sizes[row] == CHORDS:
                told = told + leaning(key)
            return (as_dense(told, allowed, temperature) if pitches else told + fits)[np.newaxis]

        tokens = counted[:, row]
        tokens = np.where(covered & (tokens == COVERED) & (allowed.sum(axis=1) == 1), allowed.argmax(axis=1), tokens)
        wanted = covered & (tokens == COVERED)
        held = np.zeros_like(wanted)
        fits: FloatArray = np.zeros((len(grid), 1))
        if self.rows.sizes[row] == CHORDS:
            fits = fitting(tones_heard(self.vocabulary, grid), free)
            held = wanted & ~free & (column > 0)
            wanted &= ~held
        drawn = tokens[np.newaxis]
        for every, share in ORDER:
            some = wanted & (column % every == 0) & (drawn[0] == COVERED)
            if some.any():
                many = min(max(1, round(steps * share)), int(some.sum()))
                drawn = sample(
                    denoise, drawn, some[None], rng, steps=many, temperature=temperature, allowed=allowed[None]
                )
        for at in np.flatnonzero(held).tolist():
            drawn[0, at] = drawn[0, at - 1]
        return with_row(drawn)


def leaning(key: int) -> FloatArray:
    """What is added to the logits of chords, (CHORDS,), that lean towards a key: by its profile, tone by tone."""
    weights = LEAN * np.log(profile(key) / profile(key).mean())
    held = np.stack([tones(Chord.of_tag(tag)) for tag in range(CHORDS)])
    found: FloatArray = held @ weights / np.maximum(held.sum(axis=1), 1.0)
    return found


def fitting(heard: FloatArray, free: BoolArray) -> FloatArray:
    """What is added to the logits of chords, (columns, CHORDS), that fit what is known to sound: by FIT at most.

    heard: (columns, 12) how much of each pitch class; free: (columns,) where chords may change. Told is how much of
    what sounds until the next change is of the chord.
    """
    begins = np.flatnonzero(free | (np.arange(len(free)) == 0))
    each = np.add.reduceat(heard, begins, axis=0)  # (stretches, 12)
    held = np.stack([tones(Chord.of_tag(tag)) for tag in range(CHORDS)])
    share = each @ held.T / np.maximum(each.sum(axis=1, keepdims=True), 1.0)
    found: FloatArray = FIT * np.repeat(share, np.diff([*begins, len(free)]), axis=0)
    return found


def tones_heard(vocabulary: GetScore, grid: IntArray) -> FloatArray:
    """How many of the notes that are known sound of each pitch class, (columns, 12)."""
    found = np.zeros((len(grid), 12))
    for row in range(0, 2 * len(vocabulary.lanes), 2):
        for column in np.flatnonzero((grid[:, row] >= PITCH) & (grid[:, row + 1] >= DURATION)).tolist():
            end = column + grid[column, row + 1] - DURATION + 1
            found[column:end, (grid[column, row] - PITCH) % 12] += 1
    return found


def as_dense(logits: FloatArray, allowed: BoolArray, temperature: float) -> FloatArray:
    """Logits of pitches, (columns, 129), that at a temperature say as often as before that nothing begins."""
    if temperature == 0:
        return logits
    some = allowed[:, 1:].any(axis=1)
    notes = np.where(allowed[some, 1:], logits[some, 1:], -np.inf)
    highest = notes.max(axis=1)
    notes -= highest[:, None]
    before, after = (np.log(np.exp(one).sum(axis=1)) for one in (notes, notes / temperature))
    found = logits.copy()
    found[some, 0] = temperature * (logits[some, 0] - highest - before + after) + highest
    return found


SONGS = GetMusic("getmusic", POP)
CHORALES = GetMusic("getmusic_chorales", CHORALE, relative=False)
