"""What sounds together in a chorale: chords, tones outside of them, and leading notes that rise.

Chords are triads and seventh chords, whole or without their fifth. A beat's chord is the one that has most of what is
sung during it, so that passing notes and suspensions are what is left over; a chord that changes within a beat is
heard as one with tones outside of it. Of equals triads go first.

A leading note is asked about where it belongs to a dominant (V, V7, vii° or vii°7) that a tonic triad follows at once,
and its voice moves: does it rise to the tonic? Bach's outer voices let it, his inner ones often do not. The key is the
one that goes best with what is sung two bars around (`frames_before.py`): that hears short modulations, not a single
applied dominant.

Frames are (steps, 4) MIDI numbers, REST where a voice is silent (`jsb_raster.py`).
"""

from __future__ import annotations

import numpy as np

from descant.composition.frames_before import key_of
from descant.composition.voice_leading import Places
from descant.types.arrays import BoolArray, FloatArray, IntArray

TRIADS = ((0, 4, 7), (0, 3, 7), (0, 3, 6), (0, 4, 8))
SEVENTHS = ((0, 4, 7, 10), (0, 3, 7, 10), (0, 4, 7, 11), (0, 3, 6, 10), (0, 3, 6, 9))
BEAT = 4  # steps
AROUND = 16  # steps of the key's window on each side
LEADING = 11  # semitones above the tonic
DOMINANT = (2, 5, 7, 8, 9, LEADING)
TONICS = ((0, 4, 7), (0, 3, 7))  # major and minor
ENOUGH = 3  # voices that make a chord


def _sets(shapes: tuple[tuple[int, ...], ...]) -> BoolArray:
    """Shapes on every root, (12 * shapes, 12)."""
    found = np.zeros((len(shapes) * 12, 12), dtype=bool)
    for at, shape in enumerate(shapes):
        for root in range(12):
            found[at * 12 + root, (root + np.array(shape)) % 12] = True
    return found


_WHOLE = _sets(TRIADS + SEVENTHS)
_FIFTHLESS = _sets(tuple((*shape[:2], *shape[3:]) for shape in TRIADS + SEVENTHS))
_BITS = 1 << np.arange(12)
_IS_CHORD = np.zeros(1 << 12, dtype=bool)
_IS_CHORD[np.concatenate([_WHOLE, _FIFTHLESS]) @ _BITS] = True


def chords(frames: IntArray) -> Places:
    """Steps where all that sounds is a chord, (steps,); asked where three voices sing."""
    asked = np.count_nonzero(frames >= 0, axis=1) >= ENOUGH
    return Places(asked & _IS_CHORD[(pitch_classes(frames) > 0) @ _BITS], asked)


def non_chord_tones(frames: IntArray) -> Places:
    """What is sung outside of its beat's chord, (steps, 4)."""
    chord = _WHOLE[beat_chords(frames)][np.arange(len(frames)) // BEAT]  # (steps, 12)
    asked = frames >= 0
    return Places(asked & ~np.take_along_axis(chord, frames % 12, axis=1), asked)


def beat_chords(frames: IntArray) -> IntArray:
    """The chord of each beat, (beats,): its root, and 12 for each of TRIADS + SEVENTHS before its own."""
    sung = np.zeros((-(-len(frames) // BEAT), 12))
    np.add.at(sung, np.arange(len(frames)) // BEAT, pitch_classes(frames))
    return np.asarray(np.argmax(sung @ _WHOLE.T, axis=1))


def leading_notes(frames: IntArray) -> Places:
    """Those that leave a dominant for its tonic, and those of them that rise to it, (steps - 1, 4)."""
    key = local_keys(frames)[:-1, None]
    here, after = (_degrees(part, key) for part in (frames[:-1], frames[1:]))
    moves = (frames[:-1] >= 0) & (frames[1:] >= 0) & (frames[1:] != frames[:-1])
    tonic = np.array(TONICS)[(key[:, 0] >= 12).astype(int)]
    from_dominant = ~np.delete(here, DOMINANT, axis=1).any(axis=1)
    to_tonic = after[:, 0] & (np.take_along_axis(after, tonic, axis=1).sum(axis=1) == after.sum(axis=1))
    asked = moves & ((frames[:-1] - key) % 12 == LEADING) & (from_dominant & to_tonic)[:, None]
    return Places(asked & (frames[1:] - frames[:-1] == 1), asked)


def local_keys(frames: IntArray) -> IntArray:
    """The key around each step, (steps,): 0 to 11 major by tonic, 12 to 23 minor, 24 where nothing is sung."""
    upto = np.concatenate([np.zeros((1, 12)), pitch_classes(frames).cumsum(axis=0)])
    at = np.arange(len(frames))
    window = upto[np.minimum(at + AROUND + 1, len(frames))] - upto[np.maximum(at - AROUND, 0)]
    return np.array([key_of(one) for one in window], dtype=np.int64)


def pitch_classes(frames: IntArray) -> FloatArray:
    """How many voices sing each, (steps, 12)."""
    step, voice = np.nonzero(frames >= 0)
    found = np.zeros((len(frames), 12))
    np.add.at(found, (step, frames[step, voice] % 12), 1.0)
    return found


def _degrees(frames: IntArray, key: IntArray) -> BoolArray:
    """Which semitones above the tonic are sung, (steps, 12)."""
    above = (np.arange(12) + key) % 12
    return np.asarray(np.take_along_axis(pitch_classes(frames) > 0, above, axis=1))
