"""A score's Roman numerals as RomanText: `m12 b2.5 Eb: V65/ii`.

Beats count in the metre's beat, dotted quarters in 6/8. Measures keep their printed numbers where those are numbers
that rise; else they are counted from 1, an upbeat as 0.

Tymoczko, Gotham, Cuthbert and Ariza: The RomanText Format: A Flexible and Standard Method for Representing Roman
Numeral Analyses, ISMIR 2019.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from descant.errors import UnwritableFileError
from descant.io.files import write_beside
from descant.io.score.musicxml_numerals import short
from descant.types.score import Measure, Score, TimeSignature


def write_romantext(score: Score, path: Path) -> Path:
    """Write the numerals. Raises UnwritableFileError for a score that has none."""
    if not score.numerals:
        raise UnwritableFileError(f"{path}: the score has no Roman numerals; `descant harmony` finds them")
    with write_beside(path) as temporary:
        temporary.write_text(romantext(score), encoding="utf-8")
    return path


def romantext(score: Score) -> str:
    """The numerals as text; measures without a new one are left out."""
    numbers = measure_numbers(score)
    lines = [f"{name}: {' '.join(value.split())}" for name, value in _heads(score) if value.strip()]
    time: TimeSignature | None = None
    key = ""
    waiting = list(score.numerals)
    for number, measure in zip(numbers, score.measures, strict=True):
        if measure.time != time:
            time = measure.time
            lines += ["", f"Time Signature: {sum(time.beats)}/{time.unit}", ""]
        here: list[str] = []
        while waiting and waiting[0].at < measure.end:
            one = waiting.pop(0)
            beat = beat_in(measure, one.at)
            here.append("" if beat == 1 and not here else f"b{_plain(beat)}")
            if one.key != key:
                here.append(f"{short(one.key)}:")
                key = one.key
            here.append(one.figure)
        if here:
            lines.append(" ".join([f"m{number}", *(word for word in here if word)]))
    return "\n".join(lines) + "\n"


def measure_numbers(score: Score) -> list[int]:
    """What each measure is called."""
    printed = [one.number for one in score.measures]
    if all(one.isdecimal() for one in printed):
        numbers = [int(one) for one in printed]
        if all(one < after for one, after in pairwise(numbers)):
            return numbers
    first = 0 if score.measures and score.measures[0].pickup else 1
    return list(range(first, first + len(printed)))


def beat_in(measure: Measure, at: Fraction) -> Fraction:
    """The beat of a place, 1 on the downbeat; an upbeat's are its bar's last ones."""
    into = at - measure.start
    if measure.pickup and measure.start == 0:
        into += measure.time.length - measure.length
    return 1 + into / measure.time.beat


def _heads(score: Score) -> list[tuple[str, str]]:
    return [("Composer", score.composer), ("Title", score.title), ("Analyst", "descant")]


def _plain(beat: Fraction) -> str:
    """As RomanText has beats: 2, 2.5, 2.33."""
    return f"{float(beat):.{3 if (beat * 8).denominator == 1 else 2}f}".rstrip("0").rstrip(".")
