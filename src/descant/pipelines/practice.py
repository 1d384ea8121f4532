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

from descant import __version__
from descant.alignment.note_matching import NONE
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
from descant.alignment.singing import FLAT, OCTAVE, SHARP, Singing, sung
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

SCHEMA = 1
VOICE = "voice"  # a label of tags
Progress = Callable[[float], None]

# Of each kind: what its amount counts.
UNITS = {
    WRONG: "semitones",
    OCTAVE: "semitones",
    EARLY: "seconds",
    LATE: "seconds",
    PAUSE: "seconds",
    LOUD: "velocity",
    SOFT: "velocity",
    MARK: "velocity",
    FLAT: "cents",
    SHARP: "cents",
}
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


def practice_json(report: PracticeReport, score: str, take: str) -> dict[str, Any]:
    """Plain values, ready for `json.dumps`; docs/practice.md tells the fields."""
    judgement = report.judgement
    quarters, tempi = judgement.curve
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "descant": __version__,
        "score": score,
        "take": take,
        "title": report.score.title,
        "repeats": report.played.said,
        "heard": report.heard,
        "sung": isinstance(judgement, Singing),
        "points": round(judgement.score, 1),
        "first": [one.number for one in report.first],
        "counts": report.counts,
        "bars": [
            {
                "measure": one.number,
                "points": None if one.score is None else round(one.score, 1),
                "counts": dict(one.counts),
            }
            for one in report.bars
        ],
        "findings": [_entry(report, one) for one in judgement.findings],
        "tempo": [_tempo(report, at, bpm) for at, bpm in zip(quarters.tolist(), tempi.tolist(), strict=True)],
    }
    if isinstance(judgement, Singing):
        document["transposed"], document["tuning_cents"] = judgement.transposed, round(judgement.tuning, 1)
        document["notes"] = _sung_notes(report, judgement)
    return document


def _tempo(report: PracticeReport, at: float, bpm: float) -> dict[str, Any]:
    """A beat's tempo, with what the page asks for there, where it does."""
    measure, beat = report.place(at)
    entry: dict[str, Any] = {"quarter": round(at, 4), "measure": measure, "beat": beat, "bpm": round(bpm, 1)}
    if report.score.tempos:
        notes = report.judgement.page.notes
        entry["written_bpm"] = round(float(notes.bpm[np.searchsorted(notes.tempo_at, at + 1e-9, "right") - 1]), 1)
    return entry


def _entry(report: PracticeReport, one: Finding) -> dict[str, Any]:
    """A finding as plain values."""
    measure, beat = report.place(one.quarter)
    entry: dict[str, Any] = {"kind": one.kind, "measure": measure, "beat": beat, "quarter": round(one.quarter, 4)}
    if one.until > one.quarter:
        entry["until_measure"], entry["until_beat"] = report.place(one.until - 1e-6)[0], report.place(one.until)[1]
        entry["until_quarter"] = round(one.until, 4)
    if one.note != NONE:
        entry["written"] = written_name(report, one.note)
        entry["part"] = report.heads[one.note][0].part
    if one.played != NONE and report.take is not None:
        entry["played"] = played_name(report, one)
        entry["time"] = round(float(report.take.onset[one.played]), 3)
    if one.kind in UNITS:
        entry[UNITS[one.kind]] = round(one.amount, 3)
    return entry


def _sung_notes(report: PracticeReport, found: Singing) -> list[dict[str, Any]]:
    return [
        {
            "measure": report.place(float(quarter))[0],
            "beat": report.place(float(quarter))[1],
            "written": written_name(report, note),
            "time": _or_none(found.start[note], 3),
            "cents": _or_none(found.cents[note], 1),
            "octave": int(found.octave[note]),
            "seconds_late": _or_none(found.off[note], 3),
        }
        for note, quarter in enumerate(found.page.notes.onset)
    ]


def _or_none(value: float, digits: int) -> float | None:
    return None if np.isnan(value) else round(float(value), digits)


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
