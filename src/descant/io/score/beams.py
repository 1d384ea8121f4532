"""Which notes share beams, and which share a tuplet's bracket, as a copyist would have it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from descant.types.score import Event, TimeSignature

BEAMED = Fraction(1)  # quarters: what is shorter as written has a flag


def written(event: Event) -> Fraction:
    """Quarters of an event as it is written, without its tuplet: an eighth of a triplet is an eighth."""
    if event.grace:
        return event.value
    if event.tuplet is None:
        return event.duration
    return event.duration * event.tuplet.actual / event.tuplet.normal


def plain(quarters: Fraction) -> Fraction:
    """The undotted value that a duration is written with: the power of two below it."""
    value = Fraction(8)
    while value > quarters:
        value /= 2
    return value


def flags(event: Event) -> int:
    """How many flags or beams a note has."""
    value, count = plain(written(event)), 0
    while value < BEAMED:
        value, count = value * 2, count + 1
    return count


def beam_groups(events: Sequence[Event], time: TimeSignature, upbeat: Fraction) -> list[list[int]]:
    """The events of one voice in a measure that share beams, by index.

    Groups end at rests, at notes without flags and where a beat ends; in metres of two or four quarters, eighths alone
    that begin with a half of the bar go on to its end. upbeat: quarters that the measure lacks at its beginning.
    """
    groups: list[list[int]] = []
    run: list[int] = []
    for number, event in enumerate(events):
        if event.grace:
            continue
        joins = run and _joins(number, run, events, time, upbeat)
        if flags(event) == 0 or event.rest:
            groups, run = [*groups, run], []
        elif joins:
            run.append(number)
        else:
            groups, run = [*groups, run], [number]
    return [one for one in (*groups, run) if len(one) > 1]


def _joins(number: int, run: Sequence[int], events: Sequence[Event], time: TimeSignature, upbeat: Fraction) -> bool:
    """Whether a note goes on with the beam of those before it."""
    before, event = events[run[-1]], events[number]
    if before.end != event.onset or before.staff != event.staff:
        return False
    place = event.onset + upbeat
    group = beat_number(place, time)
    if beat_number(events[run[0]].onset + upbeat, time) == group:
        return True
    if time.unit != 4 or time.beat != 1 or sum(time.beats) % 2:
        return False
    eighths = all(flags(events[one]) == 1 and events[one].tuplet is None for one in (*run, number))
    begun = events[run[0]].onset + upbeat
    return eighths and begun % 2 == 0 and place < begun + 2


def beat_number(place: Fraction, time: TimeSignature) -> int:
    """The number of the beat, or of the group of an additive metre, that a place in the bar lies in."""
    if len(time.beats) == 1:
        return int(place // time.beat)
    end = Fraction(0)
    for number, beats in enumerate(time.beats):
        end += Fraction(4 * beats, time.unit)
        if place < end:
            return number
    return len(time.beats)


def beam_signs(group: Sequence[int], events: Sequence[Event]) -> Iterator[tuple[int, list[str]]]:
    """For each event of a group its index and what each of its beams does: begin, continue, end, or a hook."""
    counts = [flags(events[one]) for one in group]
    for at, number in enumerate(group):
        before = counts[at - 1] if at else 0
        after = counts[at + 1] if at + 1 < len(group) else 0
        signs = []
        for level in range(1, counts[at] + 1):
            left, right = before >= level, after >= level
            sign = {(True, True): "continue", (True, False): "end", (False, True): "begin"}.get((left, right))
            signs.append(sign or ("backward hook" if at else "forward hook"))
        yield number, signs


def tuplet_groups(events: Sequence[Event]) -> list[tuple[int, int]]:
    """First and last event of each bracket, by index: a bracket closes when its notes fill a plain value."""
    groups: list[tuple[int, int]] = []
    first: int | None = None
    length = Fraction(0)
    for number, event in enumerate(events):
        if event.grace:
            continue
        if event.tuplet is None:
            if first is not None:
                groups.append((first, number - 1))
            first = None
            continue
        if first is not None and (events[first].tuplet != event.tuplet or events[number - 1].end != event.onset):
            groups.append((first, number - 1))
            first = None
        if first is None:
            first, length = number, Fraction(0)
        length += event.duration
        shortest = min(written(events[one]) for one in range(first, number + 1) if not events[one].grace)
        if length >= shortest * event.tuplet.normal and _dyadic(length):
            groups.append((first, number))
            first = None
    if first is not None:
        groups.append((first, len(events) - 1))
    return groups


def _dyadic(length: Fraction) -> bool:
    return length.denominator & (length.denominator - 1) == 0
