"""The bar pointer: a hidden Markov model over the position in the bar and the tempo, for whatever is observed.

The state space is the efficient one of Krebs, Böck and Widmer (An Efficient State-Space Model for Joint Tempo and
Meter Tracking, ISMIR 2015): a beat that lasts n frames has n states, the pointer moves on by one state a frame, and
the tempo may change only at a beat, with a probability that falls exponentially with the relative change. Bars of
several kinds are followed at once; the metre may change at a bar line.

Between two beats a path has no choice, so Viterbi is solved only where beats begin: the best path that begins a beat
at frame t continues one that began the beat before at frame t - n, for some n. The result is that of the full state
space (a test compares the two). No beat is shorter than the shortest, so that many frames are solved at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features import FRAME_RATE

Array = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

IMPOSSIBLE = np.float32(-1e30)  # a log-probability; finite, so that sums of it stay numbers


@dataclass(frozen=True)
class StateSpace:
    """Bars, tempi and the log-probabilities of moving between them."""

    bars: tuple[int, ...]  # beats of each kind of bar
    bar: Array  # (bars,) log-prior of each kind, paid at each downbeat
    metre_change: float  # log-probability of a bar of another kind than the last
    intervals: Ints  # (K,) frames a beat may last, consecutive numbers
    tempo: Array  # (K,) log-prior of each interval, paid at each beat
    tempo_change: Array  # (K, K) log-probability of an interval (row) to be followed by another (column)
    reach: int  # frames: an interval changes by no more at once

    @property
    def first(self) -> Ints:
        """The index of each bar's downbeat among all beats of all bars."""
        return np.asarray(np.cumsum(self.bars) - np.array(self.bars))

    @property
    def last(self) -> Ints:
        """The index of each bar's last beat."""
        return np.cumsum(self.bars) - 1


@dataclass(frozen=True)
class Observations:
    """Log-likelihood ratios of every frame: that what is named falls on it, against nothing in particular."""

    beat: Array  # (frames, S): the s-th beat of all bars
    half: Array  # (frames,): the middle of a beat
    quarter: Array  # (frames,): the first or the third quarter of a beat


@dataclass(frozen=True)
class Habits:
    """What is usual: bars, tempi and their changes."""

    bars: tuple[int, ...]  # beats of each kind of bar
    bar_cost: tuple[float, ...]  # natural units a bar
    metre_change: float = 4.0  # natural units
    tempo_change: float = 60.0  # the paper's lambda
    jitter: float = 0.3  # of that cost, for a change of one frame: the grid's own rounding is no change of tempo
    reach: int = 9  # frames
    typical_bpm: float = 108.0  # with `octaves`, a log-normal prior of tempo
    octaves: float = 0.7
    prior_weight: float = 0.85  # a second


def state_space(min_bpm: float, max_bpm: float, habits: Habits) -> StateSpace:
    """The state space of tempi within the bounds."""
    shortest, longest = round(60 * FRAME_RATE / max_bpm), round(60 * FRAME_RATE / min_bpm)
    intervals = np.arange(shortest, longest + 1)
    octaves = np.log2(60 * FRAME_RATE / intervals / habits.typical_bpm)
    step = np.abs(intervals - intervals[:, None])
    change = -habits.tempo_change * step / intervals[:, None] * np.where(step == 1, habits.jitter, 1.0)
    change[step > habits.reach] = IMPOSSIBLE
    change -= np.log(np.exp(change).sum(axis=1, keepdims=True))
    prior = -0.5 * (octaves / habits.octaves) ** 2 * habits.prior_weight * intervals / FRAME_RATE
    return StateSpace(
        bars=habits.bars,
        bar=-np.array(habits.bar_cost, dtype=np.float32),
        metre_change=-habits.metre_change,
        intervals=intervals,
        # Paid by the second, not by the beat, or else fast tempi would pay more often.
        tempo=prior.astype(np.float32),
        tempo_change=change.astype(np.float32),
        reach=habits.reach,
    )


def decode(space: StateSpace, heard: Observations) -> tuple[Ints, Ints]:
    """The most likely beats by Viterbi: (frames, positions in the bar from 1)."""
    frames, beats = heard.beat.shape
    intervals, reach = space.intervals, space.reach
    kinds, choices = len(space.bars), len(intervals)
    block, ring = int(intervals[0]), int(intervals[0] + intervals[-1])
    played = heard.beat.copy()
    played[:, space.first] += space.bar
    switch = np.full((kinds, kinds), space.metre_change, dtype=np.float32)
    np.fill_diagonal(switch, 0.0)
    banded = _banded(space.tempo_change, reach)
    parts = [np.round(intervals * part).astype(int) for part in (0.25, 0.5, 0.75)]
    half, quarter = (np.pad(one, (0, int(intervals[-1])), mode="edge") for one in (heard.half, heard.quarter))
    column = np.arange(choices)

    def between(start: Ints) -> Array:
        """What a beat scores after its beginning, for frames (n, K) of which column k lasts the k-th interval."""
        first, middle, third = (start + part for part in parts)
        return np.asarray(quarter[first] + half[middle] + quarter[third] + space.tempo, dtype=np.float32)

    # best[t % ring, s, k]: the best path on which the s-th beat begins at t and will last the k-th interval.
    best = np.zeros((ring, beats, choices), dtype=np.float32)
    came = np.empty((frames, beats, choices), dtype=np.int8)  # [t, s, k]: the interval of beat s, ended at t, before k
    turned = np.empty((frames, kinds, choices), dtype=np.int8)  # the kind of bar that ended where another began
    ended = np.full((block, beats, choices + 2 * reach), IMPOSSIBLE, dtype=np.float32)
    lowered = 0.0  # by how much the numbers in `best` have been lowered
    for low in range(0, frames, block):
        now = np.arange(low, min(frames, low + block))
        start = now[:, None] - intervals  # (n, K)
        path = best[start % ring, :, column] + between(np.maximum(start, 0))[:, :, None]  # (n, K, S)
        path[start < 0] = -lowered  # the beat before the first began before the sound: any state may be the first
        ended[: len(now), :, reach : reach + choices] = path.transpose(0, 2, 1)
        after, came[now] = _change_tempo(ended[: len(now)], banded)  # (n, S, K)
        begun = np.roll(after, 1, axis=1)
        bars = after[:, space.last, None, :] + switch[:, :, None]  # (n, from, to, K)
        turned[now] = bars.argmax(axis=1)
        begun[:, space.first] = bars.max(axis=1)
        best[now % ring] = begun + played[now][:, :, None]
        # Small numbers keep their precision over hours; only their differences count.
        highest = best[now % ring].max()
        best -= highest
        lowered += highest

    # The last beat lasts beyond the end.
    final = np.arange(max(0, frames - int(intervals[-1])), frames)
    path = best[final % ring] + between(np.broadcast_to(final[:, None], (len(final), choices)))[:, None, :]
    path = np.where((final[:, None] + intervals < frames)[:, None, :], IMPOSSIBLE, path)
    last, beat, interval = (int(one) for one in np.unravel_index(path.argmax(), path.shape))
    return _trace(space, came, turned, int(final[last]), beat, interval)


def _banded(change: Array, reach: int) -> Array:
    """(2 * reach + 1, K): the log-probability to come to each interval from those within reach, the shortest first."""
    choices = len(change)
    padded = np.full((choices + 2 * reach, choices), IMPOSSIBLE, dtype=np.float32)
    padded[reach : reach + choices] = change
    return np.stack([padded[to : to + 2 * reach + 1, to] for to in range(choices)], axis=1)


def _change_tempo(ended: Array, banded: Array) -> tuple[Array, npt.NDArray[np.int8]]:
    """The best score with which each interval is come to, and the interval it is come from, both (n, S, K).

    ended: (n, S, K + 2 * reach), the paths that ended a beat, `reach` impossible intervals on either side.
    """
    steps, choices = banded.shape
    best = ended[:, :, :choices] + banded[0]
    step = np.zeros(best.shape, dtype=np.int8)
    option = np.empty_like(best)
    for at in range(1, steps):
        np.add(ended[:, :, at : at + choices], banded[at], out=option)
        np.putmask(step, option > best, at)
        np.maximum(best, option, out=best)
    came = np.arange(choices) + step - steps // 2
    return best, np.clip(came, 0, choices - 1).astype(np.int8)


def _trace(
    space: StateSpace, came: npt.NDArray[np.int8], turned: npt.NDArray[np.int8], frame: int, beat: int, interval: int
) -> tuple[Ints, Ints]:
    """Follow the best path back from its last beat: (frames, positions), in order of time."""
    first, last = space.first, space.last
    found: list[tuple[int, int]] = []
    while frame >= 0:
        kind = int(np.searchsorted(first, beat, side="right")) - 1
        found.append((frame, beat - int(first[kind]) + 1))
        beat = beat - 1 if beat > first[kind] else int(last[turned[frame, kind, interval]])
        interval = int(came[frame, beat, interval])
        frame -= int(space.intervals[interval])
    frames, positions = zip(*reversed(found), strict=True)
    return np.array(frames), np.array(positions)
