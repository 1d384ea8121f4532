"""What is asked of a song, read and checked; drawing several, and choosing the one with the fewest faults."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from descant import __version__, weights
from descant.composition.chord_chart import ChordChart, foreign
from descant.composition.frames_before import key_of
from descant.composition.get_score import CHORD, COLUMNS_A_QUARTER, DURATION, EMPTY, LONGEST, PITCH
from descant.composition.getmusic import POP, SONGS
from descant.composition.song_faults import MELODY, PIANO, faults, sounding
from descant.errors import InvalidValueError
from descant.pipelines.compose import (
    NEAR,
    key_name,
    key_number,
    key_spelled,
    likeness,
    mode_of,
)
from descant.pipelines.song_page import SongPage
from descant.pipelines.written import Told
from descant.types import Notes, Provenance, Score
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.types.chord_vocabulary import NAMES, NO_CHORD, QUALITIES, Chord, parse

DRAWN = 4
PLAYABLE = 200.0  # quarters a minute, beyond which it is told how fast sixteenths are
ROUNDS = 4  # of drawing, where none is heard in the key
MOST_COLUMNS = 16 * 512
CHORDS_AT, NOTES_AT = 0.45, 0.6  # temperatures
CAREFUL = 48  # steps for chords and melodies, which all else is written to
BASS, UPPER = 36, 55  # MIDI pitches from which the last chord is laid out
TRIAD = 3  # tones of it

Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Song:
    """A piece, on the page and as notes, and what is to be said of it."""

    page: SongPage
    told: tuple[Told, ...]
    said: tuple[str, ...]  # what of given music was changed
    faults: dict[str, int]
    drawn: int

    nats: None = None

    @property
    def made_by(self) -> Provenance | None:
        return self.page.made_by

    @property
    def score(self) -> Score:
        return self.page.score()

    @property
    def notes(self) -> Notes:
        return self.page.notes()


@dataclass(frozen=True, eq=False)
class Candidate:
    """A song that was drawn."""

    grid: IntArray
    faults: dict[str, int]
    key: int  # that it is heard in

    @classmethod
    def of(cls, grid: IntArray, place: IntArray, first: int = 0) -> Candidate:
        """Its faults are counted from a column on."""
        return cls(grid, faults(grid[first:], place[first:]), key_of(heard_classes(grid)))

    @property
    def count(self) -> int:
        """Of its faults."""
        return sum(self.faults.values())


def provenance(request: dict[str, Any]) -> Provenance:
    """What made a song: the model, its weights, and all that was asked."""
    card, _ = weights.find(SONGS.weights)
    return Provenance(SONGS.weights, __version__, {**request, "weights": card.sha256})


def check_length(columns: int) -> None:
    """Raise InvalidValueError where a song is longer than any should be."""
    if columns > MOST_COLUMNS:
        raise InvalidValueError(
            f"{columns / COLUMNS_A_QUARTER:g} quarters are more than the {MOST_COLUMNS // COLUMNS_A_QUARTER} that are "
            "written at once; give or ask for less"
        )


def check_key(key: str, plan: ChordChart | None, given: FloatArray | None = None) -> int | None:
    """The key that is asked for, as a number, None where none is.

    given: pitch classes of what is given. Raises InvalidValueError where chords or given music contradict it.
    """
    if not key:
        return None
    number = key_number(key_spelled(key))
    chord = foreign(plan, number % 12, mode_of(number)) if plan else None
    if chord is not None:
        raise InvalidValueError(
            f"{chord.text} has no tone in common with {key_spelled(key)}: ask for another key, or other chords"
        )
    if given is not None and given.any():
        heard = key_of(given)
        if likeness(given, number) < NEAR * likeness(given, heard):
            raise InvalidValueError(
                f"what is given is heard in {key_name(heard)}, not in {key_spelled(key)}; ask for its own key, or "
                "transpose it"
            )
    return number


def chart_row(plan: ChordChart, columns: int) -> IntArray:
    """The tokens of the row of chords that a chart asks for, from its first bar line on, (columns,)."""
    row = np.full(columns, CHORD + NO_CHORD)
    for one in plan.chords:
        chord = parse(one.label)
        assert chord is not None
        row[one.start : one.stop] = CHORD + chord.tag
    return row


def with_basses(plan: ChordChart, grid: IntArray, first: int) -> IntArray:
    """The grid with the piano's lowest note, where a chord that names its bass begins, being that one."""
    found = grid.copy()
    rows = [2 * lane for lane, (track, _) in enumerate(POP.lanes) if track == PIANO]
    for one in plan.chords:
        if one.bass == one.root:
            continue
        at, stop = first + one.start, min(first + one.stop, first + one.start + LONGEST)
        bass = BASS + (one.bass - BASS) % 12
        for row in rows:  # what was struck before and is lower ends
            for column in np.flatnonzero(found[:at, row]).tolist():
                end = column + found[column, row + 1] - DURATION + 1
                if end > at and found[column, row] - PITCH < bass:
                    found[column, row + 1] = DURATION + at - column - 1
        kept = [row for row in rows if found[at, row] - PITCH > bass][: len(rows) - 1]
        for row in rows[len(kept) :]:
            found[at, row : row + 2] = EMPTY
        found[at, rows[len(kept)] : rows[len(kept)] + 2] = PITCH + bass, DURATION + stop - at - 1
        for row in rows:  # nor is anything lower struck while it sounds
            for column in range(at + 1, stop):
                if found[column, row] != EMPTY and found[column, row] - PITCH < bass:
                    found[column, row : row + 2] = EMPTY
    return found


def basses(plan: ChordChart, grid: IntArray, first: int) -> tuple[int, int]:
    """On how many chords that name a bass the piano's lowest note is that one, and how many there are."""
    piano = sounding(grid, PIANO)
    named = [one for one in plan.chords if one.bass != one.root]
    right = 0
    for one in named:
        low = np.flatnonzero(piano[first + one.start])
        right += bool(len(low)) and int(low[0]) % 12 == one.bass
    return right, len(named)


def simpler(plan: ChordChart) -> list[str]:
    """Chords of a chart that the model hears as simpler ones."""
    found = []
    for one in plan.chords:
        kind = one.label.partition("/")[0].partition(":")[2]
        if kind not in NAMES:
            found.append(one.text)
    return list(dict.fromkeys(found))


def heard_classes(grid: IntArray) -> FloatArray:
    """How long each pitch class sounds, (12,)."""
    total = sum(sounding(grid, track).sum(axis=0) for track in range(len(POP.tracks)))
    found: FloatArray = np.bincount(np.arange(128) % 12, total).astype(np.float64)
    return found


def melody_classes(grid: IntArray) -> FloatArray:
    """The same of the melody alone."""
    found: FloatArray = np.bincount(np.arange(128) % 12, sounding(grid, MELODY).sum(axis=0)).astype(np.float64)
    return found


def tonic(key: int) -> int:
    """The tag of a key's tonic triad."""
    return 12 * NAMES.index("min" if key >= 12 else "maj") + key % 12


def with_last_chord(grid: IntArray, at: int) -> IntArray:
    """The grid with the piano holding the chord of column `at` from there to the end, its root in the bass."""
    found = grid.copy()
    rows = [2 * lane for lane, (track, _) in enumerate(POP.lanes) if track == PIANO]
    for row in rows:
        found[at:, row : row + 2] = EMPTY
    tag = int(grid[at, -1]) - CHORD
    if tag == NO_CHORD:
        return found
    chord = Chord.of_tag(tag)
    upper = [UPPER + (chord.root + one - UPPER) % 12 for one in QUALITIES[NAMES[chord.quality]][:TRIAD]]
    bass = BASS + (chord.root - BASS) % 12
    length = min(LONGEST, len(grid) - at)
    for row, pitch in zip(rows, [*sorted(upper, reverse=True), bass], strict=False):
        found[at, row : row + 2] = PITCH + pitch, DURATION + length - 1
    return found


def last_chord(grid: IntArray, place: IntArray) -> int:
    """The column where the last chord of the last bar begins."""
    bar = int(np.flatnonzero(place == 0)[-1]) if (place == 0).any() else 0
    row = grid[bar:, -1]
    changes = np.flatnonzero(np.diff(row)) + 1
    return bar + (int(changes[-1]) if len(changes) else 0)


def best(
    draw: Callable[[], Candidate],
    number: int,
    wanted: int | None,
    progress: Progress,
    why: str,
    *,
    needed: bool = True,
) -> tuple[Candidate, int]:
    """Of so many songs the one with the fewest faults, and how many were drawn: more, where none is in the wanted key.

    needed: whether another key will not do. Raises InvalidValueError where none is found.
    """
    drawn: list[Candidate] = []
    for turn in range(ROUNDS):
        for at in range(number):
            drawn.append(draw())
            progress((at + 1) / number if turn == 0 else 1.0)
        kept = [one for one in drawn if wanted is None or one.key == wanted]
        if kept or not needed:
            return min(kept or drawn, key=lambda one: one.count), len(drawn)
    assert wanted is not None
    names = [key_name(one.key) for one in drawn]
    most = max(sorted(set(names)), key=names.count)
    raise InvalidValueError(f"of {len(drawn)} songs none is heard in {key_name(wanted)}, most in {most}; {why}")


def told_faults(found: Candidate) -> Told:
    counted = ", ".join(f"{name}: {count}" for name, count in found.faults.items() if count) or "none"
    return Told("faults", "-", counted)


def tempo_told(bpm: Sequence[float]) -> str:
    """Tempi in order of height."""
    some = sorted({round(one, 2) for one in bpm})
    told = f"{some[0]:g} to {some[-1]:g}" if len(some) > 3 else " and ".join(f"{one:g}" for one in some)
    hurried = f", sixteenths come {some[-1] * COLUMNS_A_QUARTER / 60:.0f} a second" if some[-1] > PLAYABLE else ""
    return f"{told} quarters a minute{hurried}"


def columns_from(columns: int, first: int, end: int) -> BoolArray:
    """The columns from one to another, (columns,)."""
    at = np.arange(columns)
    return np.asarray((at >= first) & (at < end))


def hidden(columns: int, tracks: Sequence[str], first: int) -> BoolArray:
    """Some tracks from a column on, as what is not heard yet, (columns, tracks)."""
    named = np.isin(SONGS.rows.tracks, tracks)
    return np.asarray(columns_from(columns, first, columns)[:, None] & named)
