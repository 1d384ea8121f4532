"""The voices of a staff: one, unless a note is held while others move; then an upper one and a lower one.

At every onset the notes of a staff are divided by pitch into what the upper voice and what the lower voice plays. A way
to do so costs something where a held note would have to be cut off, where a second voice is opened that could be spared
and where voices cross or leap; a beam search finds the cheapest way. What voice separation is asked for is as in
Temperley: A Unified Probabilistic Model for Polyphonic Music Analysis, JNMR 38(1), 2009: few voices, small leaps, no
collisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

UPPER, LOWER = 1, 2
BEAM = 24
CUT_OFF = 1.6  # cost of a note of which half is lost
BOTH = 0.5  # cost of two voices where one chord would do
ALONE = 1.0  # cost of a note of the lower voice while the upper one rests
OPENED = 0.7  # cost of a lower voice after one that was silent for a bar
CROSSED = 1.5
LEAP = 0.025  # cost of each semitone
LEGATO = 0.4  # quarters that a note may sound into the next one, however short
HELD = 0.4  # share of the following note that a note must be held into, to be held at all: fingers overlap


@dataclass(frozen=True)
class Onset:
    """What begins at one place of a staff, from low to high."""

    place: float  # quarters
    pitch: tuple[int, ...]  # MIDI
    end: tuple[float, ...]  # quarters, as played


@dataclass(frozen=True)
class _Line:
    """What a voice did last."""

    start: float = -99.0
    end: float = -99.0  # of its last chord, as played
    pitch: float = 0.0


def voices(onsets: Sequence[Onset]) -> list[tuple[int, ...]]:
    """UPPER or LOWER for every note of every onset."""
    ways: list[tuple[float, _Line, _Line]] = [(0.0, _Line(), _Line())]
    back: list[list[tuple[int, int]]] = []
    for number, onset in enumerate(onsets):
        following = onsets[number + 1].place if number + 1 < len(onsets) else onset.place + 1.0
        length = max(following - onset.place, 1e-3)
        options = []
        for way, (score, upper, lower) in enumerate(ways):
            for low in range(len(onset.pitch) + 1):
                cost = _cost(upper, lower, onset, low, length)
                options.append((score + cost, way, low, upper, lower))
        options.sort(key=lambda one: one[0])
        kept = options[:BEAM]
        count = len(onset.pitch)
        ways = [
            (score, _played(upper, onset, low, count), _played(lower, onset, 0, low))
            for score, _, low, upper, lower in kept
        ]
        back.append([(way, low) for _, way, low, _, _ in kept])
    at, found = 0, []
    for onset, before in zip(reversed(onsets), reversed(back), strict=True):
        way, low = before[at]
        found.append((LOWER,) * low + (UPPER,) * (len(onset.pitch) - low))
        at = way
    return found[::-1]


def _cost(upper: _Line, lower: _Line, onset: Onset, low: int, length: float) -> float:
    count = len(onset.pitch)
    cost = 0.0
    for line, first, last in ((upper, low, count), (lower, 0, low)):
        if first == last:
            continue
        over = line.end - onset.place - max(HELD * min(length, onset.place - line.start), LEGATO)
        if over > 0:
            cost += CUT_OFF * min(1.0, 2 * over / (line.end - line.start)) + 0.4
        ends = onset.end[first:last]
        spread = (max(ends) - min(ends)) / max(max(ends) - onset.place, 1e-3)
        cost += CUT_OFF * 0.6 * max(0.0, spread - HELD) if max(ends) > onset.place + (1 + HELD) * length else 0.0
        middle = (onset.pitch[first] + onset.pitch[last - 1]) / 2
        if onset.place - line.start < 4:
            cost += LEAP * abs(middle - line.pitch)
    if 0 < low < count:
        cost += BOTH
    if low:
        cost += OPENED if onset.place - lower.end > 4 else 0.0
        cost += ALONE if low == count and upper.end < onset.place + HELD * length else 0.0
        cost += CROSSED if upper.end > onset.place + HELD * length and onset.pitch[low - 1] > upper.pitch else 0.0
    if low < count and lower.end > onset.place + HELD * length and onset.pitch[low] < lower.pitch:
        cost += CROSSED
    return cost


def _played(line: _Line, onset: Onset, first: int, last: int) -> _Line:
    if first == last:
        return line
    middle = (onset.pitch[first] + onset.pitch[last - 1]) / 2
    ends = sorted(onset.end[first:last])
    return _Line(onset.place, ends[len(ends) // 2], middle)
