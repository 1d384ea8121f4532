"""Whole songs as the listeners of chords and keys see them: slow levels with the truth beside them.

Augmentation happens on the levels: transposition by whole semitones, gain, equalisation and hiss.
"""

from __future__ import annotations

import numpy as np

from descant.features.posteriors import GAIN
from descant.features.slow_vqt import Levels, slowed
from descant.features.tuned_vqt import TunedVqt
from descant.features.vqt import BINS, BINS_PER_SEMITONE, Array
from descant.io.files import write_beside
from descant.training.corpora.store import Item, frames_of

TRANSPOSITIONS = (-5, 6)  # semitones, both included: every key from every song


def levels_of(item: Item) -> Levels:
    """The slow levels of a recording, (rows, BINS), kept beside it."""
    path = item.stem.with_suffix(".SlowVqt.npy")
    if not path.is_file():
        levels = slowed(frames_of(item.samples(), TunedVqt()))
        with write_beside(path) as temporary, temporary.open("wb") as file:
            np.save(file, levels)
    stored: Levels = np.load(path)
    return stored


def transposed(levels: Array, semitones: int) -> Array:
    """Levels (..., BINS) moved up by semitones; what comes in at the edge is silent."""
    shift = semitones * BINS_PER_SEMITONE
    moved = np.zeros_like(levels)
    moved[..., max(shift, 0) : BINS + min(shift, 0)] = levels[..., max(-shift, 0) : BINS - max(shift, 0)]
    return moved


def recoloured(levels: Array, rng: np.random.Generator) -> Array:
    """Levels (steps, ..., BINS) at another gain, through an equaliser, with hiss and strokes of noise between them."""
    gain_db = rng.uniform(-12.0, 6.0) + _curve(0.0, 4.0, rng)
    hiss = _curve(rng.uniform(-90.0, -50.0), 3.0, rng)
    strokes_db = _curve(rng.uniform(-80.0, -35.0), 8.0, rng)
    struck = rng.random((*levels.shape[:-1], 1)) ** 4  # a few strong, most weak
    music = np.expm1(levels) * _ratio(gain_db)
    noise = GAIN * np.hypot(_ratio(hiss), struck.astype(np.float32) * _ratio(strokes_db))
    return np.asarray(np.log1p(np.hypot(music, noise * rng.uniform(0.7, 1.3, BINS))), dtype=np.float32)


def pitchless(levels: Array, rng: np.random.Generator) -> Array:
    """Noise in place of levels (steps, ..., BINS), same shape: a smooth spectrum that comes and goes."""
    colour = np.interp(np.linspace(0.0, 5.0, BINS), np.arange(6), rng.uniform(0.0, 3.0, size=6))
    strength = rng.uniform(0.2, 1.0, size=(*levels.shape[:-1], 1))
    return np.asarray(strength * colour * rng.uniform(0.9, 1.1, size=levels.shape), dtype=np.float32)


def _curve(level_db: float, spread_db: float, rng: np.random.Generator) -> Array:
    """A smooth random curve over the bins, dB, (BINS,)."""
    knots = level_db + rng.normal(0.0, spread_db, size=6)
    return np.asarray(np.interp(np.linspace(0.0, 5.0, BINS), np.arange(6), knots), dtype=np.float32)


def _ratio(level_db: Array) -> Array:
    return np.asarray(10 ** (level_db / 20), dtype=np.float32)


def made_up(rng: np.random.Generator, chords: list[tuple[int, ...]], rows: int) -> Levels:
    """Levels of pitches sounding with three partials each, `rows` rows a chord: for tests without data."""
    levels = np.zeros((len(chords) * rows, BINS), dtype=np.float32)
    for at, pitches in enumerate(chords):
        for pitch in pitches:
            for partial, strength in ((0, 4.0), (12, 3.0), (19, 2.0)):
                centre = BINS_PER_SEMITONE * (pitch - 21 + partial) + 1
                levels[at * rows : (at + 1) * rows, centre - 1 : centre + 2] += strength * np.array([0.5, 1.0, 0.5])
    return (levels + 0.05 * rng.random(levels.shape)).astype(np.float16)
