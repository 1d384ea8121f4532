"""A melody that is given: one voice of a score or of MIDI, as it is written, and as steps that a model reads.

It is kept as it was, words and ties and what lies off the raster too; only octaves may be changed, so that a soprano
can sing it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from descant.composition.frames_before import LOWEST, profile
from descant.composition.jsb_raster import CHOIR, RANGES
from descant.composition.placed import Placed, placed
from descant.errors import InvalidValueError, UnsupportedFormatError
from descant.io.open import open as open_file
from descant.io.open import source_name
from descant.io.score.top_line import top_line
from descant.pipelines.bar_grid import BarGrid, measures_of
from descant.pipelines.written import counted
from descant.transcription.notation.page import Chord, rows
from descant.transcription.notation.ps13 import spelled
from descant.types import Notes, Part, Score
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.types.score import Clef, Event, KeySignature, Measure, ScorePart, TempoMark

SOPRANO = "Soprano"
NAMED = re.compile(r"soprano|melod|vocal|voice|sing|lead", re.IGNORECASE)
LOW, HIGH = RANGES[0]
BEYOND = 5  # semitones that a melody may go beyond the soprano's range on either side: it is read in another key then
OCTAVES = (0, 12, -12, 24, -24, 36, -36, 48, -48, 60)  # nearer ones first
TOGETHER = 1e-3  # quarters: nearer than that two notes begin, or end, together
APART = 1 / 24  # quarters: so far from a step a note that was played is told to be
MOST_STEPS = 4096  # 256 bars of 4/4
FIFTHS_UP = {"mixolydian": 1, "dorian": 2, "minor": 3, "aeolian": 3, "phrygian": 4, "locrian": 5, "lydian": -1}
MINORS = ("dorian", "minor", "aeolian", "phrygian", "locrian")  # modes with a minor third


@dataclass(frozen=True, eq=False)
class GivenMelody:
    """What was given, in an octave that a soprano can sing."""

    measures: tuple[Measure, ...]
    staff: ScorePart  # as it is written
    notes: Notes | None  # as it was played, where it was given as MIDI
    grid: BarGrid
    tokens: IntArray  # (steps,) of the raster, `moved` semitones away from what is written; 0 where all are silent
    struck: BoolArray  # (steps,) whether a note begins
    moved: int
    octaves: int
    tempos: tuple[TempoMark, ...]
    key: int | None  # 0 to 11 major by tonic, 12 to 23 minor; None where the page says none
    title: str
    composer: str
    understood: str  # which voice it is
    said: tuple[str, ...]  # what of it was left out or changed

    @property
    def pitches(self) -> IntArray:
        """(steps,) MIDI numbers as written, -1 where nothing is sung."""
        return np.where(self.tokens > 0, self.tokens - 1 + LOWEST - self.moved, -1)

    @property
    def classes(self) -> FloatArray:
        """How long each pitch class is sung, (12,)."""
        sung = self.pitches[self.pitches >= 0] % 12
        return np.bincount(sung, minlength=12).astype(np.float64)


@dataclass(frozen=True, eq=False)
class _Line:
    """A voice taken from what was given."""

    onset: FloatArray  # quarters
    end: FloatArray
    pitch: IntArray
    understood: str
    said: list[str]


def given_melody(source: str | os.PathLike[str] | Notes | Score) -> GivenMelody:
    """A melody from ABC, MusicXML or MIDI, or from what they hold.

    Raises UnsupportedFormatError for anything else, InvalidValueError where it has no notes, no metre that chords can
    be set to, or lies in no octave that a soprano can sing.
    """
    music: Any = open_file(source) if isinstance(source, str | os.PathLike) else source
    name = source_name(source)
    if not isinstance(music, Notes | Score):
        raise UnsupportedFormatError(f"{name}: is no melody; give ABC, MusicXML or MIDI")
    try:
        return _of_score(music) if isinstance(music, Score) else _of_notes(music)
    except InvalidValueError as error:
        raise InvalidValueError(f"{name}: {error}") from None


def _of_score(score: Score) -> GivenMelody:
    sung = [at for at, part in enumerate(score.parts) if any(_pitched(one) for row in part.measures for one in row)]
    if not sung:
        drums = any(one.drums for part in score.parts for row in part.measures for one in row)
        raise _nothing(drums)
    at = next((one for one in sung if NAMED.search(score.parts[one].name)), sung[0])
    part = score.parts[at]
    events = [one for row in part.measures for one in row if one.pitches]
    alone = len({(one.staff, one.voice) for one in events}) == 1 and all(len(one.pitches) == 1 for one in events)
    called = part.name or f"part {at + 1}"
    understood = "its only voice" if alone and len(sung) == 1 else f"the voice of {called}"
    said = []
    if not alone:
        part = replace(part, measures=tuple(map(tuple, top_line(score, at))), staves=1, directions=(), spans=())
        understood = f"the top voice of {called}"
    if len(sung) > 1:
        said.append(f"of {len(sung)} parts {called} is taken, the others are left out")
    if score.chords:
        said.append("its chord symbols are left out; ask for them by --chords")
    staff = replace(
        part,
        name=part.name or SOPRANO,
        sound=Part(part.name or SOPRANO, CHOIR),
        clefs=(Clef(Fraction(0), "G2"),),
        transposition=(0, 0),
    )
    heard = [one for one in replace(score, parts=(staff,)).sounding() if one.duration]
    line = _Line(
        np.array([float(one.onset) for one in heard]),
        np.array([float(one.onset + one.duration) for one in heard]),
        np.array([one.pitch.midi for one in heard], dtype=np.int64),
        understood,
        said,
    )
    key = score.measures[0].key
    octaves, moved = _octave(line.pitch)
    staff = replace(staff, measures=tuple(tuple(_up(one, octaves) for one in row) for row in staff.measures))
    return _given(
        line, score.measures, staff, None, octaves, moved, score.tempos, _tonic(key), score.title, score.composer
    )


def _of_notes(notes: Notes) -> GivenMelody:
    piece = placed(notes)
    sung = [at for at, part in enumerate(piece.parts) if not part.drum and (piece.part == at).any()]
    if not sung:
        raise _nothing(len(piece.onset) > 0)
    at = next((one for one in sung if NAMED.search(piece.parts[one].name)), sung[0])
    called = piece.parts[at].name or f"part {at + 1}"
    mine = piece.part == at
    top = _on_top(piece, at)
    said = []
    if len(sung) > 1:
        said.append(f"of {len(sung)} parts {called} is taken, the others are left out")
    left = int(np.count_nonzero(mine & ~top))
    understood = (
        f"the top voice of {called}" if left else "its only voice" if len(sung) == 1 else f"the voice of {called}"
    )
    if left:
        said.append(f"{counted(left, 'note')} below others left out")
    tune = piece.only(top)
    line = _Line(tune.onset, tune.end, tune.pitch, understood, said)
    measures, metre = measures_of(notes)
    if not metre:
        said.append("it says no metre; 4/4 is taken")
    octaves, moved = _octave(line.pitch)
    kept = notes.only(top)
    part = Part(kept.parts[at].name or SOPRANO, kept.parts[at].program)
    kept = replace(
        kept,
        pitch=kept.pitch + octaves,
        part=np.zeros(len(kept), dtype=np.int64),
        parts=(part,),
        bends=tuple(replace(one, part=0) for one in notes.bends if one.part == at),
        controls=tuple(replace(one, part=0) for one in notes.controls if one.part == at),
    )
    tempos = tuple(
        TempoMark(Fraction(float(place)).limit_denominator(96), float(bpm))
        for place, bpm in zip(piece.clock.quarter, piece.clock.bpm, strict=True)
    )
    return _given(line, measures, None, kept, octaves, moved, tempos, None, "", "")


def _given(
    line: _Line,
    measures: Sequence[Measure],
    staff: ScorePart | None,
    notes: Notes | None,
    octaves: int,
    moved: int,
    tempos: tuple[TempoMark, ...],
    key: int | None,
    title: str,
    composer: str,
) -> GivenMelody:
    grid = BarGrid.of(measures)
    if grid.length > MOST_STEPS:
        raise InvalidValueError(f"has {len(measures)} bars, more than can be kept in mind at once; cut it")
    tokens, struck, unheard = _steps(line, grid, octaves + moved)
    said = [*line.said]
    step = float(grid.step)
    away = int(np.count_nonzero(np.abs(line.onset - grid.steps(line.onset) * step) > APART))
    if notes is not None and away:
        said.append(
            f"{counted(away, 'note')} off the steps that voices move on: MIDI keeps them, pages have the nearest"
        )
    if unheard:
        said.append(f"{counted(unheard, 'note')} between two steps kept, and not heard by the other voices")
    return GivenMelody(
        tuple(measures),
        staff or _staff(line, grid, measures, octaves),
        notes,
        grid,
        tokens,
        struck,
        moved,
        octaves,
        tempos,
        key,
        title,
        composer,
        line.understood,
        tuple(said),
    )


def with_key(given: GivenMelody, key: KeySignature) -> GivenMelody:
    """A melody whose page said no key, on a page with this signature."""
    measures = tuple(replace(one, key=key) for one in given.measures)
    pitches = [one.pitches[0].midi for row in given.staff.measures for one in row if one.pitches]
    names = iter(spelled(pitches, [key.sharps] * len(pitches)))
    rows_ = tuple(
        tuple(replace(one, pitches=(next(names),)) if one.pitches else one for one in row)
        for row in given.staff.measures
    )
    return replace(given, measures=measures, staff=replace(given.staff, measures=rows_))


def tonics(given: GivenMelody) -> dict[int, float]:
    """How well the melody goes with each key whose tonic triad has its last note; with any, where none goes well."""
    classes = given.classes
    last = int(given.pitches[given.pitches >= 0][-1]) % 12
    likeness = {key: float((profile(key) - profile(key).mean()) @ classes) for key in range(24)}
    ends = {key: one for key, one in likeness.items() if (last - key) % 12 in (0, 3 if key >= 12 else 4, 7)}
    return ends if max(ends.values()) > 0 else likeness


def _steps(line: _Line, grid: BarGrid, moved: int) -> tuple[IntArray, BoolArray, int]:
    """Tokens (steps,), so many semitones above what is written, where notes begin, and how many lie between two steps.

    A rest of up to a beat between two notes is a breath: the note before it goes on for the other voices.
    """
    tokens, struck = np.zeros(grid.length, dtype=np.int64), np.zeros(grid.length, dtype=bool)
    start, stop = grid.steps(line.onset), grid.steps(line.end)
    order = np.argsort(line.onset, kind="stable")
    for at in order:
        low, high = start[at], stop[at]
        if high > low:
            tokens[low:high] = line.pitch[at] + moved - LOWEST + 1
            struck[low] = True
    sung = np.flatnonzero(tokens)
    if not len(sung):
        raise InvalidValueError("none of its notes is long enough to be harmonised")
    longest = max(grid.bars[0].beats)
    for low, high in pairwise(sung.tolist()):
        if 1 < high - low <= longest + 1:
            tokens[low + 1 : high] = tokens[low]
    return tokens, struck, int(np.count_nonzero(stop <= start))


def _octave(pitch: IntArray) -> tuple[int, int]:
    """By how many semitones, whole octaves, a melody is moved; and how far from there it is read. Raises."""
    low, high = int(pitch.min()), int(pitch.max())
    fits: list[tuple[int, int, int]] = []
    for order, octave in enumerate(OCTAVES):
        under, over = max(0, LOW - low - octave), max(0, high + octave - HIGH)
        if high - low <= HIGH - LOW and max(under, over) <= BEYOND:
            fits.append((under + over, order, under - over))
    if not fits:
        raise InvalidValueError(
            f"its melody goes from MIDI pitch {low} to {high}, {high - low} semitones; a soprano sings {LOW} to "
            f"{HIGH}, and {BEYOND} more at most: transpose it, or give a melody of a narrower range"
        )
    _, order, moved = min(fits)
    return OCTAVES[order], moved


def _staff(line: _Line, grid: BarGrid, measures: Sequence[Measure], octaves: int) -> ScorePart:
    """A staff for what was played, on steps."""
    start = grid.steps(line.onset)
    stop = np.maximum(grid.steps(line.end), start + 1)
    stop = np.minimum(stop, np.append(np.maximum(start[1:], start[:-1] + 1), grid.length))
    names = spelled((line.pitch + octaves).tolist(), [measures[0].key.sharps] * len(start))
    chords = [
        Chord(int(low) * grid.step, int(high - low) * grid.step, (name,))
        for low, high, name in zip(start, stop, names, strict=True)
        if high > low
    ]
    return ScorePart(rows(chords, measures, 1), SOPRANO, Part(SOPRANO, CHOIR), clefs=(Clef(Fraction(0), "G2"),))


def _on_top(piece: Placed, part: int) -> BoolArray:
    """Which notes are of a part, and have no higher one of it beside them; of doubled ones the first.

    Where one note is held a little into the next, as in legato, they are not beside each other.
    """
    found = np.zeros(len(piece.onset), dtype=bool)
    begins, length = np.round(piece.onset / TOGETHER), piece.end - piece.onset
    sounding: list[int] = []
    for at in np.lexsort((-piece.pitch, begins)).tolist():
        if piece.part[at] != part:
            continue
        sounding = [one for one in sounding if piece.end[one] > piece.onset[at] + TOGETHER]
        beside = [
            one for one in sounding if piece.end[one] - piece.onset[at] > min(length[one], length[at]) / 2 - TOGETHER
        ]
        found[at] = all(
            piece.pitch[one] < piece.pitch[at] or (piece.pitch[one] == piece.pitch[at] and begins[one] < begins[at])
            for one in beside
        )
        sounding.append(at)
    return found


def _tonic(key: KeySignature) -> int | None:
    """The key that a signature with its mode says; None where it says no mode."""
    mode = key.mode.lower()
    if mode not in FIFTHS_UP and mode not in ("major", "ionian"):
        return None
    return (7 * (key.sharps + FIFTHS_UP.get(mode, 0))) % 12 + 12 * (mode in MINORS)


def _up(event: Event, octaves: int) -> Event:
    if not octaves:
        return event
    return replace(event, pitches=tuple(replace(one, octave=one.octave + octaves // 12) for one in event.pitches))


def _pitched(event: Event) -> bool:
    return bool(event.pitches) and not event.drums and not event.grace


def _nothing(drums: bool) -> InvalidValueError:
    return InvalidValueError("holds nothing but drums, so there is no melody" if drums else "holds no notes")
