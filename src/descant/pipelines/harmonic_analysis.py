"""Harmony: the Roman numerals and cadences of a score, or of a recording through its transcription.

Every transform to `RomanNumerals` says how likely each of its numerals is. What a transcription misheard makes them
less likely than that; `heard` tells so.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from descant import __version__
from descant.errors import DescantWarning, UnsupportedFormatError
from descant.harmony.annotated import annotated, exact
from descant.io.open import open as open_file
from descant.io.score.whole_bars import Bar, bar_at, whole_bars
from descant.pipelines.transcribe import transcribe
from descant.route import plan, run
from descant.types import Audio, AudioFile, Cadences, Notes, RomanNumerals, Score

SCHEMA = 1
Progress = Callable[[float], None]


class OneLineWarning(DescantWarning):
    """No two notes sound together, so that chords are mostly guessed."""


@dataclass(frozen=True, eq=False)
class HarmonicAnalysis:
    """What was found."""

    score: Score  # with the numerals and cadences written in it
    numerals: RomanNumerals
    cadences: Cadences
    heard: bool  # whether the score is a transcription, of sound or of performed notes

    @property
    def confidence(self) -> float:
        """How likely a numeral is, over the time that each one lasts, 0 to 1."""
        length = self.numerals.end - self.numerals.start
        return float(np.average(np.asarray(self.numerals.confidence), weights=length))


def harmonic_analysis(
    source: str | os.PathLike[str] | AudioFile | Audio | Notes | Score,
    *,
    use: str = "",
    progress: Progress = lambda _: None,
) -> HarmonicAnalysis:
    """The numerals and cadences of a score, a recording, a MIDI file or performed notes.

    use: the transform that finds them, else the best one.

    Raises InvalidValueError where no pitched note sounds, UnsupportedFormatError for what is no music,
    UnknownTransformError where `use` names none that gives Roman numerals.
    """
    value: Any = open_file(source) if isinstance(source, str | os.PathLike) else source
    steps = plan([Score], [RomanNumerals, Cadences], {RomanNumerals: use} if use else None)
    heard = isinstance(value, AudioFile | Audio | Notes)
    if heard:
        score = transcribe(value, progress=progress)
    elif isinstance(value, Score):
        score = value
    else:
        raise UnsupportedFormatError(f"a {type(value).__name__} has no harmony to read; give a score, sound or MIDI")
    if one_line(score):
        message = "no two notes sound together; chords are guessed from the tune alone, and chord symbols are not read"
        warnings.warn(message, OneLineWarning, stacklevel=2)
    numerals, cadences = run(steps, [score])
    return HarmonicAnalysis(annotated(score, numerals, cadences), numerals, cadences, heard)


def one_line(score: Score) -> bool:
    """Whether no two notes ever sound together."""
    notes = [one for one in score.sounding() if one.drum is None and one.duration > 0]
    notes.sort(key=lambda one: one.onset)
    return bool(notes) and all(one.onset + one.duration <= after.onset for one, after in pairwise(notes))


def analysis_json(analysis: HarmonicAnalysis, file: str) -> dict[str, Any]:
    """Plain values, ready for `json.dumps`; docs/harmony.md tells the fields."""
    numerals = analysis.numerals
    bars = whole_bars(analysis.score)
    rows = zip(*(getattr(numerals, one).tolist() for one in ("start", "end", "confidence")), strict=True)
    chords = [
        {
            "start": start,
            "end": end,
            **_place(analysis.score, bars, start),
            "key": key,
            "figure": figure,
            "confidence": round(confidence, 3),
        }
        for (start, end, confidence), key, figure in zip(rows, numerals.key, numerals.figure, strict=True)
    ]
    made_by = numerals.made_by
    return {
        "schema": SCHEMA,
        "descant": __version__,
        "file": file,
        "title": analysis.score.title,
        "composer": analysis.score.composer,
        "heard": analysis.heard,
        "transform": made_by.transform if made_by else "",
        "confidence": round(analysis.confidence, 3),
        "numerals": chords,
        "cadences": cadence_entries(analysis),
    }


def cadence_entries(analysis: HarmonicAnalysis) -> list[dict[str, Any]]:
    """The cadences as plain values, each with its place."""
    cadences, bars = analysis.cadences, whole_bars(analysis.score)
    sure = np.asarray(cadences.confidence).tolist()
    return [
        {
            "time": time,
            **_place(analysis.score, bars, time),
            "kind": kind,
            "key": key,
            "confidence": round(confidence, 3),
        }
        for time, kind, key, confidence in zip(cadences.time.tolist(), cadences.kind, cadences.key, sure, strict=True)
    ]


def _place(score: Score, bars: Sequence[Bar], quarters: float) -> dict[str, Any]:
    """The measure as printed, and the beat of its bar."""
    at = exact(quarters)
    measure = score.measure_at(at)
    return {
        "measure": score.measures[measure].number or str(measure + 1),
        "beat": round(float(bar_at(bars, at).beat(at)), 3),
    }
