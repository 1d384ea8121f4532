"""Beats of performed notes, from a network that reads them as a row and a bar pointer (Liu et al., ISMIR 2022).

What a player plays tells the beat by what is struck together, how long and how low it is, and how its time divides.
PM2S reads notes, not frames: convolutions and a recurrent network over the row of notes say of each how likely it is to
fall on a beat and on a downbeat, and where in the beat; dynamic programming then finds the beats, some of which have no
note. Here a row is one cluster of notes struck at once, and the dynamic programming is the bar pointer's
(`bar_pointer`), which follows rubato more freely than in sound. Every cluster counts on every path, by where in its
beat the path puts it (`places_in_beat`). Once beats are known, those that are alike tell whether bars have three of
them (`beat_likeness`). The network is in `pm2s_beats_model.py`.

Liu, Kong, Morfi and Benetos: Performance MIDI-to-Score Conversion by Neural Beat Tracking, ISMIR 2022.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from descant import weights
from descant.analysis.bar_pointer import Habits, Observations, StateSpace, decode, state_space
from descant.analysis.beat_likeness import threefold
from descant.analysis.note_clusters import Clusters, clusters
from descant.analysis.places_in_beat import within_beats
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
    metre_change=9.0,
    tempo_change=10.0,
    jitter=0.5,
    reach=14,
    typical_bpm=100.0,
    octaves=0.8,
    prior_weight=1.0,
)
BEAT_BIAS, DOWNBEAT_BIAS = -2.5, -1.0  # logits at which yes and no are as likely
BEAT_WEIGHT, PLACE_WEIGHT, METRE_WEIGHT = 0.6, 0.5, 0.15
UNSURE = 1.5  # what logits of places are divided by: the network is surer than it should be
MOST = 8.0  # logits count no further
UNLIKELY = -5.0  # nor does the logarithm of a metre's probability
MISSED = -1.0  # for a beat on which nothing is struck
BESIDE = (0.0, -0.1, -0.5)  # for a beat so many frames beside a cluster
METRES_OF_BAR = {2: ("2/4", "2/2", "6/8"), 3: ("3/4", "3/8", "9/8"), 4: ("4/4", "12/8")}
# Of how alike beats are that lie three apart: where it speaks for neither, how far it counts, and its weight a beat.
USUAL_THREE, MOST_THREE, THREE_WEIGHT = 0.1, 0.4, 1.0
LEAST_NOTES = 4


def pm2s_beats(notes: Notes, *, min_bpm: float = 32.0, max_bpm: float = 240.0) -> Beats:
    """Beats with their positions in bars of two, three or four; none where fewer than four moments are struck.

    A beat's confidence is the network's probability; half where nothing is struck.
    """
    found = clusters(notes)
    if len(found) < LEAST_NOTES:
        return Beats(np.zeros(0), np.zeros(0, dtype=np.int64))
    logits = told(found.features)
    space = state_space(min_bpm, max_bpm, HABITS)
    heard = observed(space, found, logits)
    first = beats_of(found, logits, space, heard)
    lean = float(np.clip(threefold(notes, first) - USUAL_THREE, -MOST_THREE, MOST_THREE))
    return beats_of(found, logits, leaning(space, lean), heard)


def leaning(space: StateSpace, lean: float) -> StateSpace:
    """The state space with bars of three the likelier, and others the less likely, the higher `lean` is."""
    side = np.array([bar if bar % 3 == 0 else -bar for bar in space.bars])
    return replace(space, bar=(space.bar + THREE_WEIGHT * lean * side).astype(np.float32))


@dataclass(frozen=True, eq=False)
class Told:
    """The network's logits of every cluster."""

    beat: Array  # (n,)
    downbeat: Array  # (n,)
    phase: Array  # (n, PHASES)
    metre: Array  # (n, METRES)


def told(features: Array) -> Told:
    """What the network says of clusters."""
    model = weights.load(WEIGHTS)
    chunked = Chunked(
        lambda rows: {name: out[0] for name, out in model.run({"frames": rows[np.newaxis]}).items()},
        model.card.context,
        model.card.chunk,
    )
    parts = [*chunked.push(features), *chunked.finish()]
    return Told(*(np.concatenate([one[field.name] for one in parts]) for field in fields(Told)))


def beats_of(found: Clusters, told: Told, space: StateSpace, heard: Observations) -> Beats:
    """The beats that go best with what is observed; told of every cluster is what they are snapped to."""
    at, position = decode(space, heard)
    time, sure = _snapped(at, _frames(found), found.time, told.beat, _start(found))
    first, last = found.time[0] - 0.06, found.time[-1] + 0.06
    kept = (time >= max(first, 0.0)) & (time <= last) & (np.diff(time, prepend=-1.0) > 0)
    return Beats(time[kept], position[kept], sure[kept])


def observed(space: StateSpace, found: Clusters, told: Told) -> Observations:
    """What clusters say for beats in every frame, and for where in them they stand themselves."""
    frame = _frames(found)
    frames = int(frame[-1] + FRAME_RATE) + 1
    beat = BEAT_WEIGHT * np.clip(told.beat - BEAT_BIAS, -MOST, MOST)
    downbeat = np.clip(told.downbeat - DOWNBEAT_BIAS, -MOST, MOST)
    sure = 1 / (1 + np.exp(-told.beat))
    first = beat - sure * np.logaddexp(0, -downbeat)
    other = beat - sure * np.logaddexp(0, downbeat)
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
    beats = rows[:, number]
    metre = told.metre - np.logaddexp.reduce(told.metre, axis=1, keepdims=True)
    for bar, downbeat_of in zip(space.bars, space.first.tolist(), strict=True):
        named = [METRES.index(one) for one in METRES_OF_BAR[bar]]
        beats[frame, downbeat_of] += METRE_WEIGHT * np.maximum(np.logaddexp.reduce(metre[:, named], axis=1), UNLIKELY)
    within = within_beats(frame, told.phase / UNSURE, np.array(PLACES) / GRID, frames, space.intervals)
    within *= PLACE_WEIGHT
    nothing = np.zeros(frames, dtype=np.float32)
    return Observations(np.ascontiguousarray(beats), nothing, nothing, within)


def _start(found: Clusters) -> float:
    """The time of the first frame: there is a second of silence on either side."""
    return float(found.time[0]) - 1.0


def _frames(found: Clusters) -> npt.NDArray[np.int64]:
    """(n,) the frame of every cluster."""
    return np.round((found.time - _start(found)) * FRAME_RATE).astype(np.int64)


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
