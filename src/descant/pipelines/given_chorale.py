"""Music that is given, brought on the raster of a chorale: four voices in bars of four quarters, an upbeat or not."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from descant.composition.jsb_raster import STEP, VOICES, JsbRaster, lines_of, steps_of
from descant.composition.placed import Placed, placed
from descant.errors import InvalidValueError, UnsupportedFormatError
from descant.io.open import open as open_file
from descant.io.open import source_name
from descant.pipelines.chorale_page import BAR, GridNote
from descant.pipelines.written import counted
from descant.types import Notes, Score
from descant.types.arrays import IntArray

QUARTERS = 4  # in a bar
CLOSE = 1e-3  # quarters


@dataclass(frozen=True, eq=False)
class GivenChorale:
    """What was given."""

    tokens: IntArray  # (steps, 4) of the raster
    voices: tuple[tuple[GridNote, ...], ...]
    upbeat: int  # steps before its first bar line
    tempos: tuple[tuple[float, float], ...]  # from a place in quarters on, quarters a minute
    title: str
    said: tuple[str, ...]  # what of it was changed or left out

    @property
    def bar_line(self) -> int:
        """The step of the bar line at its end, or of the one that follows."""
        return self.upbeat + -(-(len(self.tokens) - self.upbeat) // BAR) * BAR


def given_chorale(source: str | os.PathLike[str] | Notes | Score) -> GivenChorale:
    """A MIDI file or a score, or what they hold.

    Raises UnsupportedFormatError for anything else, InvalidValueError where the music does not go on the raster.
    """
    music: Any = open_file(source) if isinstance(source, str | os.PathLike) else source
    name = source_name(source)
    if not isinstance(music, Notes | Score):
        raise UnsupportedFormatError(f"{name}: is no music in four voices to go on with; give MIDI or a score")
    try:
        return _given(music)
    except InvalidValueError as error:
        raise InvalidValueError(f"{name}: {error}") from None


def _given(music: Notes | Score) -> GivenChorale:
    piece = placed(music)
    drums = sum(piece.parts[part].drum for part in piece.part.tolist())
    if len(piece.onset) == drums:
        raise InvalidValueError(
            "holds nothing but drums, so there are no voices to go on with" if drums else "holds no notes to go on with"
        )
    upbeat = _upbeat(music, piece)
    encoded = JsbRaster().encode(music)
    sounding = piece.only(piece.end > piece.onset)
    voices = []
    for voice, line in enumerate(lines_of(sounding)):
        start, stop = steps_of(voice, line)
        rows = zip(start.tolist(), stop.tolist(), line.pitch.tolist(), line.velocity.tolist(), strict=True)
        voices.append(tuple(GridNote(*row) for row in rows if row[1] > row[0]))
    off = encoded.off_grid
    said = []
    if off.moved:
        said.append(f"{counted(off.moved, 'note')} moved to the next sixteenth, by {off.farthest:.3g} quarters at most")
    if off.lost - drums:
        said.append(f"{counted(off.lost - drums, 'note')} too short for a sixteenth left out")
    if drums:
        said.append(f"{counted(drums, 'drum stroke')} left out")
    if any(written != "4/4" for written in _of_four(music)):
        said.append("its bars of four quarters are written as 4/4")
    if isinstance(music, Score) and _signs(music):
        said.append("its words, dynamics and other signs left out")
    return GivenChorale(
        encoded.tokens.reshape(-1, len(VOICES)),
        tuple(voices),
        upbeat,
        tuple(zip(piece.clock.quarter.tolist(), piece.clock.bpm.tolist(), strict=True)),
        music.title if isinstance(music, Score) else "",
        tuple(said),
    )


def _upbeat(music: Notes | Score, piece: Placed) -> int:
    """The steps before the first bar line. Raises InvalidValueError where bars are not of four quarters."""
    if isinstance(music, Score):
        for number, measure in enumerate(music.measures):
            inside = 0 < number < len(music.measures) - 1
            if measure.time.length != QUARTERS or (inside and measure.length != QUARTERS):
                written = f"{'+'.join(map(str, measure.time.beats))}/{measure.time.unit}"
                raise _other_metre(f"{written}, {float(measure.length):g} quarters long, in bar {measure.number}")
        first = music.measures[0].length if len(music.measures) > 1 else QUARTERS
        upbeat = float(first % QUARTERS)
    else:
        meters = [(at, 4 * beats / unit, f"{beats}/{unit}") for at, beats, unit in piece.meters]
        short = len(meters) > 1 and meters[0][0] < CLOSE and abs(meters[1][0] - meters[0][1]) < CLOSE
        upbeat = meters[0][1] if short and meters[0][1] < QUARTERS else 0.0
        for _, length, written in meters[1:] if upbeat else meters:
            if length != QUARTERS:
                raise _other_metre(written)
    steps = upbeat / float(STEP)
    if abs(steps - round(steps)) > CLOSE:
        raise InvalidValueError(f"its upbeat of {upbeat:g} quarters is no whole number of sixteenths")
    return round(steps)


def _of_four(music: Notes | Score) -> set[str]:
    """Its metres of four quarters, as they are written."""
    if isinstance(music, Score):
        times = [(sum(one.time.beats), one.time.unit) for one in music.measures]
    else:
        times = [(one.numerator, one.denominator) for one in music.meters]
    return {f"{beats}/{unit}" for beats, unit in times if QUARTERS * unit == 4 * beats}


def _other_metre(written: str) -> InvalidValueError:
    return InvalidValueError(f"is in {written}; chorales are gone on with in bars of four quarters")


def _signs(score: Score) -> bool:
    """Whether it says more than notes."""
    for part in score.parts:
        if part.directions or part.spans:
            return True
        if any(event.lyrics or event.marks or event.grace for row in part.measures for event in row):
            return True
    return False


def is_identical(given: GivenChorale, tokens: IntArray) -> bool:
    """Whether a piece begins with what was given, token by token."""
    return bool(np.array_equal(tokens[: len(given.tokens)], given.tokens))
