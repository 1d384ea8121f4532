"""Names for notes of several voices together: ps13 over all of them, and then thirds that are written as thirds.

ps13 hears what is around a note, not what sounds with it: F for the third of C sharp major, in A major. A note whose
name makes a chromatic interval (a diminished fourth, an augmented second) with one that sounds as it begins gets its
other name, if that makes none with any.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from descant.transcription.notation.ps13 import FIFTHS, named, spelled
from descant.types.score import FARTHEST, SpelledPitch

DIATONIC = 6  # fifths between two notes of one scale, at most
OTHER = 12  # fifths to a note's other name


def spelled_together(notes: Sequence[tuple[int, int, int]], sharps: Sequence[int]) -> list[SpelledPitch]:
    """Names of notes (start, stop, pitch) in order of onset, from the highest down. sharps: as ps13 takes them."""
    names = spelled([pitch for _, _, pitch in notes], sharps)
    places = [FIFTHS[one.step] + 7 * one.alter for one in names]
    sounding: list[int] = []
    for start, begun in groupby(range(len(notes)), key=lambda at: notes[at][0]):
        new = list(begun)
        sounding = [*(one for one in sounding if notes[one][1] > start), *new]
        for at in new:
            beside = [places[one] for one in sounding if one != at]
            for place in () if _diatonic(places[at], beside) else (places[at] - OTHER, places[at] + OTHER):
                if abs((place + 1) // 7) <= FARTHEST and _diatonic(place, beside):
                    places[at], names[at] = place, named(notes[at][2], place)
    return names


def _diatonic(place: int, others: Sequence[int]) -> bool:
    return all(abs(place - one) <= DIATONIC for one in others)
