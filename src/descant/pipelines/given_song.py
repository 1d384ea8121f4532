"""Music that is given, brought on the grid of a song (`composition/getmusic.py`): bars of two, three or four quarters.

The grid hears sixteenths from a beat on; the notes themselves are kept as they were, and come back so.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from descant.composition.get_score import COLUMNS_A_QUARTER
from descant.composition.getmusic import POP
from descant.composition.placed import Placed, placed
from descant.errors import InvalidValueError, UnsupportedFormatError
from descant.io.open import open as open_file
from descant.io.open import source_name
from descant.pipelines.written import counted
from descant.registry import find
from descant.transcription.notation.given import given, given_timeline
from descant.types import MeterChange, Notes, Part, Score
from descant.types.arrays import BoolArray, IntArray
from descant.types.clock import Clock
from descant.types.score import ScorePart, TimeSignature

QUARTERS = (2, 3, 4)  # in a bar
UNITS = (2, 4)  # that a bar is counted in
BAR = 16  # columns of four quarters
EVEN = 0.5  # seconds of a quarter on the grid
CLOSE = 1e-3  # quarters
TOGETHER = 0.125  # quarters: notes nearer than that begin together
MOST_TOGETHER = 0.1  # of a melody's notes, that may begin with others, or end before them
NAMED = re.compile(r"soprano|melod|vocal|voice|sing|lead", re.IGNORECASE)
MIDDLE = (55, 84)  # MIDI pitches: the middle of a melody that is heard where it stands
NAMES_TOLD = 6  # parts that a message lists
TRACKS = tuple(track.part.name for track in POP.tracks)

Bar = tuple[Fraction, Fraction, TimeSignature]  # start and length in quarters


@dataclass(frozen=True, eq=False)
class GivenSong:
    """What was given."""

    music: Notes | Score  # as it came
    part: tuple[int, ...]  # of its parts, which each of `tracks` is
    tracks: tuple[str, ...]
    grid: IntArray  # (columns, 15) of POP's tokens, to the last bar line
    place: IntArray  # (columns,) columns from the bar line
    changes: BoolArray  # (columns,) where a chord may change
    before: int  # columns of the grid before the piece begins
    bars: tuple[Bar, ...]
    clock: Clock
    said: tuple[str, ...]  # what of it was left out, or is heard as something else

    @property
    def notes(self) -> Notes:
        """Of notes that were given, those of its parts, a part a track."""
        assert isinstance(self.music, Notes)
        return of_parts(self.music, self.part, self.tracks)

    @property
    def count(self) -> int:
        """How many notes there are."""
        piece = placed(self.music)
        return int(np.isin(piece.part, self.part).sum())

    @property
    def upbeat(self) -> Fraction:
        """Quarters before the first bar line."""
        _, length, time = self.bars[0]
        return length if length < time.length and len(self.bars) > 1 else Fraction(0)


def given_melody(source: str | os.PathLike[str] | Notes | Score, part: str = "") -> GivenSong:
    """A melody: the only part with pitches, the one that is named so, or the one that is asked for.

    Raises UnsupportedFormatError for what is no MIDI and no score, InvalidValueError where there is no such part, or it
    does not go on the grid.
    """
    music = _opened(source)
    try:
        piece = placed(music)
        chosen = _melody(music, piece, part)
        given = _given(music, piece, (chosen,), TRACKS[:1])
        called = part_name(music.parts[chosen])
        if called.lower() not in TRACKS[1:]:
            return given
        said = f"its part {called} is named {TRACKS[0]}, beside the {called.lower()} that is written"
        return replace(given, music=_renamed(music, chosen, TRACKS[0]), said=(*given.said, said))
    except InvalidValueError as error:
        raise InvalidValueError(f"{source_name(source)}: {error}") from None


def given_tracks(source: str | os.PathLike[str] | Notes | Score) -> GivenSong:
    """Melody, bridge and piano by the names of the parts; beside these the melody may have any name.

    A part alone is the melody, or the piano if it has chords. Raises as `given_melody` does.
    """
    music = _opened(source)
    try:
        found = _tracks(music, placed(music))  # of a page before it is played: grace notes are none beside others
        written = isinstance(music, Score)
        if isinstance(music, Score):
            music = find("as-written")(music, repeats=False)
        tracks = tuple(one for one in TRACKS if one in found)
        given = _given(music, placed(music), tuple(found[one] for one in tracks), tracks)
        return replace(given, said=(*given.said, "its words and signs left out")) if written else given
    except InvalidValueError as error:
        raise InvalidValueError(f"{source_name(source)}: {error}") from None


def of_parts(notes: Notes, part: Sequence[int], tracks: Sequence[str]) -> Notes:
    """The notes of some parts alone, with their bends and controls; parts without a name are named as the tracks."""
    number = {one: at for at, one in enumerate(part)}
    kept = notes.only(np.isin(np.asarray(notes.part), part))
    parts = tuple(
        replace(notes.parts[one], name=notes.parts[one].name or name) for one, name in zip(part, tracks, strict=True)
    )
    return replace(
        kept,
        part=np.array([number[one] for one in np.asarray(kept.part).tolist()], dtype=np.int64),
        parts=parts,
        bends=tuple(replace(one, part=number[one.part]) for one in notes.bends if one.part in number),
        controls=tuple(replace(one, part=number[one.part]) for one in notes.controls if one.part in number),
    )


def part_name(part: Part | ScorePart) -> str:
    """What a part is called."""
    return (part.name or (part.sound.name if isinstance(part, ScorePart) else "")).strip()


def _renamed(music: Notes | Score, part: int, name: str) -> Notes | Score:
    """The music with another name for a part."""
    whole: Any = music
    parts = (*music.parts[:part], replace(whole.parts[part], name=name), *music.parts[part + 1 :])
    found: Notes | Score = replace(whole, parts=parts)
    return found


def _opened(source: str | os.PathLike[str] | Notes | Score) -> Notes | Score:
    music: Any = open_file(source) if isinstance(source, str | os.PathLike) else source
    if not isinstance(music, Notes | Score):
        raise UnsupportedFormatError(f"{source_name(source)}: is no written or performed music; give MIDI or a score")
    return music


def _sounding(piece: Placed) -> list[int]:
    """The parts with pitches. Raises InvalidValueError where there is none."""
    found = [at for at in np.unique(piece.part).tolist() if not piece.parts[at].drum]
    if not found:
        raise InvalidValueError("holds nothing but drums" if len(piece.part) else "holds no notes")
    return found


def _melody(music: Notes | Score, piece: Placed, part: str) -> int:
    """The part that is the melody."""
    sounding = _sounding(piece)
    names = [part_name(one) for one in music.parts]
    listed = ", ".join(f"{at + 1} {names[at]}".strip() for at in sounding[:NAMES_TOLD])
    listed += ", ..." if len(sounding) > NAMES_TOLD else ""
    if part:
        found = [at for at in sounding if part == str(at + 1) or names[at].lower() == part.strip().lower()]
        if len(found) != 1:
            raise InvalidValueError(f"there is no one part {part!r} with notes; choose from {listed}")
    else:
        found = sounding if len(sounding) == 1 else [at for at in sounding if NAMED.search(names[at])]
        if len(found) != 1:
            raise InvalidValueError(
                f"has {len(sounding)} parts with notes, and none alone is named a melody; say which is, by its name or "
                f"number: {listed}"
            )
    if not _alone(piece, found[0]):
        raise InvalidValueError(
            f"part {found[0] + 1} has several notes at once, so it is no melody; give the tune alone, which "
            "`descant transcribe --parts melody` finds"
        )
    return int(found[0])


def _tracks(music: Notes | Score, piece: Placed) -> dict[str, int]:
    """The part of each track. Raises InvalidValueError where they are no song's."""
    sounding = _sounding(piece)
    names = [part_name(music.parts[at]) for at in sounding]
    called = [one.lower() for one in names]
    if _one_of_each(called, TRACKS):
        return dict(zip(called, sounding, strict=True))
    if len(sounding) == 1:
        return {TRACKS[0 if _alone(piece, sounding[0]) else 2]: sounding[0]}
    for at, part in enumerate(sounding):  # of two that are named alike the first may be the melody, or the second
        others = called[:at] + called[at + 1 :]
        if _one_of_each(others, TRACKS[1:]) and _alone(piece, part):
            return {TRACKS[0]: part, **dict(zip(others, sounding[:at] + sounding[at + 1 :], strict=True))}
    listed = ", ".join(one or "no name" for one in names[:NAMES_TOLD])
    raise InvalidValueError(
        f"a song has parts named {', '.join(TRACKS[:-1])} and {TRACKS[-1]}, one of each; here they are: {listed}"
        + (", ..." if len(names) > NAMES_TOLD else "")
    )


def _one_of_each(names: Sequence[str], tracks: Sequence[str]) -> bool:
    return len(set(names)) == len(names) and set(names) <= set(tracks)


def _alone(piece: Placed, part: int) -> bool:
    """Whether a part plays one note after another, which may overlap, and here and there another."""
    mine = piece.only((piece.part == part) & (piece.end > piece.onset))
    order = np.argsort(mine.onset, kind="stable")
    onset, end = mine.onset[order], mine.end[order]
    if len(onset) < 2:
        return True
    outlasted = np.maximum.accumulate(end)[:-1] > end[1:] + CLOSE
    return bool(np.mean(outlasted | (np.diff(onset) < TOGETHER)) <= MOST_TOGETHER)


def _given(music: Notes | Score, piece: Placed, part: tuple[int, ...], tracks: tuple[str, ...]) -> GivenSong:
    said: list[str] = []
    mine = piece.only(np.isin(piece.part, part) & (piece.end > piece.onset))
    others = len(np.unique(piece.part)) - len(part)
    if others:
        said.append(f"{others} other part{'s' * (others > 1)} left out")
    if not isinstance(music, Score):
        _on_grid(of_parts(music, part, tracks), piece.clock)
    if not isinstance(music, Score) and not music.meters:
        said.append("it names no metre; its bars are taken as 4/4 from the beginning")
    bars = _bars(music, piece, float(mine.end.max()))
    if any(time.length == 2 for _, _, time in bars):
        said.append("bars of two quarters are heard in pairs")
    first = bars[0][0] + bars[0][1] if bars[0][1] < bars[0][2].length and len(bars) > 1 else Fraction(0)
    columns = first * COLUMNS_A_QUARTER
    if columns.denominator != 1:
        raise InvalidValueError(f"its upbeat of {float(first):g} quarters is no whole number of sixteenths")
    before = -int(columns) % COLUMNS_A_QUARTER
    length = before + int((bars[-1][0] + bars[-1][1]) * COLUMNS_A_QUARTER)
    octaves = _octaves(mine, part)
    if octaves:
        moved = "an octave" if abs(octaves) == 1 else f"{abs(octaves)} octaves"
        said.append(f"it is heard {moved} {'higher' if octaves > 0 else 'lower'}")
    at = {one: TRACKS.index(name) for one, name in zip(part, tracks, strict=True)}
    shift = before / COLUMNS_A_QUARTER
    order = np.argsort(mine.onset, kind="stable")
    even = Notes(
        EVEN * (mine.onset + shift)[order],
        EVEN * (np.maximum(mine.end, mine.onset + CLOSE) + shift)[order],
        (mine.pitch + 12 * octaves)[order],
        np.full(len(mine.onset), 80),
        np.array([at[one] for one in mine.part[order].tolist()], dtype=np.int64),
        tuple(track.part for track in POP.tracks),
    )
    found = POP.encode(even)
    away = np.abs(mine.onset - np.round(mine.onset * COLUMNS_A_QUARTER) / COLUMNS_A_QUARTER)
    if (away > CLOSE).any():
        count = int(np.count_nonzero(away > CLOSE))
        are = "is" if count == 1 else "are"
        said.append(
            f"{counted(count, 'note')} {are} heard at the nearest sixteenth, {away.max():.3g} quarters away at most"
        )
    if found.off_grid.lost:
        are = "is" if found.off_grid.lost == 1 else "are"
        said.append(f"{counted(found.off_grid.lost, 'note')} beside others {are} not heard")
    grid = POP.grid(found.tokens)[:length]
    grid = np.concatenate([grid, np.tile(POP.silence, (length - len(grid), 1))])
    place, changes = _places(bars, before)
    return GivenSong(music, part, tracks, grid, place, changes, before, bars, piece.clock, tuple(said))


def _on_grid(notes: Notes, clock: Clock) -> None:
    """Raise InvalidValueError where notes do not keep to the tempo of their own file."""
    told = replace(notes, tempos=notes.tempos or clock.tempos, meters=notes.meters or (MeterChange(0.0, 4, 4),))
    if len(notes) >= 4 and not given(told).near:
        raise InvalidValueError(
            "its notes keep to no grid of its own tempo, so that bars are not known; write it down first, by "
            "`descant transcribe IN -o OUT.musicxml`, and give that"
        )


def _bars(music: Notes | Score, piece: Placed, end: float) -> tuple[Bar, ...]:
    """Bars to the end of the notes. Raises InvalidValueError where they are not of two, three or four quarters."""
    if isinstance(music, Score):
        bars = [(one.start, one.length, one.time) for one in music.measures]
    else:
        bars = list(given_timeline(replace(music, tempos=music.tempos or piece.clock.tempos)).bars)
        while len(bars) > 1 and float(bars[-1][0]) >= end - CLOSE:
            bars.pop()
        while float(bars[-1][0] + bars[-1][1]) < end - CLOSE:
            bars.append((bars[-1][0] + bars[-1][1], bars[-1][2].length, bars[-1][2]))
    bars = _completed(bars)
    for number, (_, length, time) in enumerate(bars):
        written = f"{'+'.join(map(str, time.beats))}/{time.unit}"
        if time.length not in QUARTERS or time.unit not in UNITS:
            raise InvalidValueError(f"is in {written}; songs are written here in bars of two, three or four quarters")
        if length != time.length and 0 < number < len(bars) - 1:
            raise InvalidValueError(f"bar {number + 1} within it lasts {float(length):g} quarters, and is in {written}")
    last = bars[-1]
    if last[1] < last[2].length and len(bars) > 1:  # its upbeat makes it whole
        bars[-1] = (last[0], last[1] if isinstance(music, Score) else last[2].length, last[2])
    return tuple(bars)


def _completed(bars: Sequence[Bar]) -> list[Bar]:
    """Bars of which a repeat has cut one in two, an end and the upbeat of what comes again, as one."""
    found: list[Bar] = []
    for bar in bars:
        before = found[-1] if len(found) > 1 else None  # an upbeat at the very beginning stays one
        if before is not None and before[1] < before[2].length == before[1] + bar[1]:
            found[-1] = (before[0], before[2].length, before[2])
        else:
            found.append(bar)
    return found


def _places(bars: Sequence[Bar], before: int) -> tuple[IntArray, BoolArray]:
    """Of each column its distance from the bar line, and whether a chord may change there: at bar lines, and in the
    middle of bars of four quarters.
    """
    found: list[int] = []
    free: list[bool] = []
    half = 0  # columns of a bar of four that a bar of two has begun
    for number, (_, length, time) in enumerate(bars):
        columns, whole = int(length * COLUMNS_A_QUARTER), int(time.length * COLUMNS_A_QUARTER)
        missing = whole - columns if number == 0 and len(bars) > 1 else 0
        start = half if whole == BAR // 2 and number else missing
        here = range(start - (before if number == 0 else 0), start + columns)
        found += here
        free += [one == 0 or (one == BAR // 2 and whole != 3 * COLUMNS_A_QUARTER) for one in here]
        half = (start + columns) % BAR if whole == BAR // 2 and not missing else 0
    return np.array(found, dtype=np.int64), np.array(free, dtype=bool)


def _octaves(mine: Placed, part: tuple[int, ...]) -> int:
    """How many octaves higher a melody alone is heard, for its middle to lie where melodies do."""
    if len(part) > 1:
        return 0
    middle = float(np.median(mine.pitch))
    found = 0
    while middle + 12 * found < MIDDLE[0]:
        found += 1
    while middle + 12 * found > MIDDLE[1]:
        found -= 1
    return found
