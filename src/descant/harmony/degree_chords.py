"""A vocabulary of chords relative to the key: the root as a degree above the tonic, and one of twelve qualities.

Degrees are those of the major scale in major and minor alike, so VI in A minor is `bVI` here; a numeral is small where
the chord has a minor third. Inversions, added tones and everything above the seventh are left out.
"""

from __future__ import annotations

from descant.errors import InvalidValueError

DEGREES = (
    "I",
    "bII",
    "II",
    "bIII",
    "III",
    "IV",
    "#IV",
    "V",
    "bVI",
    "VI",
    "bVII",
    "VII",
)  # by semitones above the tonic
# Harte's name of each quality, whether its numeral is small, and what follows the numeral.
_WRITTEN = {
    "maj": (False, ""),
    "min": (True, ""),
    "dim": (True, "o"),
    "aug": (False, "+"),
    "7": (False, "7"),
    "maj7": (False, "maj7"),
    "min7": (True, "7"),
    "dim7": (True, "o7"),
    "hdim7": (True, "ø7"),
    "sus2": (False, "sus2"),
    "sus4": (False, "sus4"),
    "5": (False, "5"),
}
QUALITIES = tuple(_WRITTEN)


def _write(degree: str, quality: str) -> str:
    small, ending = _WRITTEN[quality]
    return (degree.lower() if small else degree) + ending


NAMES = tuple(_write(degree, quality) for quality in QUALITIES for degree in DEGREES)  # of every chord, by number
SYMBOLS = len(NAMES)
_NUMBERS = {name: number for number, name in enumerate(NAMES)}


def number(degree: int, quality: str) -> int:
    """The chord's number, in [0, SYMBOLS): `degree` semitones above the tonic, `quality` one of QUALITIES."""
    return 12 * QUALITIES.index(quality) + degree % 12


def parse(name: str) -> int:
    """The number of a chord by its name, such as `ii7`, `bVI` or `viio7`. Raises InvalidValueError."""
    if name not in _NUMBERS:
        raise InvalidValueError(f"{name!r} is no chord of this vocabulary; write it as in I, ii7, V7, bVI or viio7")
    return _NUMBERS[name]


def degree(chord: int) -> int:
    """Semitones from the tonic up to the chord's root, 0 to 11."""
    return chord % 12


def quality(chord: int) -> str:
    """One of QUALITIES."""
    return QUALITIES[chord // 12]
