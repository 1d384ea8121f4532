"""Numbered notation (jianpu) as pages: numbers with dots for octaves and lines for short notes, words under them.

It shows the melody that the text form has (`jianpu.py`), and also chord symbols, all verses, repeats, jumps and the
words that stand over the staff.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby, pairwise
from pathlib import Path

from descant.errors import UnsupportedFormatError
from descant.io.files import write_text
from descant.io.score import jianpu_signs as signs
from descant.io.score import paper
from descant.io.score.chord_names import printed
from descant.io.score.engrave import HEIGHT, MARGIN, TITLE, WIDTH, heading, svg
from descant.io.score.jianpu_cells import Cell, cells
from descant.io.score.jianpu_lines import Box, lines, width
from descant.io.score.jianpu_signs import ARC, CHORDS, FOOT, HEAD, NUMBER, TOP, WORDS
from descant.io.score.jump_words import BEGINNING
from descant.io.score.transposing import tonic
from descant.types.score import Score

LINE, DOT = 9, 12  # from one line or dot to the next
BETWEEN = 56  # two lines of music
VERSE = WORDS + 10  # from one verse to the next

_Draw = Callable[[float, float], str]


def write_jianpu_svg(score: Score, path: Path) -> Path:
    """Write the melody's pages, one under another. Raises UnsupportedFormatError where a note is too short."""
    return write_text(path, svg(_pages_for(path, score)))


def write_jianpu_pdf(score: Score, path: Path) -> Path:
    """Write the melody's pages in one file. Raises as `write_jianpu_svg`, and MissingExtraError without `pdf`."""
    return paper.pdf(_pages_for(path, score), score.title, path)


def write_jianpu_png(score: Score, path: Path) -> Path:
    """Write the melody's pages, one file a page, and give the first. Raises as `write_jianpu_pdf`."""
    return paper.png(_pages_for(path, score), path)


def _pages_for(path: Path, score: Score) -> list[str]:
    try:
        return pages(score)
    except UnsupportedFormatError as error:
        raise UnsupportedFormatError(f"{path}: {error}") from None


def pages(score: Score) -> list[str]:
    """Each page as an SVG of its own."""
    rows = cells(score)
    heights = Heights.of(score, rows)
    found = [[heading(score), *_head(score)]]
    place = MARGIN + TITLE + 110.0
    for line in lines(score, rows):
        writer = _LineWriter(score, rows, line, heights)
        if place + writer.height > HEIGHT - MARGIN:
            found.append([])
            place = float(MARGIN)
        found[-1].append(f'<g transform="translate(0, {place - writer.top:.1f})">\n{writer.drawn()}\n</g>')
        place += writer.height + BETWEEN
    return [
        f'<svg width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">\n{chr(10).join(page)}\n</svg>'
        for page in found
    ]


def _head(score: Score) -> Iterator[str]:
    """Key, metre and tempo over the first line, on the left."""
    if score.measures:
        first, y = score.measures[0], MARGIN + TITLE + 60
        yield signs.words(f"1={signs.name(tonic(first.key.sharps))}", "key", MARGIN, y, HEAD)
        yield signs.metre(first.time, MARGIN + 150, y)
        for mark in [one for one in score.tempos if one.at == 0 and one.unit is not None][:1]:
            yield signs.tempo(mark, MARGIN + 220, y)


@dataclass(frozen=True)
class Heights:
    """Where what stands over and under the numbers has its foot, in every line of a piece; 0 is the numbers' foot."""

    arcs: float
    tuplets: float
    chords: float
    over: float  # tempo marks, words, keys
    endings: float
    verses: float
    bottom: float

    @classmethod
    def of(cls, score: Score, rows: Sequence[Sequence[Cell]]) -> Heights:
        """As much as the piece needs."""
        every = [cell for row in rows for cell in row]
        arcs = TOP - 8 - DOT * max((cell.octave for cell in every), default=0)
        tuplets = arcs - (ARC if any(cell.tied for cell in every) else 0) - 4
        chords = tuplets - (32 if any(cell.tuplet for cell in every) else 0) - 6
        over = chords - (CHORDS + 8 if score.chords else 0)
        low = max((FOOT + LINE * cell.lines + DOT * max(0, -cell.octave) for cell in every), default=FOOT)
        verses = max((one.verse for cell in every for one in cell.lyrics), default=0)
        return cls(arcs, tuplets, chords, over, over - WORDS - 14, low + WORDS, low + VERSE * verses)


class _LineWriter:
    """Draws a line of music."""

    def __init__(self, score: Score, rows: Sequence[Sequence[Cell]], line: Sequence[Box], heights: Heights) -> None:
        self.score, self.rows, self.line, self.heights = score, rows, line, heights
        self.placed = [one for box in line for one in zip(rows[box.number], box.places, strict=True)]
        if any(score.measures[box.number].ending for box in line):
            self.top = heights.endings - 6
        else:
            self.top = heights.over - (WORDS if any(list(self._marks(box)) for box in line) else 0)
        self.height = heights.bottom - self.top

    def drawn(self) -> str:
        """The line as SVG."""
        parts = [one for box in self.line for one in (*self._measure(box), *self._bar_lines(box), *self._over(box))]
        return "\n".join([*parts, *self._ties(), *self._tuplets(), *self._words()])

    def _measure(self, box: Box) -> Iterator[str]:
        placed = list(zip(self.rows[box.number], box.places, strict=True))
        for cell, x in placed:
            yield from _cell(cell, x)
        for count in range(1, 4):
            for (_, short), group in groupby(placed, key=partial(_beat_and_short, count)):
                places = [x for _, x in group]
                if short:
                    yield signs.level(places[0] - 15, places[-1] + 15, FOOT + LINE * (count - 1), "line")

    def _bar_lines(self, box: Box) -> Iterator[str]:
        measure = self.score.measures[box.number]
        if measure.repeat_start:
            yield signs.bar(box.left + 4, 8) + signs.bar(box.left + 12) + signs.repeat_dots(box.left + 20)
        if measure.repeat_end:
            yield signs.repeat_dots(box.right - 22) + signs.bar(box.right - 13) + signs.bar(box.right - 4, 8)
        elif measure.barline == "final":
            yield signs.bar(box.right - 13) + signs.bar(box.right - 4, 8)
        else:
            yield signs.bar(box.right - 1) + (signs.bar(box.right - 9) if measure.barline == "double" else "")

    # -- over the numbers

    def _over(self, box: Box) -> Iterator[str]:
        measure, row = self.score.measures[box.number], self.rows[box.number]
        for chord in self.score.chords:
            if measure.start <= chord.at < measure.end:
                x = box.at(chord.at - measure.start, row, measure.length) - 14
                yield signs.words(signs.name(printed(chord.label)), "chord", x, self.heights.chords, CHORDS)
        for x, draw in self._marks(box):
            yield draw(x, self.heights.over)
        if measure.ending:
            begins = not box.number or self.score.measures[box.number - 1].ending != measure.ending
            yield signs.ending(measure.ending, box.left, box.right, self.heights.endings, begins=begins)

    def _marks(self, box: Box) -> Iterator[tuple[float, _Draw]]:
        """What `_marked` gives, with places that leave each mark its room."""
        free = box.left
        for x, wide, draw in sorted(self._marked(box), key=lambda one: one[0]):
            yield max(x, free), draw
            free = max(x, free) + wide + WORDS / 2

    def _marked(self, box: Box) -> Iterator[tuple[float, float, _Draw]]:
        """New keys and metres, tempo marks, jumps, words and rehearsal letters: place, width, how to draw them."""
        measure, row = self.score.measures[box.number], self.rows[box.number]
        before = self.score.measures[box.number - 1] if box.number else measure
        texts = [f"1={signs.name(tonic(measure.key.sharps))}"] if before.key.sharps != measure.key.sharps else []
        if before.time != measure.time:
            texts.append(f"{'+'.join(str(one) for one in measure.time.beats)}/{measure.time.unit}")
        if texts:
            text = " ".join(texts)
            yield box.left + 6, width(text, WORDS), partial(signs.words, text, "change")
        for mark in self.score.tempos:
            if mark.unit is not None and mark.at > 0 and measure.start <= mark.at < measure.end:
                x = box.at(mark.at - measure.start, row, measure.length) - 14
                yield x, signs.tempo_width(mark), partial(signs.tempo, mark)
        for jump in measure.jumps:
            wide = width(jump, WORDS)
            yield box.left + 6 if jump in BEGINNING else box.right - wide - 6, wide, partial(signs.words, jump, "jump")
        for one in self.score.parts[0].directions:
            if one.kind != "dynamics" and measure.start <= one.at < measure.end:
                x = box.at(one.at - measure.start, row, measure.length) - 14
                yield x, width(one.text, WORDS), partial(signs.words, one.text, one.kind)

    def _ties(self) -> Iterator[str]:
        numbers = [(cell, x) for cell, x in self.placed if cell.text != "-"]
        before = (
            [cell for cell in self.rows[self.line[0].number - 1] if cell.text != "-"] if self.line[0].number else []
        )
        if before and before[-1].tied:
            yield signs.tie(self.line[0].left + 4, numbers[0][1], self.heights.arcs)
        for (cell, x), (_, after) in pairwise(numbers):
            if cell.tied:
                yield signs.tie(x, after, self.heights.arcs)
        if numbers[-1][0].tied:
            yield signs.tie(numbers[-1][1], self.line[-1].right - 4, self.heights.arcs)

    def _tuplets(self) -> Iterator[str]:
        begun, count = 0.0, 0
        for cell, x in self.placed:
            if cell.tuplet:
                begun, count = x, cell.tuplet
            if cell.closes:
                yield signs.bracket(begun - 14, x + 14, self.heights.tuplets, count)

    # -- under the numbers

    def _words(self) -> Iterator[str]:
        for verse in sorted({one.verse for cell, _ in self.placed for one in cell.lyrics}):
            y = self.heights.verses + VERSE * (verse - 1)
            sung = [(one, x) for cell, x in self.placed for one in cell.lyrics if one.verse == verse]
            for number, (one, x) in enumerate(sung):
                yield signs.words(one.text, "syllable", x, y, anchor="middle")
                if one.place in ("begin", "middle"):
                    after = sung[number + 1][1] if number + 1 < len(sung) else self.line[-1].right
                    yield signs.words("-", "hyphen", (x + after) / 2, y, anchor="middle")


def _beat_and_short(count: int, one: tuple[Cell, float]) -> tuple[int, bool]:
    """What numbers share that one line is under: their beat, and having so many lines."""
    return one[0].beat, one[0].lines >= count


def _cell(cell: Cell, x: float) -> Iterator[str]:
    """A number with its signs and dots, or a dash; dots under it stand under its lines."""
    if cell.text == "-":
        yield signs.level(x - 16, x + 16, TOP / 2 + 2, "dash")
        return
    yield signs.words(cell.text, "number", x, 0, NUMBER, "middle")
    for at, sign in enumerate(reversed(cell.sign)):
        yield signs.accidental(sign, x - 29 - 11 * at)
    if cell.point:
        yield signs.dot(x + 22, TOP / 2 + 4, "point")
    for at in range(abs(cell.octave)):
        under = FOOT + (LINE * (cell.lines - 1) + DOT if cell.lines else 0)
        yield signs.dot(x, TOP - 6 - DOT * at if cell.octave > 0 else under + DOT * at, "octave")
