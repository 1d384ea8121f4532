"""What the network of `melody` is told of each note: its register, its length, what sounds, and what is near in pitch.

Times may be seconds or quarters: all are told in octaves of the piece's own usual step, the median time from one onset
to the next. Loudness is not told, so that a score is read as a performance is. Around each note the network looks at
the pitches up to an octave away: which of them sound, how long ago each was struck, and how soon each is struck again.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.types.arrays import FloatArray, IntArray

REACH = 12  # semitones on either side that a note looks at
ROUND = 2 * REACH + 1  # pitches that it looks at
PLAIN = 15
FEATURES = PLAIN + 3 * ROUND
TOGETHER = 0.03  # seconds or quarters: notes that begin closer than this to the first of them are struck together
NEAR, FAR = -2.0, 5.0  # octaves of the usual step between which times are told apart
AROUND = 24  # notes on either side with which a note's register is compared

Array = npt.NDArray[np.float32]


def clusters(onset: FloatArray) -> IntArray:
    """(c + 1,) the first note of each group that is struck together, then the number of notes."""
    first = []
    start = -np.inf
    for at, time in enumerate(onset.tolist()):
        if time > start + TOGETHER:
            first.append(at)
            start = time
    return np.array([*first, len(onset)], dtype=np.int64)


def usual_step(onset: FloatArray) -> float:
    """The median time from one onset to the next; 1 where there is one alone."""
    time = onset[clusters(onset)[:-1]]
    return float(np.median(np.diff(time))) if len(time) > 1 else 1.0


def melody_features(onset: FloatArray, duration: FloatArray, pitch: IntArray, step: float) -> Array:
    """(n, FEATURES) of notes in order of onset, then pitch. step: see `usual_step`."""
    rows = np.zeros((len(onset), FEATURES), dtype=np.float32)
    bounds = clusters(onset)
    time = onset[bounds[:-1]]
    size = np.diff(bounds)
    of = np.repeat(np.arange(len(time)), size)  # each note's cluster
    gap = np.diff(time, append=max(float(np.max(onset + duration, initial=0.0)), time[-1] + TOGETHER))
    sounding, high, low, above, below = _heard(bounds, time, onset + duration, pitch)
    rows[:, 0] = (pitch - 60) / 24
    rows[:, 1] = _octaves(duration / step)
    rows[:, 2] = _octaves(gap[of] / step)
    rows[:, 3] = _octaves(np.append(gap[0], gap[:-1])[of] / step)
    rows[:, 4] = size[of] / 4
    rows[:, 5] = pitch >= np.maximum.reduceat(pitch, bounds[:-1])[of]
    rows[:, 6] = pitch <= np.minimum.reduceat(pitch, bounds[:-1])[of]
    rows[:, 7] = pitch >= high
    rows[:, 8] = pitch <= low
    rows[:, 9] = np.minimum(high - pitch, 36) / 12
    rows[:, 10] = np.minimum(pitch - low, 36) / 12
    rows[:, 11] = above / 12
    rows[:, 12] = below / 12
    rows[:, 13] = (pitch - _around(pitch)) / 12
    rows[:, 14] = (pitch - _around(high)) / 12
    rows[:, PLAIN : PLAIN + ROUND] = sounding
    ago = _since_struck(bounds, time, pitch)
    until = _since_struck(len(onset) - bounds[::-1], -time[::-1], pitch[::-1])[::-1]
    for at, apart in enumerate((ago, until), 1):
        near = 1 - (np.clip(np.log2(apart / step), NEAR, FAR) - NEAR) / (FAR - NEAR)
        rows[:, PLAIN + at * ROUND : PLAIN + (at + 1) * ROUND] = near
    return rows


def _heard(
    bounds: IntArray, time: FloatArray, end: FloatArray, pitch: IntArray
) -> tuple[npt.NDArray[np.bool_], IntArray, IntArray, IntArray, IntArray]:
    """Of every note, when it is struck: which pitches around it sound (n, ROUND), the highest and the lowest that do,
    and the semitones to the next one above and below, twice REACH where there is none.
    """
    look = np.arange(ROUND)
    until = np.full(128 + 2 * REACH, -np.inf)  # when each pitch ends, REACH lower than its index
    sounding = np.zeros((len(pitch), ROUND), dtype=bool)
    high, low, above, below = (np.zeros(len(pitch), dtype=np.int64) for _ in range(4))
    for at, (first, last) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
        mine = pitch[first:last]
        np.maximum.at(until, mine + REACH, end[first:last])
        until[mine + REACH] = np.maximum(until[mine + REACH], time[at] + 2 * TOGETHER)
        now = until > time[at] + TOGETHER
        sounding[first:last] = now[mine[:, None] + look]
        heard = np.flatnonzero(now) - REACH
        high[first:last], low[first:last] = heard[-1], heard[0]
        place = np.searchsorted(heard, mine)
        padded = np.concatenate([[-1000], heard, [1000]])
        above[first:last] = np.minimum(padded[place + 2] - mine, 2 * REACH)
        below[first:last] = np.minimum(mine - padded[place], 2 * REACH)
    sounding[:, REACH] = False  # the note itself
    return sounding, high, low, above, below


def _since_struck(bounds: IntArray, time: FloatArray, pitch: IntArray) -> FloatArray:
    """(n, ROUND) how long before each note the pitches around it were last struck, in earlier clusters."""
    look = np.arange(ROUND)
    struck = np.full(128 + 2 * REACH, -np.inf)
    found = np.zeros((len(pitch), ROUND))
    for at, (first, last) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
        mine = pitch[first:last]
        found[first:last] = time[at] - struck[mine[:, None] + look]
        struck[mine + REACH] = time[at]
    return found


def _around(pitch: IntArray) -> FloatArray:
    """(n,) the mean over the notes around each."""
    total = np.concatenate([[0.0], np.cumsum(pitch)])
    each = np.arange(len(pitch))
    first, last = np.maximum(each - AROUND, 0), np.minimum(each + AROUND + 1, len(pitch))
    found: FloatArray = (total[last] - total[first]) / (last - first)
    return found


def _octaves(steps: FloatArray) -> FloatArray:
    """Times in usual steps as half octaves, within four octaves."""
    found: FloatArray = np.clip(np.log2(np.maximum(steps, 1e-6)), -4, 4) / 2
    return found
