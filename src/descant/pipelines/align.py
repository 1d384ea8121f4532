"""Alignment: where in a recording, or in performed notes, each place of a score is; and the score moved there.

Repeats and jumps are played out; where a performance leaves them all out, it fits the page as it is printed, and that
is taken. A performance that fits neither is of another piece.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from descant import __version__
from descant.alignment.bars import MusicBar, bars_of_score, place
from descant.alignment.high_resolution import Fit, align_written
from descant.alignment.warped import warped
from descant.alignment.written import Written, written
from descant.errors import DescantWarning, InvalidValueError, UnsupportedFormatError
from descant.features import get, prepare
from descant.features.levels import Levels
from descant.features.tuning import FirstMinute
from descant.io.open import open as open_file
from descant.io.open import source_name
from descant.pipelines.listen import oddities
from descant.pipelines.played_out import played_out
from descant.registry import find
from descant.types import Alignment, Audio, AudioFile, Notes, Score

SCHEMA = 1
COLUMNS = ("time", "quarter", "measure", "beat", "confidence")
# Performances to tune on, each held against its own score and two others: own ones lie above 0.78, others below 0.62.
LIKELY = 0.7
OTHER_PITCH = (-1, 1)  # semitones that a performance may sound off
SURELY = 0.3  # cost below which it does not: a semitone off costs 0.1 to 0.2 more

Progress = Callable[[float], None]


class OddRecordingWarning(DescantWarning):
    """Something about a recording should be known before its alignment is trusted."""


@dataclass(frozen=True, eq=False)
class Aligned:
    """A score and where a performance plays it."""

    score: Score | Notes  # as it is played: repeats and jumps written out where they were played
    page: Written  # its notes
    bars: tuple[MusicBar, ...]
    repeats: str  # what was done with repeats and jumps, in a line; empty where there are none
    semitones: int  # how much higher than written it sounds: recordings at baroque pitch, tapes at another speed
    alignment: Alignment  # a row an onset of the score
    found: float  # the share of its onsets at which the score's keys are struck rather than others; chance is half

    @property
    def fits(self) -> bool:
        """Whether the performance seems to be of this piece."""
        return self.found > LIKELY

    def warped(self) -> Notes:
        """The score's notes at the performance's times, in its bars."""
        notes: Notes = self.score if isinstance(self.score, Notes) else find("as-written")(self.score, repeats=False)
        return warped(notes, self.page, self.bars, self.alignment)


def align(
    score: str | os.PathLike[str] | Score | Notes,
    take: str | os.PathLike[str] | AudioFile | Audio | Notes,
    *,
    progress: Progress = lambda _: None,
) -> Aligned:
    """The way of a performance, a recording or MIDI, through a score, which may be MIDI too.

    Raises InvalidValueError where either has no notes or no sound, UnsupportedFormatError for what is neither. A
    performance of another piece is aligned as well as may be: ask whether it `fits`.
    """
    page: Any = open_file(score) if isinstance(score, str | os.PathLike) else score
    played: Any = open_file(take) if isinstance(take, str | os.PathLike) else take
    if not isinstance(page, Score | Notes):
        raise UnsupportedFormatError(
            f"{source_name(score)}: is no score to align with; give MusicXML, ABC, MIDI or the like"
        )
    if not isinstance(played, AudioFile | Audio | Notes):
        raise UnsupportedFormatError(f"{source_name(take)}: is no performance to align; give a recording or MIDI")
    try:
        ways = list(_ways(page))
    except InvalidValueError as error:
        raise InvalidValueError(f"{source_name(score)}: {error}") from None
    if isinstance(played, AudioFile | Audio):
        prepare(played, [Levels(), FirstMinute()])
        for what in oddities(played, get(played, Levels())):
            warnings.warn(f"{source_name(take)}: {what}", OddRecordingWarning, stacklevel=2)
    tries = [(way, semitones) for semitones in (0, *OTHER_PITCH) for way in ways]
    found: list[tuple[float, Aligned]] = []
    for at, ((each, notes, bars, said), semitones) in enumerate(tries):
        if at == len(ways) and min(cost for cost, _ in found) < SURELY:
            break

        def told(share: float, done: int = at) -> None:
            progress(min(1.0, (done + share) / len(ways)))

        fit = _fit(replace(notes, pitch=notes.pitch + semitones), played, source_name(take), told)
        found.append((fit.cost, Aligned(each, notes, bars, said, semitones, fit.alignment, fit.found)))
    return min(found, key=lambda one: one[0])[1]


def align_json(aligned: Aligned, score: str, take: str) -> dict[str, Any]:
    """Plain values, ready for `json.dumps`; docs/alignment.md tells the fields."""
    return {
        "schema": SCHEMA,
        "descant": __version__,
        "score": score,
        "performance": take,
        "fits": aligned.fits,
        "found": round(aligned.found, 3),
        "semitones": aligned.semitones,
        "repeats": aligned.repeats,
        "rows": [dict(zip(COLUMNS, row, strict=True)) for row in rows(aligned)],
    }


def rows(aligned: Aligned) -> list[tuple[float, float, str, float, float]]:
    """Every onset of the score that was played, with its place on the page: COLUMNS."""
    return map_rows(aligned.alignment, aligned.bars)


def map_rows(alignment: Alignment, bars: Sequence[MusicBar]) -> list[tuple[float, float, str, float, float]]:
    """The rows of an alignment with their places in these bars: COLUMNS."""
    sure = np.asarray(alignment.confidence).tolist()
    return [
        (round(time, 4), round(quarter, 4), *place(bars, quarter), round(confidence, 3))
        for time, quarter, confidence in zip(alignment.time.tolist(), alignment.quarter.tolist(), sure, strict=True)
    ]


def bar_times(aligned: Aligned) -> list[tuple[float, str]]:
    """When each bar that was played begins, and its number."""
    first, last = aligned.alignment.quarter[0], aligned.alignment.quarter[-1]
    begun = [bar for bar in aligned.bars if first - 1e-6 <= bar.start < last]
    times = aligned.alignment.seconds([bar.start for bar in begun]).tolist()
    return [(time, bar.number) for time, bar in zip(times, begun, strict=True)]


def _ways(page: Score | Notes) -> Iterator[tuple[Score | Notes, Written, tuple[MusicBar, ...], str]]:
    """The score as it may be played: with its repeats, and without them where it has some."""
    played = played_out(page)
    yield played.score, played.notes, played.bars, played.said
    if played.said and isinstance(page, Score):
        yield page, written(page), bars_of_score(page), "repeats and jumps are not played"


def _fit(score: Written, take: AudioFile | Audio | Notes, name: str, progress: Progress) -> Fit:
    try:
        return align_written(score, take, progress)
    except InvalidValueError as error:
        raise InvalidValueError(f"{name}: {error}") from None
