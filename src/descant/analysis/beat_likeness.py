"""Whether bars have three beats or two and four: how alike the beats are that lie so many apart.

Beats at the same place of their bars are played more alike than others, in rhythm and register; so the likeness of
beats k apart is high where k is a whole number of bars. It is the beat spectrum of Foote and Uchihashi (The Beat
Spectrum: A New Approach to Rhythm Analysis, ICME 2001), of notes between beats instead of sound.
"""

from __future__ import annotations

import numpy as np

from descant.types import Beats, Notes
from descant.types.arrays import FloatArray

STEPS = 8  # in a beat
EARLY = 0.03  # seconds that a note may come before its beat
ON_BEAT = 0.1  # share of a beat
MOST = 3.0  # notes of one step count no further, nor standard deviations of register
SILENT = 110.0  # "pitch" of the lowest note where there is none
FEWEST = 16  # beats, to tell anything


def threefold(notes: Notes, beats: Beats) -> float:
    """How much more alike beats are that lie three or six apart than those that lie two, four or eight apart: well
    above 0 in a waltz, about 0 or below in a march. 0 where there are too few beats.
    """
    if len(beats) < FEWEST:
        return 0.0
    like = {apart: likeness(_played(notes, beats.time), apart) for apart in (2, 3, 4, 6, 8)}
    return like[3] - (like[2] + like[4]) / 2 + like[6] - (like[4] + like[8]) / 2


def likeness(beats: FloatArray, apart: int) -> float:
    """The mean product of rows so many apart, (n, features) of mean 0, as a share of the mean square."""
    square = float((beats**2).sum(axis=1).mean())
    return float((beats[:-apart] * beats[apart:]).sum(axis=1).mean()) / max(square, 1e-9)


def _played(notes: Notes, time: FloatArray) -> FloatArray:
    """What is played in each beat, (beats - 1, features): its rhythm, and how low, high and full it is."""
    count = len(time) - 1
    beat = np.searchsorted(time, notes.onset + EARLY, side="right") - 1
    inside = (beat >= 0) & (beat < count)
    beat, pitch, onset = beat[inside], notes.pitch[inside].astype(np.float64), notes.onset[inside]
    place = (onset - time[beat]) / (time[beat + 1] - time[beat])
    on = place < ON_BEAT
    rhythm = np.zeros((count, STEPS))
    np.add.at(rhythm, (beat, np.round(place * STEPS).astype(np.int64) % STEPS), 1.0)
    rhythm = np.minimum(rhythm, MOST)
    low, bass, high, full = np.full(count, SILENT), np.full(count, SILENT), np.zeros(count), np.zeros(count)
    np.minimum.at(low, beat, pitch)
    np.minimum.at(bass, beat[on], pitch[on])
    np.maximum.at(high, beat, pitch)
    np.add.at(full, beat[on], 1.0)
    register = np.stack([bass, low, high, full], axis=1)
    register = np.clip((register - np.median(register, axis=0)) / (register.std(axis=0) + 1e-9), -MOST + 1, MOST - 1)
    rhythm -= rhythm.mean(axis=0)
    rhythm /= np.sqrt((rhythm**2).sum(axis=1).mean()) + 1e-9
    together = np.concatenate([rhythm, register / 2], axis=1)
    centred: FloatArray = together - together.mean(axis=0)
    return centred
