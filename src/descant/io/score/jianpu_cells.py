"""Numbered notation as a row of cells: what a page of jianpu shows of a melody, number by number and dash by dash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from descant.io.score.beams import beat_number, written
from descant.io.score.jianpu import LENGTHS, Syllable, degree, melody, values
from descant.types.score import Event, Lyric, Measure, Score, TimeSignature

SIGNS = {-3: "♭♭♭", -2: "♭♭", -1: "♭", 0: "♮", 1: "♯", 2: "♯♯", 3: "♯♯♯"}
LINES = {"": 0, "q": 1, "s": 2, "d": 3}  # under a number, by the letter that the text has before it


@dataclass(frozen=True)
class Cell:
    """A number, or the dash that makes the one before it a quarter longer."""

    onset: Fraction  # quarters from the measure's start
    duration: Fraction  # quarters
    text: str  # 0 is a rest, - a dash
    octave: int = 0  # dots over the number, or under it where below 0
    sign: str = ""  # before the number
    lines: int = 0  # under the number: 1 is an eighth
    point: bool = False
    beat: int = 0  # of the measure; the lines of one beat are joined
    tied: bool = False  # to the next number
    tuplet: int = 0  # the number over a bracket that begins here
    closes: bool = False  # whether the bracket ends here
    lyrics: tuple[Lyric, ...] = ()


def cells(score: Score, part: int = 0) -> list[list[Cell]]:
    """The cells of each measure of a part's melody."""
    found: list[list[Cell]] = []
    for number, (measure, row) in enumerate(zip(score.measures, melody(score, part), strict=True)):
        lacking = max(measure.time.length - measure.length, Fraction(0)) if number == 0 else Fraction(0)
        bar = _Bar(measure, lacking, held=number > 0 and _tied_over(found))
        found.append([cell for one in row for cell in bar.cells(one)])
    return found


def _tied_over(before: list[list[Cell]]) -> bool:
    return any(cell.tied for cell in [one for one in before[-1] if one.text != "-"][-1:])


class _Bar:
    """The state of a measure: an accidental holds for its number and octave until a natural sign."""

    def __init__(self, measure: Measure, lacking: Fraction, *, held: bool) -> None:
        self.measure, self.lacking, self.held = measure, lacking, held
        self.altered: set[tuple[int, int]] = set()

    def cells(self, one: Syllable) -> Iterator[Cell]:
        """What a note or a rest is written as: its first number carries its words and sign, its last its tie."""
        event = one.event
        text, octave, sign = self._number(event)
        scale = event.duration / written(event)
        onset = event.onset
        numbers = list(_rest(written(event), self.measure.time) if event.rest else values(written(event)))
        for at, (letter, point, dashes) in enumerate(numbers):
            first, last = at == 0, at + 1 == len(numbers)
            tied = not event.rest and (not last or event.tied[0])
            length = LENGTHS[letter, point] * scale
            cell = Cell(onset, length, text, octave, sign if first else "", LINES[letter], bool(point), tied=tied)
            if first:
                tuplet = int(one.bracket.rstrip("[").partition(":")[0] or 0)
                cell = replace(cell, tuplet=tuplet, lyrics=event.lyrics)
            yield replace(cell, beat=self._beat(onset), closes=last and one.closes)
            onset += length
            for _ in range(dashes):
                yield Cell(onset, scale, "-", beat=self._beat(onset))
                onset += scale
        self.held = bool(event.tied and event.tied[0])

    def _beat(self, onset: Fraction) -> int:
        return beat_number(onset + self.lacking, self.measure.time)

    def _number(self, event: Event) -> tuple[str, int, str]:
        if event.rest:
            return "0", 0, ""
        number, octave, alter = degree(event.pitches[0], self.measure.key)
        place = number, octave
        shown = (alter != 0 or place in self.altered) and not self.held
        if alter:
            self.altered.add(place)
        else:
            self.altered.discard(place)
        return str(number), octave, SIGNS[alter] if shown else ""


def _rest(length: Fraction, time: TimeSignature) -> Iterator[tuple[str, str, int]]:
    """A rest has a number for every beat and no dashes."""
    beat = ("", ".") if time.beat == Fraction(3, 2) and length % time.beat == 0 else ("", "")
    while length >= LENGTHS[beat]:
        yield *beat, 0
        length -= LENGTHS[beat]
    yield from values(length)
