"""Where drums stand on a staff of five lines, after Weinberg: Guide to Standardized Drumset Notation, 1998."""

from __future__ import annotations

from descant.types.score import SpelledPitch

_PLACES = {
    35: "E4",
    36: "F4",
    37: "C5",  # side stick
    38: "C5",
    39: "C5",
    40: "C5",
    41: "G4",
    42: "G5",
    43: "A4",
    44: "D4",  # pedal hi-hat
    45: "B4",
    46: "G5",
    47: "D5",
    48: "E5",
    49: "A5",
    50: "E5",
    51: "F5",
    52: "A5",
    53: "F5",
    54: "G5",
    55: "A5",
    56: "E5",
    57: "B5",
    59: "F5",
}


def place(key: int) -> SpelledPitch:
    """Where a General MIDI percussion key is written, as if in treble clef; what is rare stands on the middle line."""
    return SpelledPitch.named(_PLACES.get(key, "B4"))
