"""Whether a recording is somebody speaking: a pitch that is there and never rests.

The pitch of speech glides: it hardly ever keeps within half a semitone for an eighth of a second, while notes do for
most of the time that they sound. A singer's vibrato does not either, but its mean stays, from one period to the next.
So what speaks is what neither rests nor has a mean that stays.

How unlike the pitches of speech and song are: Zatorre and Baum, Musical Melody and Speech Intonation: Singing a
Different Tune, PLoS Biology 10(7), 2012. The bounds were chosen on nine synthesised voices that speak, three that sing
and seven recordings of music.
"""

from __future__ import annotations

import numpy as np

from descant.types import PitchContour
from descant.types.arrays import FloatArray

WINDOW, PERIOD = 0.128, 0.18  # seconds in which a pitch rests, and over which vibrato is evened out
NARROW, NEAR = 0.5, 0.3  # semitones: the range of a pitch that rests, and how near a mean that stays is to the next
RESTING, STAYING = 0.25, 0.6  # shares of the time with a pitch, of which speech has less
LEAST = 1.5  # seconds of unbroken pitch, to tell anything


def speaking(contour: PitchContour) -> bool:
    """Whether it is the pitch of speech; no where too little is voiced."""
    if len(contour.time) < 2:
        return False
    step = float(np.median(np.diff(contour.time)))
    pitch = np.where(contour.voiced, 12 * np.log2(np.maximum(contour.hz, 1.0)), np.nan)
    ranges = _windows(pitch, round(WINDOW / step) + 1)
    spread = ranges.max(axis=1) - ranges.min(axis=1)
    spread = spread[~np.isnan(spread)]
    count = round(PERIOD / step)
    means = _windows(pitch, count).mean(axis=1)
    moved = np.abs(means[count:] - means[:-count])
    moved = moved[~np.isnan(moved)]
    if len(spread) * step < LEAST or not len(moved):
        return False
    return bool(np.mean(spread < NARROW) < RESTING and np.mean(moved < NEAR) < STAYING)


def _windows(pitch: FloatArray, length: int) -> FloatArray:
    """(n, length) every stretch of so many frames; those with a gap are not a number throughout their maximum."""
    if len(pitch) < length:
        return np.full((1, length), np.nan)
    found: FloatArray = np.lib.stride_tricks.sliding_window_view(pitch, length)
    return found
