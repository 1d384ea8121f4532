"""Quartets: JSB chorales, each voice on an instrument of its own or all on alike ones."""

from __future__ import annotations

import numpy as np

from descant.datasets import jsb
from descant.evaluation.ears.recording import Collection, Recording
from descant.evaluation.ears.rendering import SOUNDFONTS, rendered
from descant.types import Notes, Part

CHORALES = 20  # of a split
SEED = 1685
SECONDS = 40.0

# Soprano, alto, tenor, bass; programmes chosen as for `clips`.
ENSEMBLES = (
    (71, 71, 66, 66),  # clarinets, tenor saxophones
    (56, 56, 57, 58),  # trumpets, trombone, tuba
    (24, 24, 26, 26),  # guitars
    (11, 11, 12, 12),  # vibraphones, marimbas
    (6, 6, 6, 6),  # harpsichord
    (62, 63, 81, 87),  # synthesisers
)


def ids(split: str) -> tuple[str, ...]:
    """The first chorales of the split."""
    return tuple(chorale.id for chorale in jsb.chorales(split)[:CHORALES])


def load(split: str, name: str) -> Recording:
    """The start of one chorale."""
    chorales = jsb.chorales(split)
    at = next(at for at, chorale in enumerate(chorales) if chorale.id == name)
    notes = sung(chorales[at], ENSEMBLES[at % len(ENSEMBLES)], np.random.default_rng([SEED, at]))
    sound = rendered(notes, split, f"quartets/{name.replace('/', '-')}")
    return Recording(f"{jsb.NAME}/{split}, quartets", name, sound, SOUNDFONTS[split], notes=notes)


def sung(chorale: jsb.Chorale, programs: tuple[int, ...], rng: np.random.Generator) -> Notes:
    """The chorale at a tempo of its own, the voices up to 20 ms apart, each note a little shorter than written."""
    score = chorale.score
    quarter = 60.0 / rng.uniform(60.0, 96.0)
    kept = score.onset * quarter < SECONDS
    late = rng.uniform(0.0, 0.02, kept.sum())
    onset = score.onset[kept] * quarter
    length = score.duration[kept] * quarter
    return Notes(
        onset + late,
        onset + np.maximum(0.95 * length, late + 0.05),
        score.pitch[kept],
        rng.integers(70, 105, kept.sum()),
        score.part[kept],
        tuple(Part(name, program) for name, program in zip(("S", "A", "T", "B"), programs, strict=True)),
    )


QUARTETS = Collection("quartets", ids, load, (jsb,))
