"""A score as it is played: measure after measure, its repeats and jumps written out.

Each stretch of the page that is played in one go is copied to where it comes. What holds on until it is replaced
(tempo, loudness, clefs, chords) is written again where a jump would else leave another one in force. Ties and slurs do
not reach over a jump; a hairpin ends there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from descant.io.score.play_order import play_order
from descant.types.score import (
    BPM,
    ChordSymbol,
    Clef,
    Direction,
    Event,
    Measure,
    Numeral,
    Score,
    ScorePart,
    Span,
    TempoMark,
)

LEVELS = frozenset(["pppp", "ppp", "pp", "p", "mp", "mf", "f", "ff", "fff", "ffff"])  # what holds on; sfz does not
MOST_STRETCHES = 12  # that are named

Placed = TypeVar("Placed", TempoMark, ChordSymbol, Numeral, Clef, Direction)


@dataclass(frozen=True)
class Unfolded:
    """A score without repeats and jumps, and where its measures stand on the page."""

    score: Score
    page: tuple[int, ...]  # of each measure, its index on the page

    @property
    def said(self) -> str:
        """What was done, in a line: `repeats and jumps are played out: measures 1-8, 1-7, 9-16`. Empty for nothing."""
        runs = list(_stretches(self.page))
        if len(runs) < 2:
            return ""
        at, names = 0, []
        for run in runs[:MOST_STRETCHES]:
            first, last = self._name(at), self._name(at + len(run) - 1)
            names.append(first if len(run) == 1 else f"{first}-{last}")
            at += len(run)
        more = f" and so on, {len(self.page):,} in all" if len(runs) > MOST_STRETCHES else ""
        return f"repeats and jumps are played out: measures {', '.join(names)}{more}"

    def _name(self, at: int) -> str:
        return self.score.measures[at].number or str(self.page[at] + 1)


def unfolded(score: Score) -> Unfolded:
    """A score with its measures, and their printed numbers, in the order in which they are played.

    Where that is the page's own order, it is the score itself.
    """
    order = tuple(play_order(score.measures))
    if order == tuple(range(len(score.measures))):
        return Unfolded(score, order)
    measures: list[Measure] = []
    runs = []
    for stretch in _stretches(order):
        start = measures[-1].end if measures else Fraction(0)
        page = score.measures[stretch.start : stretch.stop]
        moved = start - page[0].start
        runs.append(_Run(stretch, page[0].start, page[-1].end, moved))
        measures += [
            replace(one, start=one.start + moved, repeat_start=False, repeat_end=0, ending="", jumps=()) for one in page
        ]
    played = replace(
        score,
        measures=tuple(measures),
        parts=tuple(_part(part, score, runs) for part in score.parts),
        tempos=tuple(_holding(score.tempos, runs, TempoMark(Fraction(0), BPM, None))),
        chords=tuple(_holding(score.chords, runs)),
        numerals=tuple(_holding(score.numerals, runs)),
    )
    return Unfolded(played, order)


@dataclass(frozen=True)
class _Run:
    """A stretch of the page that is played in one go."""

    measures: range  # indices on the page
    start: Fraction  # quarters from the page's beginning
    end: Fraction
    moved: Fraction  # quarters from there to where it is played


def _stretches(order: Sequence[int]) -> Iterator[range]:
    """The order as ranges of measures that follow one another on the page."""
    begin = 0
    for at in range(1, len(order) + 1):
        if at == len(order) or order[at] != order[at - 1] + 1:
            yield range(order[begin], order[at - 1] + 1)
            begin = at


def _holding(marks: Sequence[Placed], runs: Iterable[_Run], usual: Placed | None = None) -> Iterator[Placed]:
    """Marks that hold until the next one, in order of place. usual: what holds where the page has said nothing."""
    places = [one.at for one in marks]
    holds = usual
    for run in runs:
        first, last = bisect_left(places, run.start), bisect_left(places, run.end)
        before = marks[first - 1] if first else usual
        if before is not None and not (first < last and places[first] == run.start):
            carried = replace(before, at=run.start + run.moved)
            if holds is None or carried != replace(holds, at=carried.at):
                yield carried
            holds = before
        for one in marks[first:last]:
            yield replace(one, at=one.at + run.moved)
            holds = one


def _part(part: ScorePart, score: Score, runs: Sequence[_Run]) -> ScorePart:
    staves = [[one for one in part.clefs if one.staff == staff] for staff in range(1, part.staves + 1)]
    return replace(
        part,
        measures=tuple(row for run in runs for row in _rows(part, score, run)),
        clefs=tuple(one for clefs in staves for one in _holding(sorted(clefs, key=_place), runs)),
        directions=tuple(sorted(_directions(part, score, runs), key=_place)),
        spans=tuple(one for run in runs for one in _spans(part, run)),
    )


def _place(one: Clef | Direction) -> Fraction:
    return one.at


def _directions(part: ScorePart, score: Score, runs: Sequence[_Run]) -> Iterator[Direction]:
    levels: list[Direction] = []
    others: list[Direction] = []
    for one in sorted(part.directions, key=_place):
        (levels if one.kind == "dynamics" and one.text in LEVELS else others).append(one)
    yield from _holding(levels, runs, Direction(Fraction(0), "mf", "dynamics"))
    for run in runs:
        closing = run.end == score.length  # what stands at the page's very end is of its last measure
        for one in others:
            if run.start <= one.at and (one.at < run.end or closing):
                yield replace(one, at=one.at + run.moved)


def _rows(part: ScorePart, score: Score, run: _Run) -> Iterator[tuple[Event, ...]]:
    """The events of a stretch; its last ones are tied to nothing."""
    *rows, last = part.measures[run.measures.start : run.measures.stop]
    yield from rows
    length = score.measures[run.measures[-1]].length
    yield tuple(replace(one, tied=()) if any(one.tied) and one.end == length else one for one in last)


def _spans(part: ScorePart, run: _Run) -> Iterator[Span]:
    for one in part.spans:
        if run.start <= one.start < run.end and (one.kind != "slur" or one.end < run.end):
            yield replace(one, start=one.start + run.moved, end=min(one.end, run.end) + run.moved)
