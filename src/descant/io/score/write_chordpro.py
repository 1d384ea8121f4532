"""The chords of a `Score` as a grid in ChordPro: bars, a cell a beat, four bars a line.

Cells are as fine as the chords need, and of one length in the whole chart. With a capo ("Capo 3" over the first note)
chords and key are those of the shapes.

ChordPro 6: https://www.chordpro.org/chordpro/directives-env_grid/
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from descant.errors import UnsupportedFormatError
from descant.io.files import write_text
from descant.io.score.chord_names import printed
from descant.io.score.transposing import key_moved, key_name
from descant.types.score import Measure, Score, TimeSignature

BARS_A_LINE = 4
CAPO = re.compile(r"Capo (\d+)")
EMPTY = "."


def write_chordpro(score: Score, path: Path) -> Path:
    """Write a chord chart. Raises UnsupportedFormatError for a score without chord symbols."""
    if not score.chords:
        raise UnsupportedFormatError(f"{path}: is to be a chord chart, and the score has no chord symbols")
    return write_text(path, chordpro(score))


def chordpro(score: Score) -> str:
    """The text of a chord chart."""
    lines = [f"{{title: {_line(score.title)}}}"] if score.title else []
    lines += [f"{{composer: {_line(score.composer)}}}"] if score.composer else []
    capo = capo_of(score)
    lines += [f"{{capo: {capo}}}"] if capo else []
    for mark in [one for one in score.tempos if one.at == 0][:1]:
        lines.append(f"{{tempo: {mark.bpm / float(score.measures[0].time.beat):g}}}")
    parts = _parts(score)
    before: Measure | None = None
    for numbers in _sections(score):
        first = score.measures[numbers[0]]
        lines += (
            [f"{{key: {key_name(key_moved(first.key, -capo)[0])}}}"]
            if before is None or before.key != first.key
            else []
        )
        if before is None or before.time != first.time:
            lines.append(f"{{time: {'+'.join(map(str, first.time.beats))}/{first.time.unit}}}")
        before = first
        lines += [f"{{start_of_grid: {BARS_A_LINE}x{_cells(first.time.length, first.time, parts)}}}"]
        lines += [_row(score, numbers[at : at + BARS_A_LINE], parts) for at in range(0, len(numbers), BARS_A_LINE)]
        lines.append("{end_of_grid}")
    return "\n".join(lines) + "\n"


def capo_of(score: Score) -> int:
    """The fret that a score's own words put a capo on; 0 for none."""
    words = [one.text for part in score.parts for one in part.directions if one.at == 0 and one.kind == "words"]
    found = [CAPO.fullmatch(one) for one in words]
    return next((int(one[1]) for one in found if one), 0)


def _sections(score: Score) -> Iterator[list[int]]:
    """Measures of one key and metre, by index."""
    section: list[int] = []
    for number, measure in enumerate(score.measures):
        first = score.measures[section[0]] if section else measure
        if (first.key, first.time) != (measure.key, measure.time):
            yield section
            section = []
        section.append(number)
    if section:
        yield section


def _parts(score: Score) -> int:
    """Into how many cells a beat is divided, so that every chord and every bar line falls on the edge of one."""
    beats = [
        (one.at - measure.start) / measure.time.beat
        for one in score.chords
        for measure in [score.measures[score.measure_at(one.at)]]
    ]
    beats += [measure.length / measure.time.beat for measure in score.measures]
    beats += [measure.time.length / measure.time.beat for measure in score.measures]
    return math.lcm(1, *(one.denominator for one in beats))


def _cells(quarters: Fraction, time: TimeSignature, parts: int) -> int:
    return int(quarters / time.beat * parts)


def _row(score: Score, numbers: Sequence[int], parts: int) -> str:
    """A line of bars."""
    tokens = [_left(score, numbers[0])]
    for number in numbers:
        measure = score.measures[number]
        cells = [EMPTY] * _cells(measure.length, measure.time, parts)
        for chord in score.chords:
            if measure.start <= chord.at < measure.end:
                cells[_cells(chord.at - measure.start, measure.time, parts)] = printed(chord.label)
        tokens += cells
        last = number == numbers[-1]
        tokens.append(_right(measure) if last else _between(score, number))
    return " ".join(tokens)


def _left(score: Score, number: int) -> str:
    measure = score.measures[number]
    before = score.measures[number - 1] if number else None
    if measure.ending and (before is None or before.ending != measure.ending):
        return f"|{measure.ending}"
    return "|:" if measure.repeat_start else "|"


def _right(measure: Measure) -> str:
    return ":|" if measure.repeat_end else {"double": "||", "final": "|."}.get(measure.barline, "|")


def _between(score: Score, number: int) -> str:
    right, left = _right(score.measures[number]), _left(score, number + 1)
    if (right, left) == (":|", "|:"):
        return ":|:"
    if left == "|":
        return right
    return left if right == "|" else f"{right} {left}"


def _line(text: str) -> str:
    return " ".join(text.replace("{", "(").replace("}", ")").split())
