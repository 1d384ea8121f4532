"""Piano études written by rule: every texture that a piano transcriber must know, all over the keyboard.

An étude is a row of passages of two to four bars, each in one texture - scales, arpeggios, broken octaves, tremolo,
repeated notes, trills, thick chords, Alberti bass under a melody, chromatic runs, leaps between bass and chords, long
notes alone in any register - over a random walk of triads in one key. They are material for the ear, not music.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from descant.datasets.score_notes import ScoreNotes

LOWEST, HIGHEST = 21, 108  # the piano's keys, MIDI
MOST_NOTES = 13.0  # strokes a second that one hand may ask for
RIGHT, LEFT = 0, 1

_MODES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 11))

Written = tuple[float, float, int, int]  # onset and duration in quarters, pitch, hand


@dataclass(frozen=True)
class _Passage:
    """Where a passage stands and what it is made of."""

    rng: np.random.Generator
    bars: int
    bar: int  # quarters
    bpm: float
    tonic: int  # pitch class
    mode: tuple[int, ...]
    roots: tuple[int, ...]  # scale degrees of the bars' triads, from 0

    @property
    def length(self) -> int:
        """Quarters."""
        return self.bars * self.bar

    def rate(self, fastest: int = 8) -> int:
        """Notes a quarter, such that a hand can play them."""
        able = [rate for rate in (1, 2, 3, 4, 6, 8, 12) if rate <= fastest and rate * self.bpm / 60 <= MOST_NOTES]
        return int(self.rng.choice(able or [1]))

    def degree(self, number: int) -> int:
        """The pitch of a scale degree; degree 0 is the tonic of the piano's lowest octave, and 7 an octave above."""
        return 12 + self.tonic + 12 * (number // 7) + self.mode[number % 7]

    def near(self, pitch: int) -> int:
        """The scale degree at or just below a pitch."""
        octave, rest = divmod(pitch - 12 - self.tonic, 12)
        return 7 * octave + max(at for at, step in enumerate(self.mode) if step <= rest)

    def chord(self, onset: float, low: int, count: int) -> list[int]:
        """`count` notes of the bar's triad from the pitch `low` upwards."""
        root = self.roots[int(onset // self.bar) % len(self.roots)]
        degree = self.near(low)
        notes: list[int] = []
        while len(notes) < count:
            degree += 1
            if (degree - root) % 7 in (0, 2, 4):
                notes.append(self.degree(degree))
        return notes

    def register(self, low: int = LOWEST, high: int = HIGHEST - 24) -> int:
        """Somewhere between two pitches."""
        return int(self.rng.integers(low, high + 1))


def etude(rng: np.random.Generator) -> ScoreNotes:
    """A new étude of some 20 to 60 seconds; the right hand is part 0, the left part 1."""
    bar = int(rng.choice([3, 4]))
    bpm = float(np.exp(rng.uniform(np.log(45), np.log(170))))
    tonic, mode = int(rng.integers(12)), _MODES[int(rng.integers(2))]
    notes: list[Written] = []
    start, end = 0, rng.uniform(20.0, 55.0) * bpm / 60
    while start < end:
        bars = int(rng.integers(2, 5))
        roots = tuple(int(root) for root in rng.choice([0, 3, 4, 5, 1], size=bars))
        passage = _Passage(rng, bars, bar, bpm, tonic, mode, roots)
        texture = _TEXTURES[int(rng.integers(len(_TEXTURES)))]
        notes += [(start + onset, *rest) for onset, *rest in texture(passage)]  # type: ignore[misc]
        start += passage.length
    onset, duration, pitch, hand = np.array(notes).T
    kept = (pitch >= LOWEST) & (pitch <= HIGHEST)
    beats = np.arange(start, dtype=np.float64)
    return ScoreNotes("etude", onset[kept], duration[kept], pitch[kept], hand[kept], beats, beats[::bar], bpm=bpm)


def _run(rate: int, pitches: list[int], hand: int) -> list[Written]:
    """One note after the other, `rate` a quarter."""
    return [(at / rate, 1 / rate, pitch, hand) for at, pitch in enumerate(pitches)]


def _up_and_down(passage: _Passage, rate: int, steps: list[int]) -> list[int]:
    """As many of `steps` as the passage has room for, to and fro."""
    cycle = steps + steps[-2:0:-1]
    first = int(passage.rng.integers(len(cycle)))
    return [cycle[(first + at) % len(cycle)] for at in range(passage.length * rate)]


def _hands(passage: _Passage) -> list[tuple[int, int]]:
    """One hand or both: (hand, semitones above the passage)."""
    both = [[(RIGHT, 0)], [(LEFT, 0)], [(RIGHT, 12), (LEFT, 0)], [(RIGHT, 24), (LEFT, 0)]]
    return both[int(passage.rng.integers(len(both)))]


def _scales(passage: _Passage) -> list[Written]:
    rate, degree = passage.rate(), passage.near(passage.register())
    steps = [passage.degree(degree + step) for step in range(int(passage.rng.integers(8, 30)))]
    line = _up_and_down(passage, rate, steps)
    return [note for hand, up in _hands(passage) for note in _run(rate, [pitch + up for pitch in line], hand)]


def _chromatic_runs(passage: _Passage) -> list[Written]:
    rate, low = passage.rate(12), passage.register()
    line = _up_and_down(passage, rate, list(range(low, low + int(passage.rng.integers(7, 40)))))
    return [note for hand, up in _hands(passage) for note in _run(rate, [pitch + up for pitch in line], hand)]


def _arpeggios(passage: _Passage) -> list[Written]:
    rate, low, count = passage.rate(), passage.register(LOWEST, 72), int(passage.rng.integers(4, 14))
    notes: list[Written] = []
    for bar in range(passage.bars):
        onset = bar * passage.bar
        steps = passage.chord(onset, low, count)
        cycle = steps + steps[-2:0:-1]
        for at in range(passage.bar * rate):
            pitch = cycle[at % len(cycle)]
            notes.append((onset + at / rate, 1 / rate, pitch, RIGHT if pitch >= 60 else LEFT))
    return notes


def _broken_octaves(passage: _Passage) -> list[Written]:
    rate, degree = passage.rate(), passage.near(passage.register(LOWEST, 84))
    line = _up_and_down(passage, rate, [passage.degree(degree + step) for step in range(8)])
    broken = [pitch + 12 * (at % 2) for at, pitch in enumerate(line)]
    return _run(rate, broken, int(passage.rng.integers(2)))


def _tremolo(passage: _Passage) -> list[Written]:
    """Two halves of a chord by turns."""
    rate, low = passage.rate(12), passage.register(LOWEST, 90)
    notes: list[Written] = []
    for at in range(passage.length * rate):
        chord = passage.chord(at / rate, low, 4)
        notes += [(at / rate, 1 / rate, pitch, int(low < 60)) for pitch in (chord[:1], chord[2:])[at % 2]]
    return notes


def _repeated_notes(passage: _Passage) -> list[Written]:
    rate, group = passage.rate(), int(passage.rng.integers(2, 9))
    degree = passage.near(passage.register(LOWEST, 96))
    walk = degree + np.cumsum(passage.rng.integers(-2, 3, size=passage.length * rate // group + 1))
    return _run(rate, [passage.degree(int(walk[at // group])) for at in range(passage.length * rate)], RIGHT)


def _trill(passage: _Passage) -> list[Written]:
    """A trill in one hand, a slow line in the other."""
    rate = max(passage.rate(12), 3)
    low, step = passage.register(40, 100), int(passage.rng.integers(1, 3))
    trill = _run(rate, [low + step * (at % 2) for at in range(passage.length * rate)], RIGHT)
    degree = passage.near(low - int(passage.rng.integers(12, 30)))
    walk = degree + np.cumsum(passage.rng.integers(-2, 3, size=passage.length))
    return trill + _run(1, [passage.degree(int(number)) for number in walk], LEFT)


def _thick_chords(passage: _Passage) -> list[Written]:
    rate = min(passage.rate(3), 3)
    low, high = passage.register(LOWEST, 55), passage.register(55, 92)
    notes: list[Written] = []
    for at in range(passage.length * rate):
        onset = at / rate
        if passage.rng.random() < 0.2:
            continue
        left = passage.chord(onset, low, int(passage.rng.integers(2, 5)))
        right = passage.chord(onset, high + int(passage.rng.integers(-4, 5)), int(passage.rng.integers(2, 6)))
        notes += [(onset, 1 / rate, pitch, LEFT) for pitch in left]
        notes += [(onset, 1 / rate, pitch, RIGHT) for pitch in right if pitch <= right[0] + 16]
    return notes


def _melody(passage: _Passage, low: int, high: int) -> list[Written]:
    """A singing line of mixed lengths, with rests."""
    degree, notes, onset = passage.near(passage.register(low, high)), [], 0.0
    while onset < passage.length:
        length = min(float(passage.rng.choice([0.25, 0.5, 0.5, 1.0, 1.0, 1.5, 2.0])), passage.length - onset)
        degree += int(passage.rng.integers(-3, 4))
        if passage.rng.random() < 0.9:
            notes.append((onset, length, passage.degree(degree), RIGHT))
        onset += length
    return notes


def _alberti_bass(passage: _Passage) -> list[Written]:
    rate, low = max(passage.rate(4), 2), passage.register(36, 60)
    bass = [passage.chord(at / rate, low, 3)[(0, 2, 1, 2)[at % 4]] for at in range(passage.length * rate)]
    return _run(rate, bass, LEFT) + _melody(passage, low + 17, min(low + 36, 96))


def _bass_and_chords(passage: _Passage) -> list[Written]:
    """A bass note on the downbeat, chords after it: waltz or stride, under a melody."""
    low, notes = passage.register(LOWEST, 45), _melody(passage, 67, 91)
    for beat in range(passage.length):
        on_bass = beat % passage.bar == 0 or (passage.bar == 4 and beat % 4 == 2)
        chord = passage.chord(beat, low, 1) if on_bass else passage.chord(beat, low + 19, 3)
        notes += [(float(beat), 1.0, pitch, LEFT) for pitch in chord]
    return notes


def _long_notes(passage: _Passage) -> list[Written]:
    """One to three keys anywhere, left to ring."""
    notes: list[Written] = []
    onset = 0.0
    while onset < passage.length:
        length = min(float(passage.rng.choice([1.0, 2.0, 3.0, 4.0])), passage.length - onset)
        for pitch in passage.rng.choice(np.arange(LOWEST, HIGHEST + 1), int(passage.rng.integers(1, 4)), replace=False):
            notes.append((onset, length, int(pitch), RIGHT if pitch >= 60 else LEFT))
        onset += length
    return notes


def _two_voices(passage: _Passage) -> list[Written]:
    """Two independent lines, close or far apart."""
    low = passage.register(28, 60)
    under = [(onset, length, pitch, LEFT) for onset, length, pitch, _ in _melody(passage, low, low + 12)]
    return under + _melody(passage, low + 12, min(low + 40, 96))


def _alternating_registers(passage: _Passage) -> list[Written]:
    """Very low and very high by turns."""
    rate = min(passage.rate(4), 4)
    notes: list[Written] = []
    for at in range(passage.length * rate):
        low = at % 2 == 0
        pitch = passage.register(LOWEST, 38) if low else passage.register(90, HIGHEST)
        notes.append((at / rate, 1 / rate, pitch, LEFT if low else RIGHT))
    return notes


_TEXTURES: tuple[Callable[[_Passage], list[Written]], ...] = (
    _scales,
    _chromatic_runs,
    _arpeggios,
    _broken_octaves,
    _tremolo,
    _repeated_notes,
    _trill,
    _thick_chords,
    _alberti_bass,
    _bass_and_chords,
    _long_notes,
    _two_voices,
    _alternating_registers,
)
