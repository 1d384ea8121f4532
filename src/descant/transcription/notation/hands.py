"""Which hand plays a note: the cheapest way to divide every chord between a left hand and a right one.

A hand spans an octave easily and little more, does not like to jump, keeps what it holds down, and has a part of the
keyboard where it is at home. A beam search over the chords keeps the best ways so far. Of the costs, span and movement
are those that fingering models know (Nakamura, Ono and Sagayama: Merged-Output HMM for Piano Fingering of Both Hands,
ISMIR 2014); here they stand for a whole hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

RIGHT, LEFT = 1, 2  # staves of a piano
BEAM = 32
EASY, WIDEST = 12, 16  # semitones that a hand spans easily, and at all
WIDE, TOO_WIDE = 0.25, 3.0  # cost of each semitone beyond
JUMP, RECOVERY = 0.03, 1.2  # cost of each semitone that a hand moves at once; how much less a second later
HOME = {RIGHT: 72.0, LEFT: 48.0}  # MIDI
AWAY = 0.018  # cost of each semitone and note away from there
CROSSED = 1.2  # cost of a left hand's note above a right one's that sounds
FINGERS = 5


@dataclass(frozen=True)
class Chord:
    """Keys struck at one moment, from low to high."""

    time: float  # seconds
    pitch: tuple[int, ...]  # MIDI
    end: tuple[float, ...]  # seconds, of each key


@dataclass(frozen=True)
class _Hand:
    """What a hand does: where it is, and what it holds."""

    centre: float
    time: float
    held: tuple[tuple[int, float], ...] = ()  # pitch and end


def hands(chords: Sequence[Chord]) -> list[tuple[int, ...]]:
    """RIGHT or LEFT for every key of every chord."""
    ways: list[tuple[float, _Hand, _Hand, tuple[int, ...]]] = [
        (0.0, _Hand(HOME[LEFT], -9.0), _Hand(HOME[RIGHT], -9.0), ())
    ]
    back: list[list[int]] = []  # of each way its predecessor
    cut: list[list[int]] = []
    for chord in chords:
        options = []
        for number, (score, left, right, _) in enumerate(ways):
            left, right = _holding(left, chord.time), _holding(right, chord.time)
            for low in range(len(chord.pitch) + 1):
                cost = _cost(left, chord, 0, low, LEFT) + _cost(right, chord, low, len(chord.pitch), RIGHT)
                cost += _crossing(left, right, chord, low)
                options.append((score + cost, number, low, left, right))
        options.sort(key=lambda one: one[0])
        kept = options[:BEAM]
        ways = [
            (score, _played(left, chord, 0, low), _played(right, chord, low, len(chord.pitch)), ())
            for score, _, low, left, right in kept
        ]
        back.append([one[1] for one in kept])
        cut.append([one[2] for one in kept])
    at, found = 0, []
    for chord, before, lows in zip(reversed(chords), reversed(back), reversed(cut), strict=True):
        found.append((LEFT,) * lows[at] + (RIGHT,) * (len(chord.pitch) - lows[at]))
        at = before[at]
    return found[::-1]


def _holding(hand: _Hand, time: float) -> _Hand:
    """The hand with what it still holds."""
    held = tuple(one for one in hand.held if one[1] > time + 0.04)
    return hand if len(held) == len(hand.held) else _Hand(hand.centre, hand.time, held)


def _cost(hand: _Hand, chord: Chord, first: int, last: int, side: int) -> float:
    """Of striking the keys from index `first` up to `last` with a hand."""
    if first == last:
        return 0.0
    low, high, count = chord.pitch[first], chord.pitch[last - 1], last - first
    with_held = [low, high, *(pitch for pitch, _ in hand.held)]
    span = max(with_held) - min(with_held)
    cost = WIDE * max(0, span - EASY) + TOO_WIDE * max(0, span - WIDEST)
    centre = (low + high) / 2
    cost += JUMP * abs(centre - hand.centre) / (1 + RECOVERY * max(0.0, chord.time - hand.time))
    cost += AWAY * count * abs(centre - HOME[side])
    return cost + 4.0 * max(0, count + len(hand.held) - FINGERS)


def _crossing(left: _Hand, right: _Hand, chord: Chord, low: int) -> float:
    """Of a left hand that plays above the right one."""
    cost = 0.0
    if low:
        cost += CROSSED * sum(pitch < chord.pitch[low - 1] for pitch, _ in right.held)
    if low < len(chord.pitch):
        cost += CROSSED * sum(pitch > chord.pitch[low] for pitch, _ in left.held)
    return cost


def _played(hand: _Hand, chord: Chord, first: int, last: int) -> _Hand:
    if first == last:
        return hand
    struck = tuple(zip(chord.pitch[first:last], chord.end[first:last], strict=True))
    return _Hand((chord.pitch[first] + chord.pitch[last - 1]) / 2, chord.time, (*hand.held, *struck))
