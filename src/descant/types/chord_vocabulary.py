"""A large vocabulary of chords as numbers: root, quality and bass of Harte's labels, and one number for each tag.

The qualities are the fourteen of McFee and Bello (Structured Training for Large-Vocabulary Chord Recognition, ISMIR
2017), which with no chord and the unknown chord make their 170 tags, and the dominant chord with a suspended fourth.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descant.types.names import pitch_class

# Harte's name and the intervals in semitones.
QUALITIES: dict[str, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "min6": (0, 3, 7, 9),
    "maj6": (0, 4, 7, 9),
    "min7": (0, 3, 7, 10),
    "minmaj7": (0, 3, 7, 11),
    "maj7": (0, 4, 7, 11),
    "7": (0, 4, 7, 10),
    "dim7": (0, 3, 6, 9),
    "hdim7": (0, 3, 6, 10),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "sus4(b7)": (0, 5, 7, 10),
}
NAMES = tuple(QUALITIES)
TAGS = 12 * len(QUALITIES) + 2  # quality by quality from C up, then no chord, then unknown
NO_CHORD, UNKNOWN = TAGS - 2, TAGS - 1
NONE = 12  # the root and the bass of no chord

# Richer chords count as the richest that they contain.
_REDUCED = {"9": "7", "11": "7", "13": "7", "min9": "min7", "min11": "min7", "min13": "min7", "maj9": "maj7"}
_REDUCED |= {"maj11": "maj7", "maj13": "maj7", "7sus4": "sus4(b7)", "": "maj"}
_DEGREES = {"1": 0, "2": 2, "3": 4, "4": 5, "5": 7, "6": 9, "7": 11, "9": 2, "11": 5, "13": 9}
_BASS_NAMES = ("", "b2", "2", "b3", "3", "4", "b5", "5", "#5", "6", "b7", "7")


class Chord(NamedTuple):
    """A chord in numbers; `NONE` as root and bass is no chord."""

    root: int  # pitch class
    quality: int  # index into NAMES; 0 where there is no chord
    bass: int  # pitch class

    @property
    def tag(self) -> int:
        """The chord's number in [0, TAGS), which leaves the bass out."""
        return NO_CHORD if self.root == NONE else 12 * self.quality + self.root

    @classmethod
    def of_tag(cls, tag: int) -> Chord:
        """The chord of a number but UNKNOWN, in root position."""
        return cls(NONE, 0, NONE) if tag == NO_CHORD else cls(tag % 12, tag // 12, tag % 12)


def parse(label: str) -> Chord | None:
    """The chord of a label in Harte's syntax; None where it is `X` or of a quality that the vocabulary has not."""
    if label == "N":
        return Chord(NONE, 0, NONE)
    chord, _, degree = label.partition("/")
    name, _, quality = chord.partition(":")
    quality = quality if quality in QUALITIES else quality.partition("(")[0] if not quality.startswith("(") else quality
    quality = _REDUCED.get(quality, quality)
    if label == "X" or quality not in QUALITIES:
        return None
    root = pitch_class(name)
    return Chord(root, NAMES.index(quality), (root + interval(degree)) % 12)


def interval(degree: str) -> int:
    """The semitones of a degree such as `b7`; nothing is the root itself."""
    if not degree:
        return 0
    plain = degree.lstrip("b#")
    return (_DEGREES[plain] + degree.count("#") - degree.count("b")) % 12


def name(chord: Chord, root_names: tuple[str, ...]) -> str:
    """The label in Harte's syntax; `root_names` spells the twelve pitch classes."""
    if chord.root == NONE:
        return "N"
    quality = NAMES[chord.quality]
    step = (chord.bass - chord.root) % 12
    degree = "bb7" if quality == "dim7" and step == 9 else _BASS_NAMES[step]
    return f"{root_names[chord.root]}:{quality}" + (f"/{degree}" if degree else "")


def tones(chord: Chord) -> npt.NDArray[np.float32]:
    """Which pitch classes the chord holds, (12,) of 0 and 1."""
    held = np.zeros(12, dtype=np.float32)
    if chord.root != NONE:
        held[[(chord.root + step) % 12 for step in QUALITIES[NAMES[chord.quality]]]] = 1.0
    return held
