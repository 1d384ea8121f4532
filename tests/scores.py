"""Scores for tests, written by hand."""

from __future__ import annotations

from fractions import Fraction as F
from functools import cache

from descant.types import Part, Score
from descant.types.score import (
    ChordSymbol,
    Clef,
    Direction,
    Event,
    KeySignature,
    Lyric,
    Measure,
    ScorePart,
    Span,
    SpelledPitch,
    TempoMark,
    TimeSignature,
    Tuplet,
)

FOUR, THREE = TimeSignature((4,), 4), TimeSignature((3,), 4)


def note(onset, duration, *names, **more) -> Event:
    """A note or chord from names such as `F#4`; without names, a rest."""
    return Event(F(onset), F(duration), tuple(SpelledPitch.named(one) for one in names), **more)


def frame(*measures: tuple, key: KeySignature | None = None) -> tuple[Measure, ...]:
    """Measures of (length, time signature, other fields), numbered from 1, or from 0 if the first is an upbeat."""
    found: list[Measure] = []
    place = F(0)
    for number, (length, time, more) in enumerate(measures):
        first = 0 if F(measures[0][0]) < measures[0][1].length else 1
        fields = {"number": str(number + first), "key": key or KeySignature(0, "major"), **more}
        found.append(Measure(place, F(length), time, **fields))
        place += F(length)
    return tuple(found)


@cache
def full_score() -> Score:
    """A clarinet in B flat with words, a piano and a drum kit: an upbeat, two endings, and a bit of everything."""
    measures = frame(
        (1, FOUR, {}),
        (4, FOUR, {"repeat_start": True}),
        (4, FOUR, {"ending": "1", "repeat_end": 2}),
        (4, FOUR, {"ending": "2", "barline": "double"}),
        (3, THREE, {"key": KeySignature(-3, "minor"), "barline": "final"}),
    )
    clarinet = (
        (note(0, 1, "G4", lyrics=(Lyric("The"),)),),
        (
            note(0, "3/2", "C5", lyrics=(Lyric("glad", "begin"), Lyric("two", verse=2)), marks=("tenuto",)),
            note("3/2", "1/2", "B4", lyrics=(Lyric("ness", "end"),)),
            note(2, "2/3", "A4", tuplet=Tuplet(3, 2)),
            note("8/3", "2/3", "F#4", tuplet=Tuplet(3, 2), marks=("accent", "staccato")),
            note("10/3", "2/3", "Bb4", tuplet=Tuplet(3, 2)),
        ),
        (note(0, 4, "G4", tied=(True,)),),
        (
            note(0, 1, "G4"),
            note(1, 1),
            note(2, 0, "A4", grace="acciaccatura", value=F(1, 4)),
            note(2, 2, "G4", marks=("fermata", "trill")),
        ),
        (note(0, 3, "C5"),),
    )
    piano = (
        (note(0, 1, voice=1), note(0, 1, voice=5, staff=2)),
        (
            note(0, 2, "E4", "G4", "C5"),
            note(2, 2, "E4", "G#4", tied=(True, False)),
            note(0, "1/2", "C3", voice=5, staff=2),
            note("1/2", "1/2", "D3", voice=5, staff=2),
            note(1, "1/4", "E3", voice=5, staff=2),
            note("5/4", "1/4", "F3", voice=5, staff=2),
            note("3/2", "1/2", "G3", voice=5, staff=2),
            note(2, 2, "E3", voice=5, staff=2),
        ),
        (
            note(0, 2, "E4"),
            note(2, 2, "D4", "F4"),
            note(0, 4, "C4", voice=2),
            note(0, 4, "C3", voice=5, staff=2),
        ),
        (note(0, 4, "C4", "E4", marks=("arpeggio",)), note(2, 2, "C3", voice=5, staff=2)),
        (note(0, 3, "Eb4", "G4"), note(0, 3, "C4", voice=5, staff=2)),
    )
    beat = (
        note(0, 1, "F4", "G5", drums=(36, 42)),
        note(1, 1, "C5", drums=(38,)),
        note(2, 1, "F4", drums=(36,)),
        note(3, 1, "C5", drums=(38,)),
    )
    drums = ((note(0, 1),), beat, beat, beat, (note(0, 3),))
    return Score(
        measures,
        (
            ScorePart(
                clarinet,
                "Clarinet",
                Part("Clarinet in Bb", 71),
                clefs=(Clef(F(0), "G2"),),
                directions=(Direction(F(0), "mf", "dynamics"), Direction(F(3), "dolce")),
                spans=(Span("slur", F(1), F(5, 2)), Span("crescendo", F(3), F(5))),
                transposition=(-1, -2),
            ),
            ScorePart(
                piano,
                "Piano",
                Part("Piano", 0),
                staves=2,
                clefs=(Clef(F(0), "G2"), Clef(F(0), "F4", 2), Clef(F(13), "G2", 2)),
                directions=(Direction(F(1), "p", "dynamics", 2),),
                spans=(Span("slur", F(1), F(3), 5, 2),),
            ),
            ScorePart(drums, "Drums", Part(drum=True), clefs=(Clef(F(0), "percussion"),)),
        ),
        title="A bit of everything",
        composer="Nobody",
        tempos=(TempoMark(F(0), 96.0), TempoMark(F(13), 60.0, F(3, 2)), TempoMark(F(14), 50.0, None)),
        chords=(
            ChordSymbol(F(1), "C:maj"),
            ChordSymbol(F(3), "E:7/3"),
            ChordSymbol(F(9), "Bb:hdim7"),
            ChordSymbol(F(13), "N"),
        ),
    )


@cache
def tune(notes: int = 8) -> Score:
    """A scale in quarters, two bars."""
    names = ("C4", "D4", "E4", "F4", "G4", "A4", "B4", "C5")[:notes]
    rows = tuple(
        tuple(note(at % 4, 1, one) for at, one in enumerate(names) if at // 4 == bar) for bar in range((notes + 3) // 4)
    )
    measures = frame(*[(4, FOUR, {}) for _ in rows])
    return Score(measures, (ScorePart(rows, clefs=(Clef(F(0), "G2"),)),), title="A scale")


@cache
def chorale(key: KeySignature = KeySignature(0, "major")) -> Score:  # noqa: B008
    """Four voices in C major, in quarters: I IV V I, ii6 V7 I, with an upbeat's tonic before."""
    chords = (
        ("C3", "E4", "G4", "C5"),
        ("C3", "E4", "G4", "C5"),
        ("F3", "F4", "A4", "C5"),
        ("G3", "D4", "G4", "B4"),
        ("C3", "E4", "G4", "C5"),
        ("F3", "D4", "A4", "D5"),
        ("G2", "F4", "G4", "B4"),
        ("G2", "F4", "G4", "B4"),
        ("C3", "E4", "G4", "C5"),
    )
    measures = frame((1, FOUR, {}), (4, FOUR, {}), (4, FOUR, {}), key=key)
    parts = []
    for voice in range(3, -1, -1):
        line = [chord[voice] for chord in chords]
        rows = (line[:1], line[1:5], line[5:])
        parts.append(
            ScorePart(
                tuple(tuple(note(at, 1, one) for at, one in enumerate(row)) for row in rows),
                name=("Bass", "Tenor", "Alto", "Soprano")[voice],
                clefs=(Clef(F(0), "F4" if voice == 0 else "G2"),),
            )
        )
    return Score(measures, tuple(parts), title="A chorale")
