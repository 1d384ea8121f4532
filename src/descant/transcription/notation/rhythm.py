"""How a copyist writes a length: as one value where the beat stays clear, else as several that are tied.

A bar has places of several levels: its halves, its beats, their parts. A note may run over a place of some level if it
begins on one no weaker than the next level and is a plain or dotted value; a rest only if it begins on a place of that
level (Gould: Behind Bars, 2011, the chapters on grouping). Beats in which something stands on a third, a fifth or a
seventh are tuplets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from descant.types.score import TimeSignature, Tuplet

TUPLETS = (Tuplet(3, 2), Tuplet(5, 4), Tuplet(7, 4))
SMALLEST = Fraction(1, 32)  # quarters


@dataclass(frozen=True)
class Piece:
    """A part of a length that one sign can say, in quarters from the bar's beginning."""

    start: Fraction
    end: Fraction
    tuplet: Tuplet | None = None


def levels(time: TimeSignature) -> list[Fraction]:
    """Quarters between the places of each level, the strongest first, down to eighths of a beat."""
    found = [time.length]
    beats = time.length / time.beat
    if beats % 2 == 0 and beats > 2:
        found.append(time.length / 2)
    if time.beat < time.length:
        found.append(time.beat)
    compound = time.beat * time.unit == 6 or time.beat.numerator == 3
    if compound:
        found.append(time.beat / 3)
    while found[-1] > SMALLEST:
        found.append(found[-1] / 2)
    return found


def representable(length: Fraction) -> bool:
    """Whether a plain or once dotted value has this length."""
    for part in (length, length * 2 / 3):
        if part.numerator & (part.numerator - 1) == 0 and part.denominator & (part.denominator - 1) == 0:
            return length <= 8
    return False


def pieces(
    start: Fraction, end: Fraction, time: TimeSignature, tuplets: Mapping[Fraction, Tuplet], rest: bool
) -> list[Piece]:
    """The signs for what sounds, or rests, from `start` to `end` of a bar.

    tuplets: the beats of this voice that are tuplets, by their beginnings.
    """
    found: list[Piece] = []
    at, length = start, divided(time)
    for beat in sorted(one for one in tuplets if start < one + length and one < end):
        low, high = max(start, beat), min(end, beat + length)
        if at < low:
            found += [Piece(*one) for one in _plain(at, low, levels(time), rest)]
        found += _in_tuplet(low, high, beat, length, tuplets[beat])
        at = high
    if at < end:
        found += [Piece(*one) for one in _plain(at, end, levels(time), rest)]
    return found


def _plain(start: Fraction, end: Fraction, places: Sequence[Fraction], rest: bool) -> list[tuple[Fraction, Fraction]]:
    at = _strongest(start, end, places)
    if at is None:
        if representable(end - start):
            return [(start, end)]
        return _any(start, end)
    period = places[at]
    if representable(end - start) and _clear(start, end, period, places[at + 1 :], rest):
        return [(start, end)]
    cut = _cut(start, end, period)
    return _plain(start, cut, places, rest) + _plain(cut, end, places, rest)


def _cut(start: Fraction, end: Fraction, period: Fraction) -> Fraction:
    """Where to divide a length: on the next place of a level, or from a place on after the longest value that fits."""
    if start % period:
        return (start // period + 1) * period
    count = -(-(end - start) // period) - 1
    fitting = (start + number * period for number in range(count, 0, -1) if representable(number * period))
    return next(fitting, start + period)


def _strongest(start: Fraction, end: Fraction, places: Sequence[Fraction]) -> int | None:
    """The strongest level that has a place strictly between."""
    for at, period in enumerate(places):
        if (start // period + 1) * period < end:
            return at
    return None


def _clear(start: Fraction, end: Fraction, period: Fraction, weaker: Sequence[Fraction], rest: bool) -> bool:
    """Whether one sign over places of a level is easy to read."""
    if start % period == 0:
        return True
    if rest or not weaker:
        return False
    halved = weaker[0] * 2 == period
    return halved and start % weaker[0] == 0 and end % weaker[0] == 0


def _any(start: Fraction, end: Fraction) -> list[tuple[Fraction, Fraction]]:
    """Values from the longest down, where no place helps; what is shorter than the smallest joins the last."""
    found: list[tuple[Fraction, Fraction]] = []
    value = Fraction(4)
    at = start
    while at < end and value >= SMALLEST / 4:
        if at + value <= end:
            found.append((at, at + value))
            at += value
        else:
            value /= 2
    if at < end:
        found = [*found[:-1], (found[-1][0], end)] if found else [(at, end)]
    return found


def _in_tuplet(low: Fraction, high: Fraction, beat: Fraction, length: Fraction, tuplet: Tuplet) -> list[Piece]:
    """Within a beat that is a tuplet."""
    places = [length, *(length / (tuplet.actual * part) for part in (1, 2, 4))]
    found = []
    for start, end in _parts(low - beat, high - beat, places, Fraction(tuplet.actual, tuplet.normal)):
        found.append(Piece(beat + start, beat + end, None if end - start == length else tuplet))
    return found


def _parts(
    start: Fraction, end: Fraction, places: Sequence[Fraction], written: Fraction
) -> list[tuple[Fraction, Fraction]]:
    """`written`: how many times longer a note is written than it sounds."""
    if representable((end - start) * written) or (start == 0 and end == places[0]):
        return [(start, end)]
    at = _strongest(start, end, places)
    if at is None:
        return [(start, end)]
    cut = (end // places[at]) * places[at]
    cut = cut - places[at] if cut == end else cut
    return _parts(start, cut, places, written) + _parts(cut, end, places, written)


def divided(time: TimeSignature) -> Fraction:
    """Quarters of what a tuplet divides: a beat, or a third of a dotted one."""
    return time.beat / 3 if time.beat.numerator == 3 else time.beat


def tuplet_beats(points: Sequence[Fraction], time: TimeSignature) -> dict[Fraction, Tuplet]:
    """The beats that have one of the points on a third, or else on a fifth or a seventh."""
    length = divided(time)
    found: dict[Fraction, Tuplet] = {}
    for tuplet in TUPLETS:
        for one in points:
            if (one % length).denominator % tuplet.actual == 0:
                found.setdefault((one // length) * length, tuplet)
    return found
