"""A piece as a page: a score as it came, sound and notes written down; with when each of its bars sounds.

Once the notes of a score are corrected, it is written down anew from these. Pages are kept beside the piece as long as
nothing that they rest on changes, in Python's own format: nobody but the studio writes there.
"""

from __future__ import annotations

import pickle
import warnings
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from descant.errors import DescantWarning
from descant.io.files import write_bytes
from descant.io.score.unfolded import unfolded
from descant.pipelines.in_bars import in_bars
from descant.pipelines.transcribe import notated
from descant.pipelines.transcribe import symbols as chord_symbols
from descant.studio.source_music import source_music
from descant.types import Beats, Chords, Meter, Notes, Piece, Score
from descant.types.arrays import FloatArray
from descant.types.clock import Clock
from descant.types.score import ChordSymbol

if TYPE_CHECKING:
    from descant.studio.pieces import PieceStore

OF = ("notes", "beats", "meter", "chords")  # what a page rests on
NAME = "written.pickle"
FINEST = 96  # parts of a quarter: a chord stands at one of them

Span = tuple[float, float]  # seconds


@dataclass(frozen=True, eq=False)
class Written:
    """A page, and of each of its measures every time that it is played, in order; none where that is not known."""

    score: Score
    played: tuple[tuple[Span, ...], ...]


def written(store: PieceStore, piece_id: str) -> Written:
    """The page of a piece. Raises InvalidValueError where it has no notes."""

    def make(path: Path) -> None:
        with warnings.catch_warnings():  # a job that listens has told them
            warnings.simplefilter("ignore", DescantWarning)
            found = _made(store, piece_id)
        write_bytes(path, pickle.dumps(found))

    found: Written = store.derived_value(piece_id, NAME, make, pickle.loads, OF)
    return found


def _made(store: PieceStore, piece_id: str) -> Written:
    about, piece = store.about(piece_id), store.piece(piece_id)
    corrected = {type(one) for one in piece.corrections}
    if about.kind == "score" and not corrected & {Notes, Beats, Meter}:
        score: Score = source_music(store, piece_id).music
        chords = piece.get(Chords) if Chords in corrected else None
        return Written(score if chords is None else _with_chords(score, chords), _as_played(score))
    return _from_notes(piece, title=piece.tags.get("title", "") or Path(about.name).stem)


def _as_played(score: Score) -> tuple[tuple[Span, ...], ...]:
    """When each measure is played, repeats and jumps counted."""
    played = unfolded(score)
    edges = Clock.of(played.score).seconds([0.0, *(float(one.end) for one in played.score.measures)]).tolist()
    times: list[list[Span]] = [[] for _ in score.measures]
    for at, measure in enumerate(played.page):
        times[measure].append((edges[at], edges[at + 1]))
    return tuple(map(tuple, times))


def _with_chords(score: Score, chords: Chords) -> Score:
    """The score under other chord symbols: where a passage is played again, those of its first time."""
    played = unfolded(score)
    found: dict[Fraction, ChordSymbol] = {}
    for quarter, label in zip(Clock.of(played.score).quarters(chords.start).tolist(), chords.label, strict=True):
        at = Fraction(round(quarter * FINEST), FINEST)
        measure = played.score.measure_at(at)
        page = score.measures[played.page[measure]]
        place = page.start + min(at - played.score.measures[measure].start, page.length)
        if place < page.end:
            found.setdefault(place, ChordSymbol(place, label))
    return replace(score, chords=tuple(found.values()))


def _from_notes(piece: Piece, title: str) -> Written:
    page = notated(*in_bars(piece))
    score = replace(page.score, title=title, composer=piece.tags.get("artist", ""))
    chords = piece.get(Chords)
    if chords is not None and len(page.second):
        score = replace(score, chords=tuple(chord_symbols(chords, page)))
    return Written(score, tuple(_spans(score, page.second, page.quarter)))


def _spans(score: Score, second: FloatArray, quarter: FloatArray) -> list[tuple[Span, ...]]:
    """When each measure comes, by the beats of the performance; a last one that they do not reach is carried on."""
    if len(second) < 2:
        return [() for _ in score.measures]
    pace = (second[-1] - second[-2]) / max(quarter[-1] - quarter[-2], 1e-9)

    def at(place: float) -> float:
        beyond = max(0.0, place - quarter[-1]) * pace
        return float(np.interp(place, quarter, second)) + float(beyond)

    return [((max(0.0, at(float(one.start))), at(float(one.end))),) for one in score.measures]
