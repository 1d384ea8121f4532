"""Melody as a vector that key and tempo do not move: a histogram of n-grams of intervals in the outer voices.

The melody is taken to be the highest note at each onset, the bass, which counts somewhat less, the lowest. Each run of
one to three intervals in a voice is a word; how often it occurs is damped by a root and added at a place that a hash
gives, so that the vector has the same length whatever words there are.

Downie: Evaluating a Simple Approach to Music Information Retrieval: Conceiving Melodic N-grams as Text, PhD thesis,
University of Western Ontario 1999; Doraisamy and Rüger: Robust Polyphonic Music Retrieval with N-grams, JIIS 21(1),
2003. Simplified: intervals alone, without ratios of durations, of two voices instead of all paths.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from descant.types import Embedding, Notes
from descant.types.arrays import FloatArray, IntArray

SPACE = "melody"
MODEL = "interval-ngrams 1"
DIMENSIONS = 512
FEWEST = 12  # notes of a melody: with fewer, chance decides what they are like
PITCHED = 0.15  # of all notes: where fewer have a pitch, they are drum strokes that were misheard
LONGEST = 3  # intervals in a word
BASS = 0.7  # what a word of the bass counts beside one of the melody
TOGETHER = 0.05  # seconds: notes that begin within it begin together
HELD = 0.5  # of a note's length, before which no lower note goes on with the melody
WIDEST = 12  # semitones: of a wider interval whole octaves are taken off


def interval_ngrams(notes: Notes) -> Embedding:
    """Where a piece's melody lies among melodies, in whatever key and tempo."""
    return Embedding(SPACE, melody_vector(notes))


def melody_vector(notes: Notes) -> npt.NDArray[np.float32]:
    """The vector, (DIMENSIONS,), of performed notes; zeros where there are too few."""
    pitched = notes.only(~notes.drum)
    found = np.zeros(DIMENSIONS)
    if len(pitched) < PITCHED * len(notes):
        return found.astype(np.float32)
    for voice, (turned, weight) in enumerate(((1, 1.0), (-1, BASS))):
        line = skyline(pitched.onset, pitched.offset, turned * pitched.pitch)
        if len(line) < FEWEST:
            return np.zeros_like(found, dtype=np.float32)
        for word, count in Counter(words(pitched.pitch[line])).items():
            place = zlib.crc32(repr((voice, word)).encode())
            found[place % DIMENSIONS] += weight * np.sqrt(count)
    return (found / np.linalg.norm(found)).astype(np.float32)


def skyline(onset: FloatArray, offset: FloatArray, pitch: IntArray) -> IntArray:
    """The upper voice, by the indices of its notes: the highest of those that begin together, unless it is lower than
    the voice's last note and that has only begun.
    """
    kept: list[int] = []
    for note in np.lexsort((-pitch, np.round(onset / TOGETHER))).tolist():
        if kept:
            last = kept[-1]
            begun = onset[last] + max(TOGETHER, HELD * (offset[last] - onset[last]))
            if onset[note] < begun and (pitch[note] <= pitch[last] or onset[note] < onset[last] + TOGETHER):
                continue
        kept.append(note)
    return np.array(kept, dtype=np.int64)


def words(pitch: IntArray) -> Iterator[tuple[int, ...]]:
    """Every run of one to LONGEST intervals in a voice, semitones."""
    interval = np.diff(pitch)
    size = np.abs(interval)
    interval = np.sign(interval) * np.where(size > WIDEST, (size - 1) % WIDEST + 1, size)
    for length in range(1, LONGEST + 1):
        for first in range(len(interval) - length + 1):
            yield tuple(interval[first : first + length].tolist())
