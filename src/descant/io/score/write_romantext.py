"""A score's Roman numerals as RomanText: `m12 b2.5 Eb: V65/ii`.

Bars and beats are those of `whole_bars`. A bar without a new numeral is left out, unless its metre is new: readers fill
up what is left out with bars of the last metre.

Tymoczko, Gotham, Cuthbert and Ariza: The RomanText Format: A Flexible and Standard Method for Representing Roman
Numeral Analyses, ISMIR 2019.
"""

from __future__ import annotations

from bisect import bisect_left
from fractions import Fraction
from pathlib import Path

from descant.errors import UnwritableFileError
from descant.io.files import write_beside
from descant.io.score.musicxml_numerals import short
from descant.io.score.whole_bars import Bar, whole_bars
from descant.types.score import Numeral, Score


def write_romantext(score: Score, path: Path) -> Path:
    """Write the numerals. Raises UnwritableFileError for a score that has none."""
    if not score.numerals:
        raise UnwritableFileError(f"{path}: the score has no Roman numerals; `descant harmony` finds them")
    with write_beside(path) as temporary:
        temporary.write_text(romantext(score), encoding="utf-8")
    return path


def romantext(score: Score) -> str:
    """The numerals as text."""
    lines = [f"{name}: {' '.join(value.split())}" for name, value in _heads(score) if value.strip()]
    metre: tuple[int, int] | None = None
    last: Numeral | None = None
    bars = whole_bars(score)
    for at, bar in enumerate(bars):
        first, after = (bisect_left(score.numerals, place, key=lambda one: one.at) for place in (bar.start, bar.end))
        inside = list(score.numerals[first:after])
        new = (bar.count, bar.unit) != metre and (at < len(bars) - 1 or metre is None or bool(inside))
        if new:
            metre = bar.count, bar.unit
            lines += ["", f"Time Signature: {bar.count}/{bar.unit}", ""]
        held = [last] if new and last is not None and not (inside and inside[0].at == bar.start) else []
        if held or inside:
            lines.append(_line(bar, held, inside, last.key if last else ""))
        last = inside[-1] if inside else last
    return "\n".join(lines) + "\n"


def _line(bar: Bar, held: list[Numeral], inside: list[Numeral], key: str) -> str:
    """A bar: what goes on from before, then what begins in it."""
    words = [f"m{bar.number}", *(one.figure for one in held)]
    for one in inside:
        beat = bar.beat(one.at)
        if beat != 1:
            words.append(f"b{_plain(beat)}")
        if one.key != key:
            words.append(f"{short(one.key)}:")
            key = one.key
        words.append(one.figure)
    return " ".join(words)


def _heads(score: Score) -> list[tuple[str, str]]:
    return [("Composer", score.composer), ("Title", score.title), ("Analyst", "descant")]


def _plain(beat: Fraction) -> str:
    """As RomanText has beats: 2, 2.5, 2.33."""
    return f"{float(beat):.{3 if (beat * 8).denominator == 1 else 2}f}".rstrip("0").rstrip(".")
