"""How fast harmony is read: scores as long as a quartet movement and as an act of an opera, once all is loaded."""

from __future__ import annotations

import time
from fractions import Fraction

import numpy as np

from descant.evaluation.benchmark_listen import Figure
from descant.pipelines.harmonic_analysis import harmonic_analysis
from descant.registry import towards
from descant.types import RomanNumerals, Score
from descant.types.score import Clef, Event, KeySignature, Measure, ScorePart, SpelledPitch, TimeSignature

NOTES = (4_000, 50_000)
A_BAR = 32  # notes: four voices in eighths
SCALE = ("C", "D", "E", "F", "G", "A", "B")
OCTAVES = (5, 4, 4, 3)


def benchmark(notes: tuple[int, ...] = NOTES) -> list[Figure]:
    """The seconds that each transform to Roman numerals takes, cadences and all, for scores of so many notes."""
    found = []
    for number in notes:
        score = walking(number)
        for transform in towards(RomanNumerals):
            harmonic_analysis(score.excerpt(0, 3), use=transform.name)  # loads its weights
            start = time.perf_counter()
            harmonic_analysis(score, use=transform.name)
            found.append(Figure(f"{transform.name}, {number:,} notes", time.perf_counter() - start, "s"))
    return found


def walking(number: int) -> Score:
    """Four voices in eighths that walk up and down the scale by steps, each at random."""
    rng = np.random.default_rng(0)
    bars = max(4, number // A_BAR)
    time_signature, key = TimeSignature((4,), 4), KeySignature(0, "major")
    measures = tuple(Measure(Fraction(4 * at), Fraction(4), time_signature, key, str(at + 1)) for at in range(bars))
    parts = []
    for octave in OCTAVES:
        places = np.cumsum(rng.integers(-1, 2, size=8 * bars)) % len(SCALE)
        rows = tuple(
            tuple(
                Event(Fraction(at, 2), Fraction(1, 2), (SpelledPitch(SCALE[places[8 * bar + at]], octave),))
                for at in range(8)
            )
            for bar in range(bars)
        )
        parts.append(ScorePart(rows, clefs=(Clef(Fraction(0), "G2" if octave > 3 else "F4"),)))
    return Score(measures, tuple(parts))
