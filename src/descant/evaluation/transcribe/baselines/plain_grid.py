"""A page on the plainest grid: one tempo, sixteenths, four quarters a bar from the first note on, sharps only.

Middle C parts the hands, and each hand has one voice: what begins together is a chord, which ends where the hand's next
note begins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from descant.evaluation.transcribe.baselines.steady_tempo import steady_tempo
from descant.transcription.notation.notated import Notated
from descant.types import Notes, Score
from descant.types.score import Event, KeySignature, Measure, ScorePart, SpelledPitch, TimeSignature

GRID = 4  # places in a quarter
BAR = 4 * GRID  # places in a bar
MIDDLE_C = 60
SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def plain_grid(notes: Notes) -> Notated:
    """The page of some notes."""
    bpm = steady_tempo(notes)
    first = float(notes.onset.min(initial=np.inf))
    onset = np.round((notes.onset - first) * bpm / 60 * GRID).astype(np.int64)
    length = np.maximum(np.round((notes.offset - notes.onset) * bpm / 60 * GRID).astype(np.int64), 1)
    lower = notes.pitch < MIDDLE_C
    hands: tuple[dict[int, list[int]], ...] = (defaultdict(list), defaultdict(list))  # place -> the notes there
    for note, (place, low) in enumerate(zip(onset.tolist(), lower.tolist(), strict=True)):
        hands[low][place].append(note)
    bars = int((onset + length).max(initial=1) - 1) // BAR + 1
    rows: list[list[Event]] = [[] for _ in range(bars)]
    for staff, hand in enumerate(hands, 1):
        places = sorted(hand)
        for place, following in zip(places, [*places[1:], bars * BAR], strict=False):
            end = min(place + int(length[hand[place]].max()), following)
            chord = tuple(pitch_of(key) for key in sorted({int(notes.pitch[note]) for note in hand[place]}))
            for bar, event in _cut(place, end, chord, staff):
                rows[bar].append(event)
    four = TimeSignature((4,), 4)
    measures = tuple(Measure(Fraction(4 * at), Fraction(4), four, KeySignature(0), str(at + 1)) for at in range(bars))
    score = Score(measures, (ScorePart(tuple(map(tuple, rows)), staves=2),))
    index = {(one.onset * GRID, one.pitch.midi): at for at, one in enumerate(score.sounding())}
    keys = zip(onset.tolist(), notes.pitch.tolist(), strict=True)
    return Notated(score, tuple(index[Fraction(place), pitch] for place, pitch in keys))


def pitch_of(key: int) -> SpelledPitch:
    """The pitch of a MIDI number, black keys as sharps."""
    name = SHARPS[key % 12]
    return SpelledPitch(name[0], key // 12 - 1, len(name) - 1)


def _cut(place: int, end: int, chord: tuple[SpelledPitch, ...], staff: int) -> Iterator[tuple[int, Event]]:
    """(measure, event) of a chord from place to place of the grid, tied over bar lines."""
    while place < end:
        bar, within = divmod(place, BAR)
        stop = min(end, (bar + 1) * BAR)
        yield (
            bar,
            Event(
                Fraction(within, GRID),
                Fraction(stop - place, GRID),
                chord,
                (stop < end,) * len(chord),
                voice=1 + 4 * (staff - 1),
                staff=staff,
            ),
        )
        place = stop
