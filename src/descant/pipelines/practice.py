"""Practice: a take held against its score, played or sung, with the bars to practise first.

A score's repeats are played out. A recording is transcribed first: a piano's by the piano transcriber, a single voice's
by its pitch contour, anything else by what suits it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from descant.alignment.practice import (
    EARLY,
    EXTRA,
    LATE,
    LOUD,
    MARK,
    MISSED,
    PAUSE,
    REPEATED,
    SKIPPED,
    SOFT,
    UNREPEATED,
    WRONG,
    Finding,
    Judgement,
    OtherPieceError,
    practise_first,
    practised,
)
from descant.alignment.practice_page import Head, score_page
from descant.alignment.singing import FLAT, OCTAVE, SHARP, sung
from descant.errors import InvalidValueError, UnsupportedFormatError
from descant.io.open import open as open_file
from descant.io.open import source_name
from descant.io.score.unfolded import Unfolded, unfolded
from descant.pipelines.harmonic_analysis import one_line
from descant.pipelines.heard_take import heard_take
from descant.pipelines.listen import hear
from descant.pipelines.transcribe import transcribe
from descant.types import Audio, AudioFile, Notes, PitchContour, Score, Tags
from descant.types.arrays import BoolArray

VOICE = "voice"  # a label of tags
Progress = Callable[[float], None]

# In words: one, and several.
WORDS = {
    WRONG: ("wrong note", "wrong notes"),
    MISSED: ("missed note", "missed notes"),
    EXTRA: ("extra note", "extra notes"),
    OCTAVE: ("note in another octave", "notes in another octave"),
    FLAT: ("flat note", "flat notes"),
    SHARP: ("sharp note", "sharp notes"),
    EARLY: ("early note", "early notes"),
    LATE: ("late note", "late notes"),
    LOUD: ("note too loud", "notes too loud"),
    SOFT: ("note too soft", "notes too soft"),
    PAUSE: ("pause", "pauses"),
    SKIPPED: ("skip", "skips"),
    REPEATED: ("stretch played again", "stretches played again"),
    UNREPEATED: ("repeat left out", "repeats left out"),
    MARK: ("dynamic mark not heard", "dynamic marks not heard"),
}


@dataclass(frozen=True)
class BarReport:
    """A bar of the page."""

    measure: int  # its index on the page
    number: str  # as printed
    score: float | None  # 0 to 100; None where the take does not come to it
    counts: Mapping[str, int]  # findings by kind

    @property
    def reason(self) -> str:
        """What is not as written, in words."""
        return ", ".join(kind if kind == SKIPPED else said(kind, count) for kind, count in self.counts.items())


@dataclass(frozen=True, eq=False)
class PracticeReport:
    """What was found in a take."""

    score: Score  # as printed
    played: Unfolded  # as it is to be played
    heads: tuple[tuple[Head, ...], ...]  # of each written note of the judgement, in the order of play
    judgement: Judgement
    take: Notes | None  # the notes that were judged; None for a singer
    heard: bool  # whether they come from a recording

    @property
    def bars(self) -> tuple[BarReport, ...]:
        """Every bar of the page. One that is played several times has the mean of its scores and all its findings."""
        page = np.array(self.played.page)
        counts: dict[int, Counter[str]] = {}
        for one in self.judgement.findings:
            counts.setdefault(int(page[self.judgement.page.bar_of(one.quarter)]), Counter())[one.kind] += 1
        found = []
        for at, measure in enumerate(self.score.measures):
            scores = self.judgement.bar_score[page == at]
            scores = scores[~np.isnan(scores)]
            kinds = {kind: counts[at][kind] for kind in WORDS if at in counts and counts[at][kind]}
            value = float(scores.mean()) if len(scores) else None
            found.append(BarReport(at, measure.number or str(at + 1), value, kinds))
        return tuple(found)

    @property
    def first(self) -> tuple[BarReport, ...]:
        """The bars to practise first: those with the lowest scores."""
        bars = self.bars
        scores = np.array([np.nan if one.score is None else one.score for one in bars])
        return tuple(bars[at] for at in practise_first(scores))

    @property
    def counts(self) -> dict[str, int]:
        """Findings by kind."""
        found = Counter(one.kind for one in self.judgement.findings)
        return {kind: found[kind] for kind in WORDS if found[kind]}

    def place(self, quarter: float) -> tuple[str, float]:
        """The bar, as printed, and the beat of a place in the order of play."""
        page = self.judgement.page
        bar = page.bar_of(quarter)
        measure = self.played.score.measures[bar]
        late = float(measure.time.length - measure.length) if bar == 0 and measure.pickup else 0.0
        beat = 1 + (quarter - float(page.bars[bar]) + late) / float(page.beat[bar])
        return measure.number or str(self.played.page[bar] + 1), round(beat, 2)


def said(kind: str, count: int) -> str:
    """So many of a kind, in words."""
    return f"{count} {WORDS[kind][count > 1]}"


def practice(
    score: str | os.PathLike[str] | Score,
    take: str | os.PathLike[str] | AudioFile | Audio | Notes,
    *,
    part: str = "",
    singer: bool | None = None,
    use: Mapping[str, str] | None = None,
    progress: Progress = lambda _: None,
) -> PracticeReport:
    """A take held against its score.

    score: a score, or MIDI, which is written down first. take: MIDI or a recording. part: of the score, the one that is
    played, by name or number; all if not given. singer: whether the take is sung; if not given, it is where the score
    has a tune to sing and the recording is of one voice. use: as for `listen`.

    Raises InvalidValueError for a score or a take without notes, OtherPieceError where they do not belong together.
    """
    page = _score(score, part)
    value: Any = open_file(take) if isinstance(take, str | os.PathLike) else take
    if not isinstance(value, AudioFile | Audio | Notes):
        raise UnsupportedFormatError(f"{source_name(take)}: is no take; give MIDI or a recording")
    try:
        if isinstance(value, Notes):
            if singer:
                raise InvalidValueError("a singer's take is a recording, not MIDI")
            return _of_player(page, value, np.ones(len(value), dtype=bool), heard=False)
        tune = _tune(page) if singer is not False else None
        if singer and tune is None:
            raise InvalidValueError(
                "a singer is held against one line, and the score has notes that sound together; name a part"
            )
        if tune is not None and (singer or _one_voice(value, use)):
            contour = hear(value, only=("pitch",), use=use, progress=progress).get(PitchContour)
            assert contour is not None, "a contour was asked for"
            return _of_singer(tune, contour)
        notes, sure = heard_take(page, value, use, progress)
        return _of_player(page, notes, sure, heard=True)
    except InvalidValueError as error:
        raise type(error)(f"{source_name(take)}: {error}") from None


def _of_player(page: Score, take: Notes, sure: BoolArray, *, heard: bool) -> PracticeReport:
    played = unfolded(page)
    found = score_page(played.score, played.page)
    notes, sure = take.only(~take.drum), sure[~take.drum]
    judgement = practised(found.page, notes.onset, notes.pitch, notes.velocity, sure)
    return PracticeReport(page, played, found.heads, judgement, notes, heard)


def _of_singer(page: Score, contour: PitchContour) -> PracticeReport:
    """With repeats, or without them where that fits and they do not: a singer may leave verses out."""
    played = unfolded(page)
    ways = [played] if not played.said else [played, Unfolded(page, tuple(range(len(page.measures))))]
    refused: list[OtherPieceError] = []
    for way in ways:
        found = score_page(way.score, way.page)
        try:
            return PracticeReport(page, way, found.heads, sung(found.page, contour), None, heard=True)
        except OtherPieceError as error:
            refused.append(error)
    raise refused[0]


def _score(source: str | os.PathLike[str] | Score, part: str) -> Score:
    value: Any = open_file(source) if isinstance(source, str | os.PathLike) else source
    if isinstance(value, Notes):
        value = transcribe(value)
    if not isinstance(value, Score):
        raise UnsupportedFormatError(f"{source_name(source)}: is no score; give MusicXML, ABC, Humdrum or MIDI")
    if part:
        value = transcribe(value, parts=(part,))
    if all(one.drum is not None for one in value.sounding()):
        raise InvalidValueError(f"{source_name(source)}: the score has no notes, so there is nothing to practise")
    found: Score = value
    return found


def _tune(score: Score) -> Score | None:
    """What is to be sung of a score: all of it where it is one line, else its first part with words."""
    if one_line(score):
        return score
    words = (one for one in score.parts if any(event.lyrics for row in one.measures for event in row))
    only = (replace(score, parts=(one,)) for one in words)
    return next((one for one in only if one_line(one)), None)


def _one_voice(sound: AudioFile | Audio, use: Mapping[str, str] | None) -> bool:
    """Whether a recording is of one voice."""
    chosen = {field: name for field, name in (use or {}).items() if field == "instruments"}
    piece = hear(sound, only=("instruments",), use=chosen)
    tags = piece.get(Tags)
    return tags is not None and tags.solo(piece.duration) == VOICE


def written_name(report: PracticeReport, note: int) -> str:
    """The name of a written note, such as F#4."""
    head = report.heads[note][0]
    return report.played.score.parts[head.part].measures[head.measure][head.event].pitches[head.note].name


SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")


def played_name(report: PracticeReport, one: Finding) -> str:
    """The name of a performed note, with the signs of the key there."""
    assert report.take is not None, "a singer's notes have no names"
    pitch = int(report.take.pitch[one.played])
    flat = report.played.score.measures[report.judgement.page.bar_of(one.quarter)].key.sharps < 0
    return f"{(FLATS if flat else SHARPS)[pitch % 12]}{pitch // 12 - 1}"
