"""The piece that `descant demo` plays when it is given none: written down here as notes, so that its truth is known.

A song without words in D minor, 108 bpm, 4/4: two bars of introduction (I), a theme of eight bars (A) that falls in
sequence, climbs instead the third time and closes; a middle part (B) in F major with flute, broken chords and long bass
notes, which turns back through A:7; the theme again. Composed for descant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from descant import __version__
from descant.types import (
    Beats,
    Chords,
    Keys,
    Meter,
    MeterChange,
    Notes,
    Part,
    Piece,
    Provenance,
    Sections,
    Tempo,
    TempoCandidate,
    TempoChange,
)
from descant.types.annotations import segments_from_boundaries
from descant.types.names import PITCH_CLASSES

BPM = 108.0
BEATS_A_BAR = 4

# Melodies and basses: bars between `|`; a note is its name and octave (C4 is middle C), a colon, its beats; `-` rests.
THEME = """
    A4:1 D5:1 F5:1.5 E5:.5 | D5:1 Bb4:1 G4:2         | G4:1 C5:1 E5:1.5 D5:.5 | C5:1 A4:1 F4:2
    | D5:1 F5:1 Bb5:1.5 A5:.5 | G5:1.5 F5:.5 E5:1 G5:1 | D5:2 C#5:1 E5:1        | D5:3 -:1
"""
MIDDLE = """
    A5:2 G5:.5 F5:.5 G5:.5 A5:.5 | G5:3 -:.5 C5:.5 | F5:2 E5:.5 D5:.5 E5:.5 F5:.5 | D5:3 -:.5 D5:.5
    | G5:1 Bb5:1.5 A5:.5 G5:1 | E5:1.5 F5:.5 G5:1 Bb5:1 | A5:2 F5:1 -:1 | G5:1 Bb5:1 A5:1 C#5:1
"""
THEME_BASS = """
    D2:1.5 D2:.5 A2:1 F2:1 | G2:1.5 G2:.5 D2:1 Bb1:1 | C2:1.5 C2:.5 G2:1 E2:1 | F2:1.5 F2:.5 C2:1 A1:1
    | Bb1:1.5 Bb1:.5 F2:1 Bb1:1 | G2:1.5 G2:.5 E2:1.5 E2:.5 | A2:1.5 A2:.5 A1:1 C#2:1 | D2:1.5 D2:.5 A1:1 D2:1
"""
MIDDLE_BASS = """
    F2:3 C2:1 | E2:3 C2:1 | D2:3 C2:1 | Bb1:3 F2:1 | G2:3 D2:1 | C2:3 E2:1 | F2:3 C2:1 | E2:2 A1:2
"""
OPENING_BASS = "D2:4 | A1:2 A1:1 C#2:1"

# Chords: label, beats, and the voicing above the bass.
THEME_CHORDS = (
    ("D:min", 4, "A3 D4 F4"),
    ("G:min", 4, "Bb3 D4 G4"),
    ("C:7", 4, "Bb3 C4 E4 G4"),
    ("F:maj", 4, "A3 C4 F4"),
    ("Bb:maj", 4, "Bb3 D4 F4"),
    ("G:min", 2, "Bb3 D4 G4"),
    ("E:hdim7", 2, "Bb3 D4 E4 G4"),
    ("A:sus4", 2, "A3 D4 E4"),
    ("A:7", 2, "A3 C#4 E4 G4"),
    ("D:min", 4, "F3 A3 D4 F4"),
)
MIDDLE_CHORDS = (
    ("F:maj", 4, "A3 C4 F4"),
    ("C:maj/3", 4, "G3 C4 E4"),
    ("D:min7", 4, "A3 C4 F4"),
    ("Bb:maj", 4, "Bb3 D4 F4"),
    ("G:min7", 4, "Bb3 D4 F4"),
    ("C:7", 4, "Bb3 C4 E4 G4"),
    ("F:maj", 4, "A3 C4 F4"),
    ("E:hdim7", 2, "Bb3 D4 G4"),
    ("A:7", 2, "A3 C#4 E4 G4"),
)
OPENING_CHORDS = (("D:min", 4, "A3 D4 F4"), ("A:7", 4, "A3 C#4 E4 G4"))

# Drums: strokes of a bar in eighths, from `x` (loud) and `o` (soft).
BEAT = {"kick": "x...x.o.", "snare": "..x...x.", "hat": "xoxoxoxo"}
FILL = {"kick": "x...x...", "snare": "..x.xoxx", "hat": "xoxo...."}
FLOATING = {"kick": "x...o...", "stick": "......x.", "ride": "x.o.x.o."}
COUNT = {"hat": "x.o.x.o."}
CLOSE = {"kick": "x.......", "crash": "x......."}
DRUM_KEYS = {"kick": 36, "stick": 37, "snare": 38, "hat": 42, "crash": 49, "ride": 51}

# (letter, key, bars)
FORM = (("I", "D minor", 2), ("A", "D minor", 8), ("B", "F major", 8), ("A", "D minor", 8))

CLARINET, FLUTE, PIANO, GUITAR, STRINGS, BASS, DRUMS = range(7)
PARTS = (
    Part("Clarinet", 71),
    Part("Flute", 73),
    Part("Piano", 0),
    Part("Guitar", 24),
    Part("Strings", 48),
    Part("Bass", 33),
    Part("Drums", 0, drum=True),
)

Event = tuple[float, float, int, int, int]  # onset and length in beats, MIDI pitch, velocity, part


def demo_notes() -> Notes:
    """The piece as notes."""
    onset, length, pitch, velocity, part = zip(*sorted(_events()), strict=True)
    start = np.array(onset) * 60 / BPM
    return Notes(
        start,
        start + np.array(length) * 60 / BPM,
        np.array(pitch),
        np.array(velocity),
        np.array(part),
        PARTS,
        tempos=(TempoChange(0.0, BPM),),
        meters=(MeterChange(0.0, BEATS_A_BAR, 4),),
    )


def demo_truth() -> Piece:
    """What is true of the piece: tempo, metre, beats, keys, chords, sections and notes."""
    written = Provenance("written-down", __version__)
    beats = sum(bars for _, _, bars in FORM) * BEATS_A_BAR
    duration = beats * 60 / BPM
    bars = np.concatenate(([0], np.cumsum([bars for _, _, bars in FORM]))) * BEATS_A_BAR * 60 / BPM
    chords = [chord for letter, _, _ in FORM for chord in _chords_of(letter)]
    changes = np.concatenate(([0], np.cumsum([length for _, length, _ in chords]))) * 60 / BPM
    return Piece(
        "demo",
        duration,
        {"title": "Song without Words", "artist": "descant"},
        (
            Tempo((TempoCandidate(BPM),), written),
            Meter(f"{BEATS_A_BAR}/4", made_by=written),
            Beats(np.arange(beats) * 60 / BPM, np.arange(beats) % BEATS_A_BAR + 1, made_by=written),
            Keys(*segments_from_boundaries(bars, [key for _, key, _ in FORM]), made_by=written, overall=FORM[0][1]),
            Chords(*segments_from_boundaries(changes, [label for label, _, _ in chords]), made_by=written),
            Sections(bars[:-1], bars[1:], tuple(letter for letter, _, _ in FORM), made_by=written),
            replace(demo_notes(), made_by=written),
        ),
    )


def _events() -> Iterator[Event]:
    start = 0.0
    for number, (letter, _, bars) in enumerate(FORM):
        last = number == len(FORM) - 1
        if letter == "I":
            yield from _line(OPENING_BASS, start, BASS, 84)
            yield from _comped(OPENING_CHORDS, start)
            yield from _drums([COUNT, FILL], start)
        elif letter == "A":
            yield from _line(_ended(THEME, "D5:4") if last else THEME, start, CLARINET, 88)
            yield from _line(_ended(THEME_BASS, "D2:4") if last else THEME_BASS, start, BASS, 90)
            yield from _comped(THEME_CHORDS[:-1], start)
            yield from (_held if last else _comped)(THEME_CHORDS[-1:], start + (bars - 1) * BEATS_A_BAR)
            yield from _drums([BEAT] * 3 + [FILL] + [BEAT] * 3 + [CLOSE if last else FILL], start, crash=True)
        else:
            yield from _line(MIDDLE, start, FLUTE, 84)
            yield from _line(MIDDLE_BASS, start, BASS, 84)
            yield from _broken(MIDDLE_CHORDS, start)
            yield from _held(MIDDLE_CHORDS, start, STRINGS, 74)
            yield from _drums([FLOATING] * 7 + [FILL], start, crash=True)
        start += bars * BEATS_A_BAR


def _chords_of(letter: str) -> tuple[tuple[str, int, str], ...]:
    return {"I": OPENING_CHORDS, "A": THEME_CHORDS, "B": MIDDLE_CHORDS}[letter]


def _ended(line: str, bar: str) -> str:
    """The line with another last bar."""
    return f"{line.rpartition('|')[0]}| {bar}"


def _line(line: str, start: float, part: int, velocity: int) -> Iterator[Event]:
    """One voice. First beats are stressed, third beats a little."""
    at = start
    for token in line.replace("|", " ").split():
        name, _, beats = token.partition(":")
        if name != "-":
            stress = {0.0: 8, 2.0: 4}.get(at % BEATS_A_BAR, 0)
            yield at, float(beats) * 0.95, _pitch(name), velocity + stress, part
        at += float(beats)


def _comped(chords: tuple[tuple[str, int, str], ...], start: float) -> Iterator[Event]:
    """Piano chords on the first beat of each half bar, and pushing, half a beat before the next."""
    for at, beats, pitches in _placed(chords, start):
        for half in np.arange(at, at + beats, 2):
            for pitch in pitches:
                yield float(half), 1.25, pitch, 100, PIANO
                yield float(half) + 1.5, 0.4, pitch, 84, PIANO


def _broken(chords: tuple[tuple[str, int, str], ...], start: float) -> Iterator[Event]:
    """Guitar: chords broken upwards and back in eighths."""
    for at, beats, pitches in _placed(chords, start):
        order = pitches if len(pitches) == 4 else [*pitches, pitches[1]]
        for eighth in range(2 * beats):
            yield at + eighth / 2, 0.5, order[eighth % 4], 92 if eighth % 4 == 0 else 82, GUITAR


def _held(
    chords: tuple[tuple[str, int, str], ...], start: float, part: int = PIANO, velocity: int = 100
) -> Iterator[Event]:
    """Chords struck once and held."""
    for at, beats, pitches in _placed(chords, start):
        for pitch in pitches:
            yield at, beats * 0.97, pitch, velocity, part


def _placed(chords: tuple[tuple[str, int, str], ...], start: float) -> Iterator[tuple[float, int, list[int]]]:
    """(beat, beats, pitches) of each chord."""
    for _, beats, voicing in chords:
        yield start, beats, [_pitch(name) for name in voicing.split()]
        start += beats


def _drums(bars: list[dict[str, str]], start: float, crash: bool = False) -> Iterator[Event]:
    for number, bar in enumerate(bars):
        strokes = {**bar, "crash": "x......."} if crash and number == 0 else bar
        for drum, line in strokes.items():
            for eighth, stroke in enumerate(line):
                if stroke != ".":
                    at = start + number * BEATS_A_BAR + eighth / 2
                    yield at, 0.25, DRUM_KEYS[drum], 92 if stroke == "x" else 66, DRUMS


def _pitch(name: str) -> int:
    """The MIDI number of a name such as Bb4."""
    letter, accidental, octave = re.fullmatch(r"([A-G])([b#]?)(\d)", name).groups()  # type: ignore[union-attr]
    return 12 * (int(octave) + 1) + PITCH_CLASSES[letter] + {"": 0, "b": -1, "#": 1}[accidental]
