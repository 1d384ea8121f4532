"""A musical dice game: a minuet of sixteen measures, each thrown with a die from six that may stand there.

All six measures of a place have one harmony, so that each of the six to the sixteenth minuets makes sense. The measures
are our own. Nothing is learned, and nothing remembered from measure to measure: this is the floor for what composes.

The idea: Kirnberger: Der allezeit fertige Polonoisen- und Menuettencomponist, 1757; the game with two dice and
176 measures that bears Mozart's name: Simrock, 1793.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from descant.errors import InvalidValueError
from descant.types import Part, Score
from descant.types.arrays import IntArray
from descant.types.score import Clef, Event, KeySignature, Measure, ScorePart, SpelledPitch, TempoMark, TimeSignature

TIME = TimeSignature((3,), 4)
KEY = KeySignature(1, "major")
BPM = 126.0

# Of each measure what the left hand plays, and the right hand's six. A note is its name and its eighths.
TABLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (  # I
        "G3:2 B3:2 D4:2",
        (
            "G5:2 D5:2 B4:2",
            "B4:2 D5:2 G5:2",
            "D5:2 B4:1 C5:1 D5:2",
            "G4:1 B4:1 D5:1 G5:1 D5:1 B4:1",
            "D5:4 B4:2",
            "B4:1 A4:1 G4:2 D5:2",
        ),
    ),
    (  # IV and I
        "C4:2 B3:2 G3:2",
        (
            "E5:2 D5:2 B4:2",
            "C5:1 E5:1 D5:2 G5:2",
            "E5:1 C5:1 B4:2 D5:2",
            "G5:1 E5:1 D5:4",
            "E5:2 D5:1 C5:1 B4:2",
            "C5:2 B4:2 D5:2",
        ),
    ),
    (  # V6
        "F#3:2 A3:2 D4:2",
        (
            "A4:2 D5:2 C5:2",
            "C5:1 B4:1 A4:2 D5:2",
            "F#5:2 D5:2 A4:2",
            "A4:1 D5:1 F#5:1 A5:1 F#5:1 D5:1",
            "D5:4 C5:2",
            "C5:2 A4:1 B4:1 C5:2",
        ),
    ),
    (  # I
        "G3:2 B3:2 G3:2",
        (
            "B4:4 G4:2",
            "B4:1 C5:1 D5:2 B4:2",
            "D5:2 B4:4",
            "B4:2 G5:2 D5:2",
            "D5:1 C5:1 B4:4",
            "G5:2 D5:1 C5:1 B4:2",
        ),
    ),
    (  # vi
        "E3:2 G3:2 B3:2",
        (
            "G5:2 E5:2 B4:2",
            "B4:2 E5:2 G5:2",
            "G5:1 F#5:1 E5:2 B4:2",
            "E5:1 G5:1 E5:1 B4:1 E5:1 G5:1",
            "E5:4 G5:2",
            "B4:1 C5:1 B4:2 E5:2",
        ),
    ),
    (  # V of V, on its third
        "C#4:2 E4:2 A3:2",
        (
            "E5:2 G5:2 E5:2",
            "A5:2 G5:2 E5:2",
            "G5:1 F#5:1 E5:2 A5:2",
            "E5:1 A5:1 G5:1 E5:1 G5:1 A5:1",
            "G5:4 E5:2",
            "A4:2 E5:2 G5:2",
        ),
    ),
    (  # the fourth and sixth over A, and its seventh
        "A3:4 A2:2",
        (
            "F#5:2 D5:2 C#5:2",
            "D5:2 F#5:2 E5:2",
            "F#5:1 G5:1 F#5:2 E5:2",
            "A5:1 F#5:1 D5:2 C#5:2",
            "D5:4 C#5:2",
            "F#5:1 E5:1 D5:2 E5:2",
        ),
    ),
    (  # V: the first half closes
        "D3:2 A3:2 D4:2",
        ("D5:6", "D5:4 A4:2", "D5:2 A4:2 F#4:2", "D5:2 F#5:2 D5:2", "D5:1 E5:1 D5:4", "D5:4 F#5:2"),
    ),
    (  # V7
        "D4:2 C4:2 A3:2",
        (
            "A4:2 C5:2 F#5:2",
            "F#5:2 A5:2 C5:2",
            "D5:1 E5:1 F#5:2 C5:2",
            "A5:1 F#5:1 D5:1 C5:1 A4:1 C5:1",
            "C5:4 A4:2",
            "D5:2 C5:1 B4:1 C5:2",
        ),
    ),
    (  # I6
        "B3:2 D4:2 G3:2",
        (
            "B4:2 D5:2 G5:2",
            "G5:2 D5:2 B4:2",
            "B4:1 C5:1 D5:2 G5:2",
            "G5:1 D5:1 B4:1 D5:1 G5:2",
            "D5:4 B4:2",
            "B4:2 G4:2 D5:2",
        ),
    ),
    (  # V of IV
        "G3:2 D4:2 F4:2",
        (
            "D5:2 F5:2 B4:2",
            "B4:2 D5:2 F5:2",
            "F5:1 E5:1 D5:2 B4:2",
            "G5:1 F5:1 D5:1 B4:1 D5:1 F5:1",
            "F5:4 D5:2",
            "D5:2 B4:1 D5:1 F5:2",
        ),
    ),
    (  # IV
        "C4:2 E4:2 G4:2",
        (
            "E5:2 C5:2 G5:2",
            "E5:4 C5:2",
            "E5:1 F#5:1 G5:2 E5:2",
            "C5:2 E5:2 G5:2",
            "G5:1 E5:1 C5:2 E5:2",
            "E5:2 G5:1 E5:1 C5:2",
        ),
    ),
    (  # ii6
        "C4:2 E4:2 A3:2",
        (
            "A5:2 E5:2 C5:2",
            "C5:2 E5:2 A5:2",
            "E5:1 D5:1 C5:2 A4:2",
            "A4:1 C5:1 E5:1 A5:1 E5:1 C5:1",
            "E5:4 C5:2",
            "C5:1 B4:1 A4:2 E5:2",
        ),
    ),
    (  # I6
        "B3:2 D4:2 B3:2",
        (
            "D5:2 G5:2 B4:2",
            "G5:2 D5:4",
            "D5:1 C5:1 B4:2 G5:2",
            "B4:1 D5:1 G5:1 D5:1 B4:2",
            "G5:4 D5:2",
            "D5:2 B4:2 G4:2",
        ),
    ),
    (  # the fourth and sixth over D, and its seventh
        "D4:4 D3:2",
        (
            "B4:2 G4:2 F#4:2",
            "G5:2 B4:2 A4:2",
            "B4:1 C5:1 B4:2 A4:2",
            "D5:1 B4:1 G4:2 A4:2",
            "G4:4 F#4:2",
            "B4:2 D5:1 B4:1 A4:2",
        ),
    ),
    (  # I: the end
        "G3:2 D3:2 G2:2",
        ("G4:6", "G4:4 B4:2", "G4:2 B4:2 G4:2", "G4:1 A4:1 G4:4", "G4:2 D5:2 G4:2", "G4:4 G5:2"),
    ),
)
FACES = 6


def dice_game(rng: np.random.Generator, throws: IntArray | None = None) -> Score:
    """A minuet for piano. throws: the face of the die, 1 to 6, in each of the sixteen measures; else it is thrown.

    Raises InvalidValueError where the throws are none.
    """
    faces = rng.integers(1, FACES + 1, len(TABLE)) if throws is None else np.asarray(throws)
    if faces.shape != (len(TABLE),) or faces.min() < 1 or faces.max() > FACES:
        raise InvalidValueError(f"the game takes {len(TABLE)} throws from 1 to {FACES}, got {faces.tolist()}")
    measures = tuple(
        Measure(at * TIME.length, TIME.length, TIME, KEY, str(at + 1), barline="final" if at + 1 == len(TABLE) else "")
        for at in range(len(TABLE))
    )
    upper = tuple(_events(choices[face - 1], 1) for face, (_, choices) in zip(faces.tolist(), TABLE, strict=True))
    lower = tuple(_events(bass, 2) for bass, _ in TABLE)
    piano = ScorePart(
        tuple(right + left for right, left in zip(upper, lower, strict=True)),
        name="Piano",
        sound=Part("Piano"),
        staves=2,
        clefs=(Clef(Fraction(0), "G2"), Clef(Fraction(0), "F4", 2)),
    )
    return Score(measures, (piano,), title="Minuet", tempos=(TempoMark(Fraction(0), BPM),))


def _events(notes: str, staff: int) -> tuple[Event, ...]:
    """A voice of a measure."""
    place = Fraction(0)
    found = []
    for note in notes.split():
        name, _, eighths = note.partition(":")
        found.append(Event(place, Fraction(int(eighths), 2), (SpelledPitch.named(name),), voice=staff, staff=staff))
        place += found[-1].duration
    return tuple(found)
