"""Arithmetic of letters and semitones: what a transposing player reads, and how the notes of a chord are spelled.

A transposition is (letters, semitones) from what is written to what sounds; a clarinet in B flat has (-1, -2).
"""

from __future__ import annotations

from descant.types.names import PITCH_CLASSES, pitch_class
from descant.types.score import STEPS, KeySignature, SpelledPitch

MAJOR = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")  # from seven flats up
MINOR = ("Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#", "G#", "D#", "A#")
SIMPLE = 6  # signs that a key is written with at most, if it can be written otherwise
LETTERS_ABOVE = (0, 1, 1, 2, 2, 3, 4, 4, 5, 5, 6, 6)  # letters from a root to the degree so many semitones over it


def tonic(sharps: int) -> str:
    """The tonic of the major key with so many sharps (flats below 0)."""
    return MAJOR[sharps + 7]


def key_name(key: KeySignature) -> str:
    """The key as charts write it: Eb, or Cm where the mode is minor."""
    return f"{MINOR[key.sharps + 7]}m" if key.mode == "minor" else tonic(key.sharps)


def key_named(name: str) -> KeySignature | None:
    """The inverse of `key_name`."""
    if name in MAJOR:
        return KeySignature(MAJOR.index(name) - 7, "major")
    if name.removesuffix("m") in MINOR and name.endswith("m"):
        return KeySignature(MINOR.index(name.removesuffix("m")) - 7, "minor")
    return None


def key_moved(key: KeySignature, semitones: int) -> tuple[KeySignature, int]:
    """The key so many semitones higher, by its simpler name, and how many letters that is.

    Of six sharps and six flats it takes those of the kind that the key had.
    """
    if semitones == 0:
        return key, 0
    sharps = (key.sharps + 7 * semitones + SIMPLE) % 12 - SIMPLE  # from six flats to five sharps
    if sharps == -SIMPLE and key.sharps > 0:
        sharps = SIMPLE
    return KeySignature(sharps, key.mode), (key.sharps + 7 * semitones - sharps) // 12


def above(root: str, semitones: int) -> str:
    """The name of the note so many semitones over another, spelled as a degree of the chord on it."""
    return moved(root, LETTERS_ABOVE[semitones], semitones)


def moved(name: str, letters: int, semitones: int) -> str:
    """The name of the note so many letters and semitones over another."""
    letter = STEPS[(STEPS.index(name[0]) + letters) % 7]
    alter = (pitch_class(name) + semitones - PITCH_CLASSES[letter] + 6) % 12 - 6
    return letter + "#" * alter + "b" * -alter


def chord_moved(label: str, letters: int, semitones: int) -> str:
    """A chord in Harte's syntax so many letters and semitones higher; a root of two signs gets its simpler name."""
    root = label[: len(label) - len(label.lstrip("ABCDEFGb#"))]
    if not root:  # no chord
        return label
    found = moved(root, letters, semitones)
    if len(found) > 2:
        found = moved(root, letters + (1 if "#" in found else -1), semitones)
    return found + label.removeprefix(root)


def written_sharps(sharps: int, transposition: tuple[int, int]) -> int:
    """The signature that a transposing player reads."""
    letters, semitones = transposition
    found = sharps - (7 * semitones - 12 * letters)
    return found - 12 if found > 7 else found + 12 if found < -7 else found


def written_pitch(pitch: SpelledPitch, transposition: tuple[int, int]) -> SpelledPitch:
    """The pitch that a transposing player reads for one that sounds."""
    letters, semitones = transposition
    return spelled(7 * pitch.octave + STEPS.index(pitch.step) - letters, pitch.midi - semitones)


def spelled(place: int, midi: int) -> SpelledPitch:
    """The pitch of a MIDI number on a place of the staff, counted in letters from C0."""
    octave, step = divmod(place, 7)
    return SpelledPitch(STEPS[step], octave, midi - 12 * (octave + 1) - PITCH_CLASSES[STEPS[step]])
