"""What a part is called, how many staves it has, and how its player reads."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from descant.types.arrays import IntArray
from descant.types.notes import Part

KEYBOARDS = frozenset((*range(8), 16, 17, 18, 19, 20, 46))  # pianos, harpsichord, clavinet, organs, harp
WIDE, WIDEST = 24, 36  # semitones that one staff takes easily, and at all
ALONE = 0.2  # share of notes with others, below which a part is one line
HIGH, LOW = 67, 55  # MIDI: what has notes above the one and below the other needs two staves
SINGERS = frozenset((52, 53, 54))  # choir and voices
TENOR = (54, 62)  # MIDI: between the middles of basses' lines and altos'
LONGEST_NAME = 20  # letters
NAMES = [
    "Piano",
    "Piano",
    "Electric Grand",
    "Honky-tonk",
    "Electric Piano",
    "Electric Piano",
    "Harpsichord",
    "Clavinet",
    "Celesta",
    "Glockenspiel",
    "Music Box",
    "Vibraphone",
    "Marimba",
    "Xylophone",
    "Tubular Bells",
    "Dulcimer",
    "Organ",
    "Organ",
    "Organ",
    "Church Organ",
    "Reed Organ",
    "Accordion",
    "Harmonica",
    "Bandoneon",
    "Guitar",
    "Guitar",
    "Electric Guitar",
    "Electric Guitar",
    "Electric Guitar",
    "Electric Guitar",
    "Electric Guitar",
    "Electric Guitar",
    "Bass",
    "Bass",
    "Bass",
    "Bass",
    "Bass",
    "Bass",
    "Synth Bass",
    "Synth Bass",
    "Violin",
    "Viola",
    "Cello",
    "Contrabass",
    "Strings",
    "Pizzicato",
    "Harp",
    "Timpani",
    "Strings",
    "Strings",
    "Strings",
    "Strings",
    "Choir",
    "Voice",
    "Voice",
    "Orchestra Hit",
    "Trumpet",
    "Trombone",
    "Tuba",
    "Muted Trumpet",
    "Horn",
    "Brass",
    "Brass",
    "Brass",
    "Soprano Sax",
    "Alto Sax",
    "Tenor Sax",
    "Baritone Sax",
    "Oboe",
    "English Horn",
    "Bassoon",
    "Clarinet",
    "Piccolo",
    "Flute",
    "Recorder",
    "Pan Flute",
    "Bottle",
    "Shakuhachi",
    "Whistle",
    "Ocarina",
]  # of the General MIDI programmes from 0


class Reading(NamedTuple):
    """How a player's page differs from what sounds."""

    clef: str = ""  # that the instrument always has
    transposition: tuple[int, int] = (0, 0)  # letters and semitones from what is written to what sounds


READINGS = {
    24: Reading("G2-8"),
    25: Reading("G2-8"),
    26: Reading("G2-8"),
    27: Reading("G2-8"),
    28: Reading("G2-8"),
    29: Reading("G2-8"),
    30: Reading("G2-8"),
    41: Reading("C3"),
    **{program: Reading("F4", (-7, -12)) for program in (32, 33, 34, 35, 36, 37, 38, 39, 43)},  # basses
    56: Reading("G2", (-1, -2)),  # trumpet in B flat
    60: Reading("", (-4, -7)),  # horn in F
    64: Reading("G2", (-1, -2)),  # saxophones
    65: Reading("G2", (-5, -9)),
    66: Reading("G2", (-8, -14)),
    67: Reading("G2", (-12, -21)),
    69: Reading("G2", (-4, -7)),  # English horn
    71: Reading("G2", (-1, -2)),  # clarinet in B flat
    72: Reading("G2", (7, 12)),  # piccolo
}


def reading(part: Part) -> Reading:
    """How the player of a part reads."""
    return Reading("percussion") if part.drum else READINGS.get(part.program, Reading())


def tenor(part: Part, pitch: IntArray, together: float) -> bool:
    """Whether singers of one line read it in the tenor's treble clef. together: as for `staves_of`."""
    low, high = TENOR
    return not part.drum and part.program in SINGERS and not together and low < float(np.median(pitch)) < high


def staves_of(part: Part, pitch: IntArray, together: float = 1.0) -> int:
    """Two staves for a keyboard or a harp whose notes do not fit on one, else one.

    together: share of its notes that sound with others; what plays one note at a time needs one staff.
    """
    if part.drum or part.program not in KEYBOARDS or not len(pitch):
        return 1
    low, high = int(pitch.min()), int(pitch.max())
    if together < ALONE and high - low <= WIDEST:
        return 1
    return 2 if high - low > WIDE or (high > HIGH and low < LOW) else 1


def name_of(part: Part) -> str:
    """The part's own name, if it is short enough to stand beside a staff, or its instrument's."""
    if 0 < len(part.name.strip()) <= LONGEST_NAME:
        return part.name.strip()
    if part.drum:
        return "Drums"
    return NAMES[part.program] if part.program < len(NAMES) else "Synth"
