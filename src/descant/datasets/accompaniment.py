"""A band for a song: bass, chords and drums made from its bars and chords.

Patterns are written in beats of a bar of four; longer bars go through them again, shorter ones stop early. Drums are
either such patterns or real performances (Groove), laid onto the song's bars beat by beat, so that swing and a
drummer's timing stay. Notes are (onset, offset, pitch, velocity), onsets and offsets in the song's beats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from descant.datasets.arrangement import Sheet
from descant.types import Beats, Notes
from descant.types.arrays import FloatArray, IntArray

Played = tuple[float, float, int, int]

LOWEST_BASS = 28  # E1, MIDI
LOWEST_CHORD = 52  # the voicing's lowest note lies in the octave from here
STAGGER = 0.02  # of a beat between the strings of a strum


@dataclass(frozen=True)
class Harmony:
    """A chord's notes as pitch classes."""

    root: int
    bass: int
    tones: tuple[int, ...]  # from the root upwards


@cache
def harmony(label: str) -> Harmony | None:
    """The notes of a chord in Harte's syntax; None for no chord."""
    from mir_eval import chord

    root, bitmap, bass = chord.encode(label)
    if root < 0:
        return None
    return Harmony(int(root), int(root + bass) % 12, tuple(int(root + at) % 12 for at in np.flatnonzero(bitmap)))


# -- bass: (beat, length, which note: 0 the bass, 1 the fifth, 2 the octave, 3 the third, 4 a step to the next bass)

BASS_LINES: dict[str, tuple[tuple[float, float, int], ...]] = {
    "held": ((0, 4, 0),),
    "halves": ((0, 2, 0), (2, 2, 0)),
    "root and fifth": ((0, 1, 0), (2, 1, 1)),
    "beats": tuple((at, 0.9, 0) for at in range(4)),
    "eighths": tuple((at / 2, 0.45, 0) for at in range(8)),
    "octaves": tuple((at / 2, 0.4, 2 if at % 2 else 0) for at in range(8)),
    "walking": ((0, 0.9, 0), (1, 0.9, 3), (2, 0.9, 1), (3, 0.9, 4)),
    "pushed": ((0, 1.4, 0), (1.5, 1.0, 0), (2.5, 1.4, 1)),
    "tresillo": ((0, 1.4, 0), (1.5, 1.4, 0), (3, 0.9, 1)),
    "sixteenths": ((0, 0.7, 0), (0.75, 0.2, 0), (1.5, 0.4, 2), (2, 0.7, 0), (2.75, 0.2, 0), (3.5, 0.4, 1)),
    "after the beat": tuple((at + 0.5, 0.4, 0) for at in range(4)),
    "late": ((0.5, 0.4, 0), (1, 0.9, 0), (2.5, 0.4, 1), (3, 0.9, 0)),
}


def bass_line(sheet: Sheet, kind: str, bars: Sequence[int], rng: np.random.Generator) -> list[Played]:
    """A bass for the named bars (numbers of downbeats), from the chords; where there is no chord it rests."""
    notes: list[Played] = []
    loud = int(rng.integers(70, 110))
    for start, length in _bars(sheet, bars):
        for at, held, which in _through(BASS_LINES[kind], length):
            chord = harmony(sheet.chords.at(start + at) or "N")
            if chord is None:
                continue
            pitch = LOWEST_BASS + (chord.bass - LOWEST_BASS) % 12
            if which == 4:
                following = harmony(sheet.chords.at(start + at + 1) or "N") or chord
                pitch = LOWEST_BASS + (following.bass - LOWEST_BASS) % 12 + int(rng.choice([-2, -1, 1, 2]))
            elif which == 2:
                pitch += 12
            elif which in (1, 3):
                tones = chord.tones[min(2 if which == 1 else 1, len(chord.tones) - 1)]
                pitch += (tones - pitch) % 12
            notes.append(_struck(start + at, held, pitch, loud, rng))
        notes += _changes(sheet, kind, start, length, loud, rng)
    return notes


def _changes(sheet: Sheet, kind: str, start: int, length: int, loud: int, rng: np.random.Generator) -> list[Played]:
    """Under held notes, the bass of chords that come within the bar."""
    if kind not in ("held", "halves"):
        return []
    inside = (sheet.chords.start > start + 0.4) & (sheet.chords.start < start + length - 0.4)
    if kind == "halves":
        inside &= np.abs(sheet.chords.start - start - 2) > 0.4
    found = []
    for at in np.flatnonzero(inside):
        chord = harmony(sheet.chords.label[at])
        if chord is not None:
            pitch = LOWEST_BASS + (chord.bass - LOWEST_BASS) % 12
            found.append(_struck(float(np.round(sheet.chords.start[at])), 1.0, pitch, loud, rng))
    return found


# -- chords: (beat, length, how: 1 all notes upwards, -1 downwards, 0 one note after the other)

COMPS: dict[str, tuple[tuple[float, float, int], ...]] = {
    "pad": ((0, 4, 1),),
    "halves": ((0, 1.9, 1), (2, 1.9, 1)),
    "beats": tuple((at, 0.8, 1) for at in range(4)),
    "strum": ((0, 0.9, 1), (1, 0.4, 1), (1.5, 0.4, -1), (2.5, 0.4, -1), (3, 0.4, 1), (3.5, 0.4, -1)),
    "eighths": tuple((at / 2, 0.45, -1 if at % 2 else 1) for at in range(8)),
    "skank": tuple((at + 0.5, 0.25, 1) for at in range(4)),
    "two and four": ((1, 0.3, 1), (3, 0.3, 1)),
    "charleston": ((0, 0.8, 1), (1.5, 0.4, 1)),
    "son": ((0, 0.4, 1), (0.75, 0.4, 1), (1.5, 0.4, 1), (2.5, 0.4, 1), (3, 0.4, 1)),
    "arpeggio": tuple((at / 2, 0.5, 0) for at in range(8)),
    "fast arpeggio": tuple((at / 4, 0.25, 0) for at in range(16)),
    "triplets": tuple((at / 3, 0.3, 0) for at in range(12)),
    "stabs": ((0.5, 0.2, 1), (2.25, 0.2, 1)),
}


def comping(sheet: Sheet, kind: str, bars: Sequence[int], rng: np.random.Generator) -> list[Played]:
    """Chords for the named bars; the pad changes with the harmony wherever that is in the bar."""
    notes: list[Played] = []
    loud, octave = int(rng.integers(50, 95)), 12 * int(rng.integers(0, 2))
    step = 0
    for start, length in _bars(sheet, bars):
        strokes = _through(COMPS[kind], length)
        if kind == "pad":
            inside = sheet.chords.start[
                (sheet.chords.start > start + 0.2) & (sheet.chords.start < start + length - 0.2)
            ]
            edges = [0.0, *(np.round(inside * 4) / 4 - start), float(length)]
            strokes = [(one, after - one, 1) for one, after in pairwise(edges) if after > one]
        for at, held, how in strokes:
            chord = harmony(sheet.chords.at(start + at) or "N")
            if chord is None:
                continue
            voicing = sorted(LOWEST_CHORD + octave + (tone - LOWEST_CHORD) % 12 for tone in chord.tones)
            if how == 0:
                notes.append(_struck(start + at, held, voicing[step % len(voicing)], loud, rng))
                step += 1
                continue
            for number, pitch in enumerate(voicing[::how]):
                notes.append(_struck(start + at + number * STAGGER, held, pitch, loud, rng))
    return notes


# -- drums: General MIDI keys at beats of the bar

KICK, SNARE, RIM, HAT, OPEN, RIDE, CRASH, LOW_TOM, TAMBOURINE = 36, 38, 37, 42, 46, 51, 49, 45, 54

Strokes = dict[int, tuple[float, ...]]
_EIGHTHS, _BEATS = tuple(at / 2 for at in range(8)), (0.0, 1.0, 2.0, 3.0)
_SIXTHS = tuple(at / 3 for at in range(6))

DRUM_PATTERNS: dict[int, tuple[Strokes, ...]] = {  # by the beats of the bar
    2: (  # two dotted beats: 6/8
        {KICK: (0.0,), SNARE: (1.0,), HAT: _SIXTHS},
        {KICK: (0.0, 2 / 3, 5 / 3), SNARE: (1.0,), RIDE: _SIXTHS},
        {KICK: (0.0,), RIM: (1.0,), HAT: (0.0, 2 / 3, 1.0, 5 / 3)},
    ),
    3: (
        {KICK: (0.0,), SNARE: (1.0, 2.0), HAT: tuple(at / 2 for at in range(6))},
        {KICK: (0.0,), HAT: (1.0, 2.0)},
        {KICK: (0.0, 2.5), SNARE: (1.0,), RIDE: (0.0, 1.0, 1.67, 2.0)},
        {KICK: (0.0,), SNARE: (2.0,), HAT: (0.0, 0.5, 1.0, 1.5, 2.0, 2.5)},
        {KICK: (0.0, 1.5), RIM: (2.0,), TAMBOURINE: (1.0, 2.0)},
    ),
    4: (
        {KICK: _BEATS, OPEN: tuple(at + 0.5 for at in range(4)), SNARE: (1.0, 3.0)},  # disco
        {KICK: (0.0, 2.0), SNARE: (1.0, 3.0), HAT: _EIGHTHS},  # rock
        {KICK: (0.0, 2.5), SNARE: (1.0, 3.0), HAT: _EIGHTHS},
        {KICK: (0.0, 0.75, 2.5), SNARE: (1.0, 3.0), HAT: tuple(at / 4 for at in range(16))},
        {RIM: (2.0,), KICK: (2.0,), HAT: _EIGHTHS},  # one drop
        {KICK: (0.0, 2.0), SNARE: (0.5, 1.5, 2.5, 3.5)},  # polka
        {KICK: (0.0, 1.5, 2.0, 3.5), RIM: (0.0, 0.75, 1.5, 2.5, 3.0), HAT: _EIGHTHS},  # bossa nova
        {RIDE: (0.0, 1.0, 1.67, 2.0, 3.0, 3.67), 44: (1.0, 3.0), KICK: (0.0,)},  # swing
        {KICK: (0.0,), SNARE: (2.0,), HAT: _EIGHTHS},  # half time
        {TAMBOURINE: (1.0, 3.0)},
        {HAT: _EIGHTHS},
        {KICK: _BEATS},
        {KICK: (0.0, 0.5, 1.5, 2.0, 2.5, 3.5), SNARE: (1.0, 3.0), HAT: tuple(at + 0.5 for at in range(4))},
    ),
    5: (
        {KICK: (0.0, 3.0), SNARE: (1.5, 4.0), HAT: tuple(at / 2 for at in range(10))},
        {KICK: (0.0, 2.5, 3.0), SNARE: (2.0, 4.0), RIDE: tuple(float(at) for at in range(5))},
    ),
    7: (
        {KICK: (0.0, 4.0), SNARE: (2.0, 6.0), HAT: tuple(float(at) for at in range(7))},
        {KICK: (0.0, 2.0, 4.0), SNARE: (1.0, 3.0, 5.0, 6.0), HAT: tuple(at / 2 for at in range(14))},
    ),
}


def drum_pattern(sheet: Sheet, number: int, bars: Sequence[int], rng: np.random.Generator) -> list[Played]:
    """One of the patterns for the song's metre, with a roll through the last bar's last beat."""
    kinds = DRUM_PATTERNS.get(int(np.max(np.diff(sheet.bars), initial=1)), DRUM_PATTERNS[4])
    strokes = kinds[number % len(kinds)]
    notes: list[Played] = []
    loud = int(rng.integers(70, 115))
    for start, length in _bars(sheet, bars):
        last = bool(len(bars) > 2 and start == sheet.bars[bars[-1]] and rng.random() < 0.6)
        for key, places in strokes.items():
            for at in places:
                if at < length - (1.0 if last else 0.0):
                    soft = 0 if at == int(at) or key in (KICK, SNARE) else 18
                    notes.append(_struck(start + at, 0.1, key, loud - soft, rng))
        if last:
            notes += [
                _struck(start + length - 1 + at / 4, 0.1, SNARE if at < 2 else LOW_TOM, loud, rng) for at in range(4)
            ]
    return notes


@dataclass(frozen=True, eq=False)
class Groove:
    """A drummer's take in beats, from its first bar line on."""

    onset: FloatArray
    key: IntArray
    velocity: IntArray
    bars: int  # whole bars of four
    style: str


def groove(notes: Notes, beats: Beats, style: str) -> Groove:
    """A take in four, in beats of its own metronome."""
    onset = np.interp(notes.onset, beats.time, np.arange(len(beats)))
    onset += np.maximum(notes.onset - beats.time[-1], 0.0) / np.median(np.diff(beats.time))
    return Groove(onset, notes.pitch, notes.velocity, max(1, len(beats) // 4), style)


def drummer(
    sheet: Sheet, take: Groove, first: int, bars: Sequence[int], fill: Groove | None, loud: float
) -> list[Played]:
    """A take laid onto the named bars, from its bar `first` on, the last of them played as `fill` where there is one.

    Bars of fewer beats than four lose what the take plays on the others; longer ones begin the next of the take's bars.
    loud: factor of the take's velocities.
    """
    notes: list[Played] = []
    for number, (start, length) in enumerate(_bars(sheet, bars)):
        played, bar = (
            (fill, 0) if fill is not None and number == len(bars) - 1 else (take, (first + number) % take.bars)
        )
        for more in range(0, length, 4):
            place = played.onset - 4 * ((bar + more // 4) % played.bars)
            # What is struck a little early belongs to the bar that it leads into.
            here = np.flatnonzero((place >= -0.12) & (place < min(4, length - more) - 0.12))
            notes += [
                (
                    start + more + float(place[at]),
                    start + more + float(place[at]) + 0.1,
                    int(played.key[at]),
                    int(np.clip(played.velocity[at] * loud, 1, 127)),
                )
                for at in here
            ]
    return notes


GM_KEYS = {22: 42, 26: 46, 58: 43}  # Roland's rims and edges, where General MIDI has other drums


def _bars(sheet: Sheet, bars: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(first beat, beats) of each named bar."""
    lines = [*sheet.bars.tolist(), len(sheet.positions)]
    for bar in bars:
        if lines[bar + 1] > lines[bar]:
            yield lines[bar], lines[bar + 1] - lines[bar]


def _through(pattern: Sequence[tuple[float, float, int]], length: int) -> list[tuple[float, float, int]]:
    """A pattern of four beats in a bar of `length`."""
    again = range(0, length, 4)
    return [
        (at + more, min(held, length - at - more), how)
        for more in again
        for at, held, how in pattern
        if at + more < length
    ]


def _struck(at: float, held: float, pitch: int, loud: int, rng: np.random.Generator) -> Played:
    """A note as a hand plays it: not quite in time, not quite even."""
    onset = at + 0.012 * float(rng.normal())
    return (onset, onset + max(held, 0.05), pitch, int(np.clip(loud + 6 * rng.normal(), 1, 127)))
