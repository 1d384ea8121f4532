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
from typing import NamedTuple

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
    within: Array | None = None  # (frames, K): all that a beat holds that begins there and lasts the k-th interval


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
    """The most likely beats by Viterbi: (frames, positions in the bar from 1).

    Of a long recording only the pointers of its last stretch are kept; those of the others are found again, each from
    what was known at its beginning, when the path back comes to them. So memory does not grow with them.
    """
    frames = len(heard.beat)
    viterbi = _Viterbi(space, heard)
    stretch = STRETCH - STRETCH % viterbi.block
    starts = range(0, frames, stretch)
    begun = []
    for low in starts:
        begun.append(viterbi.known())
        pointers = viterbi.advance(low, min(low + stretch, frames))
    at = viterbi.last_beat()
    found: list[tuple[int, int]] = []
    for low, known in zip(reversed(starts), reversed(begun), strict=True):
        if low != starts[-1]:
            viterbi.go_back(known)
            pointers = viterbi.advance(low, low + stretch)
        at = _trace(space, pointers, low, at, found)
    on, positions = zip(*reversed(found), strict=True)
    return np.array(on), np.array(positions)


STRETCH = 1 << 15  # frames, eleven minutes


class _Pointers(NamedTuple):
    """Where the best paths came from, for every frame of a stretch."""

    came: npt.NDArray[np.int8]  # (frames, S, K): the interval of beat s, ended at this frame, before interval k
    turned: npt.NDArray[np.int8]  # (frames, kinds, K): the kind of bar that ended where another began


class _Known(NamedTuple):
    """All that the frames to come depend on."""

    best: Array  # (ring, S, K)
    lowered: float


class _Viterbi:
    """The best paths, forwards in time, so many frames at once as the shortest beat has."""

    def __init__(self, space: StateSpace, heard: Observations) -> None:
        self.space = space
        self.frames, beats = heard.beat.shape
        self.block, longest = int(space.intervals[0]), int(space.intervals[-1])
        self.ring = self.block + longest
        self.played = heard.beat.copy()
        self.played[:, space.first] += space.bar
        kinds = len(space.bars)
        self.switch = np.full((kinds, kinds), space.metre_change, dtype=np.float32)
        np.fill_diagonal(self.switch, 0.0)
        self.banded = _banded(space.tempo_change, space.reach)
        self.parts = [np.round(space.intervals * part).astype(int) for part in (0.25, 0.5, 0.75)]
        self.half, self.quarter = (np.pad(one, (0, longest), mode="edge") for one in (heard.half, heard.quarter))
        self.within = heard.within
        self.interval = np.arange(len(space.intervals))
        # best[t % ring, s, k]: the best path on which the s-th beat begins at t and will last the k-th interval.
        self.best = np.zeros((self.ring, beats, len(space.intervals)), dtype=np.float32)
        self.lowered = 0.0  # by how much the numbers in `best` have been lowered

    def known(self) -> _Known:
        return _Known(self.best.copy(), self.lowered)

    def go_back(self, known: _Known) -> None:
        self.best, self.lowered = known.best.copy(), known.lowered

    def advance(self, start: int, end: int) -> _Pointers:
        """Go on over the frames from `start`, where the last advance ended, to `end`."""
        space, reach, choices = self.space, self.space.reach, len(self.space.intervals)
        column = np.arange(choices)
        beats, kinds = self.best.shape[1], len(space.bars)
        came = np.empty((end - start, beats, choices), dtype=np.int8)
        turned = np.empty((end - start, kinds, choices), dtype=np.int8)
        ended = np.full((self.block, beats, choices + 2 * reach), IMPOSSIBLE, dtype=np.float32)
        for low in range(start, end, self.block):
            now = np.arange(low, min(end, low + self.block))
            began = now[:, None] - space.intervals  # (n, K)
            path = (
                self.best[began % self.ring, :, column] + self._between(np.maximum(began, 0))[:, :, None]
            )  # (n, K, S)
            path[began < 0] = -self.lowered  # the beat before the first began before the sound: any may be the first
            ended[: len(now), :, reach : reach + choices] = path.transpose(0, 2, 1)
            after, came[now - start] = _change_tempo(ended[: len(now)], self.banded)  # (n, S, K)
            begun = np.roll(after, 1, axis=1)
            bars = after[:, space.last, None, :] + self.switch[:, :, None]  # (n, from, to, K)
            turned[now - start] = bars.argmax(axis=1)
            begun[:, space.first] = bars.max(axis=1)
            self.best[now % self.ring] = begun + self.played[now][:, :, None]
            # Small numbers keep their precision over hours; only their differences count.
            highest = self.best[now % self.ring].max()
            self.best -= highest
            self.lowered += float(highest)
        return _Pointers(came, turned)

    def last_beat(self) -> tuple[int, int, int]:
        """The frame, beat and interval with which the best path ends: it lasts beyond the end."""
        intervals = self.space.intervals
        final = np.arange(max(0, self.frames - int(intervals[-1])), self.frames)
        starts = np.broadcast_to(final[:, None], (len(final), len(intervals)))
        path = self.best[final % self.ring] + self._between(starts)[:, None, :]
        path = np.where((final[:, None] + intervals < self.frames)[:, None, :], IMPOSSIBLE, path)
        last, beat, interval = (int(one) for one in np.unravel_index(path.argmax(), path.shape))
        return int(final[last]), beat, interval

    def _between(self, start: Ints) -> Array:
        """What a beat scores after its beginning, for frames (n, K) of which column k lasts the k-th interval."""
        first, middle, third = (start + part for part in self.parts)
        scored = self.quarter[first] + self.half[middle] + self.quarter[third] + self.space.tempo
        if self.within is not None:
            scored += self.within[np.minimum(start, self.frames - 1), self.interval]
        return np.asarray(scored, dtype=np.float32)


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
    space: StateSpace, pointers: _Pointers, low: int, at: tuple[int, int, int], found: list[tuple[int, int]]
) -> tuple[int, int, int]:
    """Follow the best path back from a beat, (frame, beat, interval), to the first that begins before frame `low`.

    Its beats are added to `found`, (frame, position), the latest first.
    """
    first, last = space.first, space.last
    frame, beat, interval = at
    while frame >= low:
        kind = int(np.searchsorted(first, beat, side="right")) - 1
        found.append((frame, beat - int(first[kind]) + 1))
        beat = beat - 1 if beat > first[kind] else int(last[pointers.turned[frame - low, kind, interval]])
        interval = int(pointers.came[frame - low, beat, interval])
        frame -= int(space.intervals[interval])
    return frame, beat, interval
