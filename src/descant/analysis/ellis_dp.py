"""Beats by dynamic programming, as librosa does it: the tempo first, then the best chain of onsets at that tempo.

Ellis: Beat Tracking by Dynamic Programming, Journal of New Music Research 2007. The onset strength is descant's own,
so that no other pass over the sound is made. A simple system to compare with: one tempo for the whole and no downbeats;
a beat's confidence is no more than how strong its onset is. librosa compiles with numba when it first runs, which is
slow.
"""

from __future__ import annotations

import numpy as np

from descant.errors import InvalidValueError
from descant.features import FRAME_RATE, HOP, RATE, Sound, get
from descant.features.extent import Extent
from descant.features.onset_strength import LAG, OnsetStrength, onsets
from descant.registry import needs
from descant.types import Beats


@needs(OnsetStrength(), Extent())
def ellis_dp(sound: Sound, *, start_bpm: float = 120.0, tightness: float = 100.0) -> Beats:
    """Beats at one tempo near `start_bpm`, at unknown positions in the bar; none where nothing sets in.

    The higher the `tightness`, the more evenly the beats are spaced.
    """
    if not (20.0 <= start_bpm <= 400.0 and tightness > 0.0):
        raise InvalidValueError(
            f"ellis-dp needs start_bpm within 20 to 400 and a positive tightness; got {start_bpm:g} and {tightness:g}"
        )
    rises = get(sound, OnsetStrength())
    if len(onsets(rises)) < 2:
        return Beats(np.zeros(0), np.zeros(0, dtype=np.int64))

    import librosa

    strength = rises.sum(axis=1)
    _, frames = librosa.beat.beat_track(
        onset_envelope=strength, sr=RATE, hop_length=HOP, start_bpm=start_bpm, tightness=tightness
    )
    frames = np.unique(np.asarray(frames, dtype=np.int64))
    frames = frames[frames / FRAME_RATE - LAG <= get(sound, Extent())]
    typical = max(float(np.median(strength[frames])), 1e-6) if len(frames) else 1.0
    return Beats(
        time=np.maximum(frames / FRAME_RATE - LAG, 0.0),
        position=np.zeros(len(frames), dtype=np.int64),
        confidence=np.clip(0.5 * strength[frames] / typical, 0.0, 1.0),
    )
