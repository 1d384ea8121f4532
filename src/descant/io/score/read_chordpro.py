"""Chord charts in ChordPro: the bars and chords of their grids, over a part that rests.

Words with chords among them have no bars, so what stands outside of grids is left out, and so are strumming patterns,
margins and comments. A bar's cells share it evenly; where the file says how many cells a bar has, fewer are a shorter
bar. An ending goes on to its repeat sign, or is one bar long. A chord that has no name in Harte's syntax is left out
with a warning.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from descant.errors import InvalidValueError, UnreadableFileError
from descant.io.files import read_text
from descant.io.score.chord_names import harte
from descant.io.score.read_musicxml import LeftOutWarning
from descant.io.score.transposing import key_moved, key_named
from descant.types.score import (
    ChordSymbol,
    Direction,
    Event,
    KeySignature,
    Measure,
    Score,
    ScorePart,
    TempoMark,
    TimeSignature,
)

DIRECTIVE = re.compile(r"\{\s*(\w+)\s*(?::\s*|\s+|(?=\}))(.*?)\s*\}")
SHAPE = re.compile(r"(?:shape=\"?)?(?:\d+\+)?(\d{1,2})x(\d{1,2})(?:\+\d+)?\"?")
METRE = re.compile(r"(\d{1,2}(?:\+\d{1,2})*)/(\d{1,2})")
MOST_CELLS = 99  # of a bar
HIGHEST_CAPO = 11
BAR = re.compile(r":?\|[:|.]?|\|\d+>?")
HOLDS = (".", "/", "%", "%%", "-")  # cells without a chord
SHORT = {"t": "title", "sog": "start_of_grid", "eog": "end_of_grid", "c": "comment"}


def read_chordpro(path: Path) -> Score:
    """The score of a chart's grids. Raises UnreadableFileError where there is none, with the line and the fault."""
    return _Reader(path).score(read_text(path))


class _Reader:
    """Reads a chart, line by line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.said: dict[str, str] = {}  # the directives that are of the whole
        self.key, self.time = KeySignature(0), TimeSignature((4,), 4)  # the key of the chords as they are written
        self.capo = 0
        self.inside = False  # a grid
        self.cells = 0  # of a whole bar, where the file says it
        self.measures: list[Measure] = []
        self.chords: list[ChordSymbol] = []
        self.ending = ("", 0)  # the last one's number, and the index of its first bar
        self.unknown: list[str] = []

    def score(self, text: str) -> Score:
        for number, line in enumerate(text.splitlines(), 1):
            line = line.strip()
            try:
                if found := DIRECTIVE.fullmatch(line):
                    self._directive(SHORT.get(found[1].lower(), found[1].lower()), found[2])
                elif self.inside and line and not line.startswith("#"):
                    self._row(line.split())
            except InvalidValueError as error:
                raise UnreadableFileError(f"{self.path}: line {number}: {error}") from None
        if not self.measures:
            raise UnreadableFileError(
                f"{self.path}: has no grid ({{start_of_grid}}), and chords over words have no bars to read"
            )
        if self.unknown:
            names = ", ".join(dict.fromkeys(self.unknown))
            warnings.warn(f"{self.path}: chords left out, not known: {names}", LeftOutWarning, stacklevel=2)
        rests = tuple((Event(Fraction(0), one.length),) for one in self.measures)
        capo = (Direction(Fraction(0), f"Capo {self.capo}"),) if self.capo else ()
        return Score(
            tuple(self.measures),
            (ScorePart(rests, directions=capo),),
            self.said.get("title", ""),
            self.said.get("composer", ""),
            tuple(self._tempos()),
            tuple(self.chords),
        )

    def _tempos(self) -> Iterator[TempoMark]:
        found = self.said.get("tempo", "")
        if re.fullmatch(r"\d+(\.\d+)?", found):
            beat = self.measures[0].time.beat
            try:
                yield TempoMark(Fraction(0), float(found) * float(beat), beat)
            except InvalidValueError as error:
                raise UnreadableFileError(f"{self.path}: {error}") from None

    def _directive(self, name: str, value: str) -> None:
        if name == "start_of_grid":
            self.inside = True
            shape = SHAPE.search(value)
            self.cells = int(shape[2]) if shape else 0
        elif name == "end_of_grid":
            self.inside = False
        elif name == "capo":
            if not re.fullmatch(r"[0-9]{1,2}", value) or int(value) > HIGHEST_CAPO:
                raise UnreadableFileError(
                    f"{self.path}: {value[:40]!r} is no fret for a capo; write 1 to {HIGHEST_CAPO}"
                )
            self.capo = int(value)
        elif name == "key":
            written = key_named(value)
            if written is None:
                raise UnreadableFileError(f"{self.path}: {value[:40]!r} is no key; write C, Bb, F#m or the like")
            self.key = written
        elif name == "time":
            found = METRE.fullmatch(value)
            if found is None:
                raise UnreadableFileError(f"{self.path}: {value[:40]!r} is no metre; write 4/4 or the like")
            self.time = TimeSignature(tuple(int(one) for one in found[1].split("+")), int(found[2]))
        else:
            self.said.setdefault(name, value)

    def _row(self, tokens: Sequence[str]) -> None:
        """A line of a grid: bars between bar lines; what stands before the first and after the last is margin."""
        cells: list[str] | None = None
        begun = ""
        for token in tokens:
            if BAR.fullmatch(token):
                if cells:
                    self._bar(cells, begun, token)
                    begun = ""
                begun = token if token not in ("|", "||", "|.", ":|") else begun
                cells = []
            elif cells is not None:
                cells.append(token)

    def _bar(self, cells: Sequence[str], begun: str, end: str) -> None:
        """A bar between two bar lines."""
        if len(cells) > MOST_CELLS:
            raise InvalidValueError(f"a bar has {MOST_CELLS} cells at most, got {len(cells):,}")
        cell = self.time.length / max(self.cells, len(cells))
        start = self.measures[-1].end if self.measures else Fraction(0)
        length = cell * len(cells)
        upbeat = self.measures[0].pickup if self.measures else length < self.time.length
        measure = Measure(
            start,
            length,
            self.time,
            key_moved(self.key, self.capo)[0],
            str(len(self.measures) + (0 if upbeat else 1)),
            repeat_start=begun.endswith("|:"),
            repeat_end=2 if end.startswith(":") else 0,
            ending=begun.strip("|>:"),
            barline={"||": "double", "|.": "final"}.get(end, ""),
        )
        before = self.measures[-1].start if self.measures else start
        self.measures.append(measure)
        self._endings(measure)
        if cells[0] == "%":
            repeated = [one for one in self.chords if one.at >= before]
            self.chords += [replace(one, at=one.at - before + start) for one in repeated if one.at - before < length]
        for at, text in enumerate(cells):
            label = harte(text)
            if label is not None:
                self.chords.append(ChordSymbol(start + cell * at, label))
            elif text not in HOLDS:
                self.unknown.append(text)

    def _endings(self, measure: Measure) -> None:
        """Put the bars up to a repeat sign under the ending that began before it."""
        if measure.ending:
            self.ending = measure.ending, len(self.measures) - 1
        number, first = self.ending
        if measure.repeat_end and number:
            self.measures[first:] = [replace(one, ending=number) for one in self.measures[first:]]
            self.ending = "", 0
