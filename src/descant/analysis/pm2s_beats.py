"""Beats of performed notes, from a network that reads them as a row and a bar pointer (Liu et al., ISMIR 2022).

What a player plays tells the beat by what is struck together, how long and how low it is, and how its time divides.
PM2S reads notes, not frames: convolutions and a recurrent network over the row of notes say of each how likely it is to
fall on a beat and on a downbeat; dynamic programming then finds the beats, some of which have no note. Here a row is
one cluster of notes struck at once, and the dynamic programming is the bar pointer's (`bar_pointer`), which follows
rubato more freely than in sound. The network is in `pm2s_beats_model.py`; its other heads, the place in the beat and
the metre, only help it to learn.

Liu, Kong, Morfi and Benetos: Performance MIDI-to-Score Conversion by Neural Beat Tracking, ISMIR 2022.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant import weights
from descant.analysis.bar_pointer import Habits, Observations, StateSpace, decode, state_space
from descant.analysis.note_clusters import Clusters, clusters
from descant.features import FRAME_RATE
from descant.types import Beats, Notes
from descant.weights.chunked import Chunked

WEIGHTS = "pm2s_beats"
GRID = 24  # steps a beat
# Where in its beat a cluster may stand, in steps: plain, halves, quarters, thirds, sixths, eighths; then all else.
PLACES = (0, 12, 6, 18, 8, 16, 4, 20, 3, 9, 15, 21)
PHASES = len(PLACES) + 1
METRES = ("2/4", "3/4", "4/4", "2/2", "3/8", "6/8", "9/8", "12/8", "other")

Array = npt.NDArray[np.float32]

HABITS = Habits(
    bars=(2, 3, 4),
    bar_cost=(0.3, 0.0, 0.0),
    metre_change=4.0,
    tempo_change=10.0,
    jitter=0.5,
    reach=14,
    typical_bpm=85.0,
    octaves=0.8,
    prior_weight=0.2,
)
BEAT_BIAS, DOWNBEAT_BIAS = -3.5, -1.5  # logits at which yes and no are as likely
MOST = 8.0  # logits count no further
MISSED = -1.0  # for a beat on which nothing is struck
BESIDE = (0.0, -0.2, -1.5)  # for a beat so many frames beside a cluster
LEAST_NOTES = 4


def pm2s_beats(notes: Notes, *, min_bpm: float = 32.0, max_bpm: float = 240.0) -> Beats:
    """Beats with their positions in bars of two, three or four; none where fewer than four moments are struck.

    A beat's confidence is the network's probability; half where nothing is struck.
    """
    found = clusters(notes)
    if len(found) < LEAST_NOTES:
        return Beats(np.zeros(0), np.zeros(0, dtype=np.int64))
    beat, downbeat = told(found.features)
    return beats_of(found, beat, downbeat, state_space(min_bpm, max_bpm, HABITS))


def told(features: Array) -> tuple[Array, Array]:
    """The network's logits of beat and downbeat, (n,) each."""
    model = weights.load(WEIGHTS)
    chunked = Chunked(
        lambda rows: {name: out[0] for name, out in model.run({"frames": rows[np.newaxis]}).items()},
        model.card.context,
        model.card.chunk,
    )
    parts = [*chunked.push(features), *chunked.finish()]
    return np.concatenate([one["beat"] for one in parts]), np.concatenate([one["downbeat"] for one in parts])


def beats_of(found: Clusters, beat: Array, downbeat: Array, space: StateSpace) -> Beats:
    """The beats that go best with the logits of every cluster."""
    start = float(found.time[0]) - 1.0  # a second of silence on either side
    frame = np.round((found.time - start) * FRAME_RATE).astype(np.int64)
    beat = np.clip(beat - BEAT_BIAS, -MOST, MOST)
    downbeat = np.clip(downbeat - DOWNBEAT_BIAS, -MOST, MOST)
    heard = observed(space, frame, beat, downbeat, int(frame[-1] + FRAME_RATE) + 1)
    at, position = decode(space, heard)
    time, sure = _snapped(at, frame, found.time, beat, start)
    first, last = found.time[0] - 0.06, found.time[-1] + 0.06
    kept = (time >= max(first, 0.0)) & (time <= last) & (np.diff(time, prepend=-1.0) > 0)
    return Beats(time[kept], position[kept], sure[kept])


def observed(
    space: StateSpace, frame: npt.NDArray[np.int64], beat: Array, downbeat: Array, frames: int
) -> Observations:
    """What clusters say for beats in every frame."""
    sure = 1 / (1 + np.exp(-beat))
    first = beat + sure * -np.logaddexp(0, -downbeat)
    other = beat + sure * -np.logaddexp(0, downbeat)
    rows = np.full((frames, 2), MISSED, dtype=np.float32)
    for apart, cost in enumerate(BESIDE):
        for side in {apart, -apart}:
            near = np.clip(frame + side, 0, frames - 1)
            np.maximum.at(rows[:, 0], near, (first + cost).astype(np.float32))
            np.maximum.at(rows[:, 1], near, (other + cost).astype(np.float32))
    # A beat right on a cluster that is none is worse than a beat on nothing.
    rows[frame, 0] = np.maximum(first, -MOST)
    rows[frame, 1] = np.maximum(other, -MOST)
    number = np.ones(int(space.last[-1]) + 1, dtype=np.int64)
    number[space.first] = 0
    nothing = np.zeros(frames, dtype=np.float32)
    return Observations(np.ascontiguousarray(rows[:, number]), nothing, nothing)


def _snapped(
    at: npt.NDArray[np.int64], frame: npt.NDArray[np.int64], time: npt.NDArray[np.float64], beat: Array, start: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Each beat's time and confidence: those of the likeliest cluster within reach."""
    seconds = start + at / FRAME_RATE
    sure = np.full(len(at), 0.5)
    for number, one in enumerate(at.tolist()):
        low, high = np.searchsorted(frame, [one - len(BESIDE) + 1, one + len(BESIDE)])
        if low < high:
            near = low + int(np.argmax(beat[low:high] - np.abs(frame[low:high] - one)))
            seconds[number] = time[near]
            sure[number] = 1 / (1 + np.exp(-float(beat[near])))
    return seconds, sure
