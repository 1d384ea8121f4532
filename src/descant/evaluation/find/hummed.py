"""Hums made from tunes that are known: what people do to a tune when they hum it, in three levels, as notes.

A stretch of the tune is taken, in another key and tempo. Notes go wrong by a semitone or two, are left out, held over
the next one, or ornamented; some slip an octave; the pitch drifts and is unsteady from note to note, and so is time.
All is drawn from the tune's own random numbers, so that a hum of a tune at a level is always the same. The levels were
set down before anything was measured with them.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from descant.types import Melody
from descant.types.arrays import FloatArray

USUAL_STEP = 0.4  # seconds from note to note, the median, before the tempo is drawn
TEMPO = 0.5  # octaves that the whole is faster or slower at most
KEYS = (-7.0, 7.0)  # semitones that the whole is moved by, with fractions
SOUNDS = 0.9  # share of the time to the next note that a note sounds
LONGEST_REST = 1.0  # seconds
ORNAMENT = 0.35  # share of a note that is taken by the one before it
FEWEST = 8  # notes of a tune that is hummed


@dataclass(frozen=True)
class Level:
    """How much is done to a tune."""

    name: str
    notes: int  # that are hummed, before any is left out
    at_bars: bool  # begun where a bar begins, else at any note
    jitter: float  # cents, standard deviation from note to note
    drift: float  # semitones by which the pitch has moved in the end, at most
    wrong: float  # share of notes that are a semitone or two off
    octave: float  # share of notes that slip an octave
    dropped: float  # share of notes that are left out, with their time
    merged: float  # share of notes that are held over the next, which is not sung
    extra: float  # share of notes that get an ornament
    tempo_drift: float  # octaves by which the tempo has changed in the end, at most
    timing: float  # octaves, standard deviation of each note's length
    noise_db: float  # level of the noise in sound, dB above the voice's own


EASY = Level("easy", 20, True, 15.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.1, -40.0)
MODERATE = Level("moderate", 16, False, 40.0, 1.0, 0.03, 0.02, 0.05, 0.05, 0.02, 0.25, 0.25, -25.0)
HARD = Level("hard", 12, False, 70.0, 2.0, 0.08, 0.05, 0.1, 0.1, 0.05, 0.5, 0.4, -15.0)
LEVELS = (EASY, MODERATE, HARD)


def hummed(tune: Melody, level: Level, seed: int = 0) -> Melody:
    """The tune as somebody hums it, in seconds from 0; the same for the same tune, level and seed."""
    rng = np.random.default_rng([zlib.crc32(tune.to_bytes()), LEVELS.index(level), seed])
    first = _start(tune, level, rng)
    last = min(first + level.notes, len(tune))
    pitch = tune.pitch[first:last].copy()
    step = np.diff(tune.onset[first:last], append=tune.onset[last - 1] + tune.duration[last - 1])  # to the next note
    sound = np.minimum(tune.duration[first:last], step)
    unit = USUAL_STEP * 2.0 ** rng.uniform(-TEMPO, TEMPO) / float(np.median(step))
    step, sound = step * unit, sound * unit
    step = np.minimum(step, sound + LONGEST_REST)

    off = rng.random(len(pitch)) < level.wrong
    pitch[off] += rng.choice([-2, -1, 1, 2], int(off.sum()))
    pitch, step, sound = _left_out(pitch, step, sound, level, rng)
    pitch, step, sound = _ornamented(pitch, step, sound, level, rng)
    slipped = rng.random(len(pitch)) < level.octave
    pitch[slipped] += rng.choice([-12, 12], int(slipped.sum()))

    count = len(pitch)
    share = np.linspace(0.0, 1.0, count)
    pitch += rng.uniform(*KEYS) + rng.uniform(-level.drift, level.drift) * share
    pitch += rng.normal(0.0, level.jitter / 100, count)
    uneven = 2.0 ** (rng.uniform(-level.tempo_drift, level.tempo_drift) * share + rng.normal(0, level.timing, count))
    step, sound = step * uneven, sound * uneven
    return Melody(np.clip(pitch, 0, 127), np.cumsum(step) - step, SOUNDS * sound, "seconds")


def _start(tune: Melody, level: Level, rng: np.random.Generator) -> int:
    last = max(len(tune) - level.notes, 0)
    starts = np.arange(last + 1)
    if level.at_bars and tune.bars is not None and len(tune.bars):
        begins = np.unique(np.searchsorted(tune.onset, tune.bars - 1e-6))
        starts = np.unique(np.append(begins[begins <= last], 0))
    return int(rng.choice(starts))


def _left_out(
    pitch: FloatArray, step: FloatArray, sound: FloatArray, level: Level, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Notes are dropped with their time, or give it to the note before; the first one is always sung."""
    drawn = rng.random(len(pitch))
    drawn[0] = 1.0
    held = drawn < level.merged
    dropped = (drawn >= level.merged) & (drawn < level.merged + level.dropped)
    kept: list[int] = []
    step, sound = step.copy(), sound.copy()
    for at in range(len(pitch)):
        if held[at]:
            sound[kept[-1]] = step[kept[-1]] + sound[at]
            step[kept[-1]] += step[at]
        elif not dropped[at]:
            kept.append(at)
    return pitch[kept], step[kept], sound[kept]


def _ornamented(
    pitch: FloatArray, step: FloatArray, sound: FloatArray, level: Level, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Notes begin with another one, a semitone or two above or below."""
    where = np.flatnonzero(rng.random(len(pitch)) < level.extra)
    away = rng.choice([-2, -1, 1, 2], len(where))
    taken = ORNAMENT * sound[where]
    step, sound = step.copy(), sound.copy()
    step[where] -= taken
    sound[where] -= taken
    return (
        np.insert(pitch, where, pitch[where] + away),
        np.insert(step, where, taken),
        np.insert(sound, where, taken),
    )
