"""The chord chart: bars with their chord symbols, under the letters of the form."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

import numpy as np

from descant.io.report.words import chord_name
from descant.io.times import clock
from descant.types import Beats, Chords, Piece, Sections

UNSURE = 0.5  # confidences below are marked in the chart
WIDEST = 16  # the style sheet knows symbols of up to this many beats
SECTION_COLOURS = 8


@dataclass(frozen=True)
class Symbol:
    """A chord symbol in a bar, and how many of the bar's beats it lasts."""

    label: str  # Harte; empty where nothing was heard
    confidence: float
    beats: int


@dataclass(frozen=True)
class Bar:
    """A measure; number 0 is an upbeat."""

    number: int
    start: float  # seconds
    end: float  # seconds
    symbols: tuple[Symbol, ...]
    section: int | None  # index into the piece's sections


def bars(piece: Piece) -> list[Bar]:
    """The measures between downbeats, with the chord at each beat; none without downbeats or chords.

    An upbeat without a chord is left out.
    """
    beats, chords = piece.get(Beats), piece.get(Chords)
    if beats is None or chords is None or not len(chords) or not len(beats.downbeats):
        return []
    period = float(np.median(np.diff(beats.time))) if len(beats) > 1 else 1.0
    ends = [*beats.time[1:].tolist(), float(beats.time[-1]) + period]
    firsts = sorted({0, *np.flatnonzero(beats.position == 1).tolist()})
    numbers = range(1 if beats.position[0] == 1 else 0, len(firsts) + 1)
    sections = piece.get(Sections)
    found = []
    for number, first, after in zip(numbers, firsts, [*firsts[1:], len(beats)], strict=False):
        middles = [(float(beats.time[at]) + ends[at]) / 2 for at in range(first, after)]
        start, end = float(beats.time[first]), ends[after - 1]
        symbols = tuple(_symbols(chords, middles))
        if number > 0 or any(symbol.label not in ("", "N") for symbol in symbols):
            found.append(Bar(number, start, end, symbols, _at(sections, (start + end) / 2)))
    return found


def chart_html(piece: Piece) -> str:
    """The chart as lists of bars, one for each section; chords with their times where the bars are unknown."""
    chords, sections = piece.get(Chords), piece.get(Sections)
    if chords is None or not len(chords):
        return ""
    measures = bars(piece)
    if not measures:
        sure = np.ones(len(chords)) if chords.confidence is None else chords.confidence
        spans = zip(chords.start, chords.end, chords.label, sure, strict=True)
        cells = "".join(_cell(clock(low), low, high, [Symbol(label, one, 1)]) for low, high, label, one in spans)
        return f'<ol class="bars">{cells}</ol>'
    parts = []
    for at, group in groupby(measures, key=lambda bar: bar.section):
        members = list(group)
        heading = "" if at is None or sections is None else _heading(sections, at, members)
        cells = "".join(_cell(str(bar.number), bar.start, bar.end, bar.symbols) for bar in members)
        parts.append(f'<div class="part">{heading}<ol class="bars">{cells}</ol></div>')
    return "\n".join(parts)


def colours(sections: Sections | None) -> dict[str, int]:
    """A colour number for each section letter, in order of appearance."""
    labels = [] if sections is None else sections.label
    return {label: at % SECTION_COLOURS for at, label in enumerate(dict.fromkeys(labels))}


def _symbols(chords: Chords, middles: list[float]) -> Iterator[Symbol]:
    for at, group in groupby(middles, key=lambda middle: _at(chords, middle)):
        beats = len(list(group))
        if at is None:
            yield Symbol("", 0.0, beats)
        else:
            yield Symbol(chords.label[at], 1.0 if chords.confidence is None else float(chords.confidence[at]), beats)


def _at(segments: Any, seconds: float) -> int | None:
    """The index of the segment that holds a time."""
    if segments is None:
        return None
    at = bisect_right(segments.start, seconds) - 1
    return at if at >= 0 and seconds < segments.end[at] else None


def _heading(sections: Sections, at: int, members: list[Bar]) -> str:
    label = sections.label[at]
    low, high, start = members[0].number, members[-1].number, members[0].start
    which = f"bar {low}" if low == high else f"bars {low} to {high}"
    return (
        f'<h3><button type="button" class="mark s{colours(sections)[label]}" data-start="{start:.3f}" '
        f'aria-label="Section {escape(label)}: go to bar {low}">{escape(label)}</button> '
        f"<span>{which}, {clock(start)}</span></h3>"
    )


def _cell(name: str, start: float, end: float, symbols: Any) -> str:
    inside = "".join(_symbol(one) for one in symbols)
    upbeat = ' class="upbeat"' if name == "0" else ""
    return f'<li{upbeat} data-start="{start:.3f}" data-end="{end:.3f}"><i>{name}</i>{inside}</li>'


def _symbol(symbol: Symbol) -> str:
    width = min(symbol.beats, WIDEST)
    if not symbol.label:
        return f'<b class="w{width}"></b>'
    unsure = " unsure" if symbol.confidence < UNSURE else ""
    name = re.sub(r"(?<=.)([/(])", r"<wbr>\1", escape(chord_name(symbol.label)))  # where a narrow bar may break it
    hint = escape(f"{symbol.label}, confidence {symbol.confidence:.2f}")
    return f'<b class="w{width}{unsure}" title="{hint}">{name}</b>'
