"""The melody of a part: its highest line, one note at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from descant.errors import InvalidValueError
from descant.types.score import Event, Score


def top_line(score: Score, part: int = 0) -> list[list[Event]]:
    """The highest notes of a part's first voice, measure by measure; gaps are rests, grace notes and signs left out.

    Raises InvalidValueError where the score has no such part.
    """
    if part not in range(len(score.parts)):
        raise InvalidValueError(f"the score has {len(score.parts)} parts, so none is number {part + 1}")
    rows = []
    for measure, row in zip(score.measures, score.parts[part].measures, strict=True):
        first = min((event.voice for event in row), default=1)
        events = [_top(event) for event in row if event.voice == first and not event.grace]
        rows.append(list(_without_gaps(events, measure.length)))
    return _tied(rows)


def _top(event: Event) -> Event:
    if event.rest:
        return Event(event.onset, event.duration, tuplet=event.tuplet)
    return Event(
        event.onset,
        event.duration,
        event.pitches[-1:],
        event.tied[-1:],
        tuplet=event.tuplet,
        lyrics=event.lyrics,
    )


def _without_gaps(events: Sequence[Event], length: Fraction) -> Iterator[Event]:
    place = Fraction(0)
    for event in events:
        if event.onset > place:
            yield Event(place, event.onset - place)
        yield event
        place = event.end
    if place < length:
        yield Event(place, length - place)


def _tied(rows: Sequence[list[Event]]) -> list[list[Event]]:
    """The rows without ties to another pitch: a chord may be held on by other notes than its highest."""
    after: Event | None = None
    found: list[list[Event]] = []
    for row in reversed(rows):
        kept: list[Event] = []
        for event in reversed(row):
            holds = after is not None and event.pitches == after.pitches
            kept.append(event if holds else replace(event, tied=(False,) * len(event.pitches)))
            after = event
        found.append(kept[::-1])
    return found[::-1]
