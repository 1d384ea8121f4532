"""Measures of numbered notation set in lines: which stand in a line, and where in it each number stands.

Up to four bars share a line and are of one width, so that they stand under each other; fewer where they do not fit.
All lengths are tenths of a millimetre.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple
from unicodedata import east_asian_width

from descant.io.score.chord_names import printed
from descant.io.score.engrave import MARGIN, WIDTH
from descant.io.score.jianpu_cells import Cell
from descant.io.score.jianpu_signs import CHORDS, WORDS
from descant.types.score import Score

BARS_A_LINE = 4
ROOM = WIDTH - 2 * MARGIN
BAR = 26  # free on both sides of a bar line
SIGN, POINT = 18, 14  # room for an accidental and for a point
WIDTHS = ((Fraction(1), 70), (Fraction(1, 2), 46), (Fraction(1, 4), 38), (Fraction(0), 34))  # from so many quarters on


@dataclass(frozen=True)
class Box:
    """A measure in its line."""

    number: int  # of the measure, its index
    left: float
    right: float
    places: tuple[float, ...]  # the middle of each cell

    def at(self, onset: Fraction, cells: Sequence[Cell], length: Fraction) -> float:
        """Where a place in the measure stands, in quarters from its start."""
        ends = [*(cell.onset for cell in cells), length]
        for cell, place, end, after in zip(cells, self.places, ends[1:], [*self.places[1:], self.right], strict=True):
            if onset < end:
                return place + (after - place) * float((onset - cell.onset) / (end - cell.onset))
        return self.right


def lines(score: Score, rows: Sequence[Sequence[Cell]]) -> list[list[Box]]:
    """The measures of each line."""
    columns = [_columns(score, number, row) for number, row in enumerate(rows)]
    return [list(_set(line, columns, score)) for line in _broken(score, [_needed(one) for one in columns])]


def width(text: str, size: float) -> float:
    """About how wide a text is: somewhat over half its size a letter, all of it a letter of Chinese."""
    return size * sum(1.0 if east_asian_width(one) in "WF" else 0.55 for one in text)


class _Column(NamedTuple):
    """What a cell needs on both sides of its middle."""

    before: float
    after: float


def _columns(score: Score, number: int, row: Sequence[Cell]) -> list[_Column]:
    """What each cell of a measure needs for itself, its words and the chord over it."""
    found = []
    for cell in row:
        half = next(width for least, width in WIDTHS if cell.duration >= least) / 2
        words = max((width(one.text, WORDS) for one in cell.lyrics), default=0.0) / 2 + WORDS / 4
        found.append(_Column(max(half + SIGN * len(cell.sign), words), max(half + POINT * cell.point, words)))
    measure = score.measures[number]
    inside = [one for one in score.chords if measure.start <= one.at < measure.end]
    firsts = [max(at for at, cell in enumerate(row) if cell.onset <= one.at - measure.start) for one in inside]
    for chord, first, last in zip(inside, firsts, [*firsts, len(row)][1:], strict=True):
        room = sum(map(sum, found[first:last])) - found[first].before
        room += found[last].before if last < len(row) else BAR
        lacking = max(0.0, width(printed(chord.label), CHORDS) + CHORDS / 2 - room)
        found[first] = _Column(found[first].before, found[first].after + lacking)
    return found


def _needed(columns: Sequence[_Column]) -> float:
    return sum(map(sum, columns)) + 2 * BAR


def _broken(score: Score, needed: Sequence[float]) -> Iterator[list[int]]:
    """The measures of each line, by index. An upbeat is not counted among its bars."""
    line: list[int] = []
    for number, one in enumerate(needed):
        bars = [at for at in line if not _upbeat(score, at)]
        if line and (len(bars) == BARS_A_LINE or sum(needed[at] for at in line) + one > ROOM):
            yield line
            line = []
        line.append(number)
    if line:
        yield line


def _upbeat(score: Score, number: int) -> bool:
    return number == 0 and score.measures[0].pickup


def _shared(needed: Mapping[int, float], room: float, count: int) -> dict[int, float]:
    """The width of each bar where so many share the room: one for all, but for those that need more."""
    each = room / max(1, count)
    broad = {at: width for at, width in needed.items() if width > each}
    if not broad or len(broad) == len(needed):
        return broad or dict.fromkeys(needed, each)
    others = {at: width for at, width in needed.items() if at not in broad}
    return broad | _shared(others, room - sum(broad.values()), count - len(broad))


def _set(line: Sequence[int], columns: Sequence[Sequence[_Column]], score: Score) -> Iterator[Box]:
    """The measures of a line, stretched to its end; those of the last line as wide as in the others."""
    wide = {at: min(_needed(columns[at]), ROOM) for at in line}
    bars = {at: width for at, width in wide.items() if not _upbeat(score, at)}
    last = line[-1] + 1 == len(score.measures)
    wide |= _shared(bars, ROOM - sum(wide.values()) + sum(bars.values()), BARS_A_LINE if last else len(bars))
    left = float(MARGIN)
    for at in line:
        right = left + wide[at]
        stretch = (wide[at] - 2 * BAR) / (_needed(columns[at]) - 2 * BAR)
        places, place = [], left + BAR
        for before, after in columns[at]:
            places.append(place + before * stretch)
            place += (before + after) * stretch
        yield Box(at, left, right, tuple(places))
        left = right
