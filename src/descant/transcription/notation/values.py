"""How long a note is written: to the next one of its voice, unless it was let go so early that a rest is meant.

Players let go of keys early: from what they hold nobody can tell a dotted quarter from a quarter and an eighth rest.
So a note fills its time if most of it sounds, or if what is missing is less than half a beat; shorter ones get a value
near what was played, and short ones in a row are staccato (Temperley: The Cognition of Basic Musical Structures, 2001).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

FILLS = 0.55  # share of the time to the next note from which it is filled
PEDALLED = 0.2  # the same, where the pedal holds what the finger lets go
STACCATO = 0.45  # share of its value below which a note is staccato
SHORT = Fraction(1, 2)  # beats: a rest shorter than that is not written after a note


@dataclass(frozen=True)
class Value:
    """A written length."""

    length: Fraction  # quarters
    staccato: bool = False


def value(place: Fraction, played: float, following: Fraction, beat: Fraction, pedal: bool) -> Value:
    """Of a chord.

    place: quarters at which it begins. played: quarters that it sounds. following: where its voice goes on, quarters.
    beat: quarters. pedal: whether the sustain pedal is down when it is let go.
    """
    room = following - place
    share = played / float(room)
    if share >= (PEDALLED if pedal else FILLS):
        return Value(room)
    missing = room - Fraction(played).limit_denominator(48)
    if room <= beat or missing < SHORT * beat:
        return Value(room, staccato=share < STACCATO and room >= SHORT * beat)
    options = [one for one in _ends(place, beat) if place < one < following and following - one >= SHORT * beat]
    options = [*options, following]
    end = min(options, key=lambda one: _unlike(float(one - place), played, one, beat))
    return Value(end - place)


def _ends(place: Fraction, beat: Fraction) -> list[Fraction]:
    """Where a note may end before its voice goes on: on half a beat within the first beat, else on beats."""
    first = (place // beat) * beat
    found = [first + beat * Fraction(part, 2) for part in range(1, 4)]
    found += [first + beat * number for number in range(2, 17)]
    return sorted({one for one in found if one > place})


def _unlike(length: float, played: float, end: Fraction, beat: Fraction) -> float:
    """How badly a length goes with what was played: too long costs less than too short."""
    ratio = played / length
    cost = ratio - 1 if ratio > 1 else (1 - ratio) * 0.7
    return cost + (0.0 if end % beat == 0 else 0.12)
