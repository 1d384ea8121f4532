"""Voices of chords laid out in bars: rests, ties over bar lines and beats, tuplets, clefs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from descant.io.score.marks import VOICES
from descant.transcription.notation.rhythm import Piece, pieces, tuplet_beats
from descant.transcription.notation.voices import LOWER, UPPER
from descant.types.score import Clef, Event, Measure, SpelledPitch

MIDDLE = 60  # MIDI: staves whose notes lie above on average have a treble clef


@dataclass(frozen=True)
class Chord:
    """What a voice plays at one moment."""

    place: Fraction  # quarters
    length: Fraction  # quarters
    pitches: tuple[SpelledPitch, ...]  # from low to high
    staff: int = 1
    voice: int = UPPER  # of its staff
    marks: tuple[str, ...] = ()
    graces: tuple[tuple[SpelledPitch, ...], ...] = ()  # chords that come before it, in order
    drums: tuple[int, ...] = ()  # MIDI keys, if these are strokes

    @property
    def end(self) -> Fraction:
        return self.place + self.length


def rows(chords: Sequence[Chord], measures: Sequence[Measure], staves: int) -> tuple[tuple[Event, ...], ...]:
    """The events of every measure. The upper voice of each staff is whole; the lower has rests only between its notes.

    Chords of one voice do not overlap.
    """
    inside: list[dict[tuple[int, int], list[Chord]]] = [defaultdict(list) for _ in measures]
    at = 0
    for chord in sorted(chords, key=lambda one: one.place):
        while at + 1 < len(measures) and measures[at].end <= chord.place:
            at += 1
        last = at
        while last < len(measures) and measures[last].start < chord.end:
            inside[last][chord.staff, chord.voice].append(chord)
            last += 1
    return tuple(
        tuple(event for staff in range(1, staves + 1) for event in _staff(found, measure, staff))
        for found, measure in zip(inside, measures, strict=True)
    )


def _staff(found: dict[tuple[int, int], list[Chord]], measure: Measure, staff: int) -> list[Event]:
    upper, lower = found.get((staff, UPPER), []), found.get((staff, LOWER), [])
    if not upper:
        upper, lower = lower, []  # one voice alone needs no second
    events = _voice(upper, measure, staff, UPPER, whole=True)
    return events + (_voice(lower, measure, staff, LOWER, whole=False) if lower else [])


def _voice(chords: Sequence[Chord], measure: Measure, staff: int, voice: int, whole: bool) -> list[Event]:
    """The events of one voice in a measure."""
    number = VOICES * (staff - 1) + voice
    if not chords:
        return [Event(Fraction(0), measure.length, voice=number, staff=staff)]
    upbeat = measure.time.length - measure.length if measure.pickup and not measure.start else Fraction(0)
    spans = [(max(one.place, measure.start), min(one.end, measure.end), one) for one in chords]
    points = [at - measure.start + upbeat for start, end, _ in spans for at in (start, end)]
    tuplets = tuplet_beats(points, measure.time)
    beat = measure.time.beat
    first, last = upbeat, measure.length + upbeat
    if not whole:
        first = max(first, (points[0] // beat) * beat)
        last = min(last, -(-points[-1] // beat) * beat)
    events: list[Event] = []
    at = first
    for start, end, chord in [*spans, (measure.start + last - upbeat, None, None)]:
        here = start - measure.start + upbeat
        if at < here:
            events += [
                _event(one, upbeat, None, number, staff) for one in pieces(at, here, measure.time, tuplets, True)
            ]
        if chord is None or end is None:
            break
        until = end - measure.start + upbeat
        signs = pieces(here, until, measure.time, tuplets, False)
        if chord.drums:  # a stroke is not tied: what its first sign leaves over is a rest
            until = signs[0].end
            signs = signs[:1]
        if chord.place == start:
            events += _graces(chord, here - upbeat, number, staff)
        for one in signs:
            goes_on = not chord.drums and (one is not signs[-1] or chord.end > end)
            events.append(
                _event(one, upbeat, chord, number, staff, goes_on, begins=one is signs[0] and chord.place == start)
            )
        at = until
    return events


def _event(
    piece: Piece,
    upbeat: Fraction,
    chord: Chord | None,
    voice: int,
    staff: int,
    goes_on: bool = False,
    begins: bool = False,
) -> Event:
    pitches = chord.pitches if chord else ()
    return Event(
        piece.start - upbeat,
        piece.end - piece.start,
        pitches,
        (goes_on,) * len(pitches),
        voice=voice,
        staff=staff,
        tuplet=piece.tuplet,
        marks=chord.marks if chord and begins else (),
        drums=chord.drums if chord else (),
    )


def _graces(chord: Chord, onset: Fraction, voice: int, staff: int) -> list[Event]:
    alone = len(chord.graces) == 1
    kind, value = ("acciaccatura", Fraction(1, 2)) if alone else ("appoggiatura", Fraction(1, 4))
    return [
        Event(onset, Fraction(0), pitches, voice=voice, staff=staff, grace=kind, value=value)
        for pitches in chord.graces
    ]


def clefs(
    chords: Sequence[Chord], measures: Sequence[Measure], staves: int, sounds: int = 0, only: str = ""
) -> tuple[Clef, ...]:
    """A clef for each staff, and another where whole measures lie in the other one's range.

    sounds: semitones from what is written to what sounds. only: the clef that the instrument always has.
    """
    if only:
        return (Clef(Fraction(0), only),)
    found: list[Clef] = []
    for staff in range(1, staves + 1):
        mine = sorted((one for one in chords if one.staff == staff), key=lambda one: one.place)
        sign = "F4" if staff == 2 else "G2"
        if staves == 1 and mine:
            keys = _keys(mine, sounds)
            sign = "G2" if sum(keys) / len(keys) >= MIDDLE - 2 else "F4"
        usual = sign
        found.append(Clef(Fraction(0), sign, staff))
        at = 0
        for measure in measures:
            here = at
            while at < len(mine) and mine[at].place < measure.end:
                at += 1
            wanted = _wanted(_keys(mine[here:at], sounds), sign, usual)
            if wanted != sign:
                sign = wanted
                if measure.start == 0:
                    found.pop()
                found.append(Clef(measure.start, sign, staff))
    return tuple(found)


def _keys(chords: Sequence[Chord], sounds: int) -> list[int]:
    """The MIDI numbers that are written."""
    return [pitch.midi - sounds for one in chords for pitch in one.pitches]


def _wanted(keys: Sequence[int], sign: str, usual: str) -> str:
    """The clef for what a measure holds: the staff's usual one, unless it would need many ledger lines."""
    if not keys:
        return sign
    if usual == "G2":
        low = max(keys) < (MIDDLE if sign == usual else MIDDLE + 2)
        return "F4" if low and sum(keys) / len(keys) < 54 + 2 * (sign != usual) else usual
    high = min(keys) >= (MIDDLE - 1 if sign == usual else MIDDLE - 3)
    return "G2" if high and sum(keys) / len(keys) > 65 - 2 * (sign != usual) else usual
