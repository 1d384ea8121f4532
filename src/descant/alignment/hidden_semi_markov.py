"""A score followed from onset to onset: each sets in, and sounds for about as long as the tempo says.

A state is an onset of the score: some frames of attack, which come as they are written, then what sounds on, for any
length. How likely it is that the next one comes now is told by how long this one has sounded, the length written and
the tempo; how well a frame fits is told by its distance from the score's own. Of all ways to each state only the
likeliest is kept (Viterbi), and each way keeps its own tempo, with how sure it is of it: a Kalman filter of log tempo
that every onset corrects. So a wrong tempo at the beginning is put right after some onsets, and in a ritardando the
score waits for the next chord as long as it is not heard.

Cont: A Coupled Duration-Focused Architecture for Real-Time Music-to-Score Alignment, IEEE TPAMI 2010 (states, some with
lengths of their own, and a tempo beside them); Raphael: Music Plus One and Machine Learning, ICML 2010 (the filter).
Here the filter runs along every way, an onset may be left out, at a price, and the notes of a trill are one onset.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.alignment.online_dtw import distances
from descant.features.following import FPS
from descant.types.arrays import FloatArray, IntArray

ATTACK = 6  # frames in which an onset sets in
SETS_IN, SOUNDS = 6.0, 2.0  # what a distance of 1 costs a frame
NEITHER_IN, NEITHER_ON = 0.7, 0.4  # distances that speak neither for an attack, or what sounds on, nor against it
UNEVEN = 0.2  # by how much lengths stray from the tempo: standard deviation of their logarithm
JITTER = 2.5  # frames by which every length strays
DRIFT = 0.03  # variance that log tempo gains a second
UNKNOWN = 0.4  # standard deviation of log tempo at the beginning
SURPRISE = 0.4  # most that one length counts for, as a difference of log tempi
FASTEST = 3.0  # times the page's tempo; a third of it at slowest
LEFT_OUT = -6.0  # log chance that an onset is left out
MOST = -0.05  # log chance of going on is never more than this a frame
WAITS = 8.0  # nor its chance than this by the frames waited: some notes are held for very long, and players pause
TOGETHER = 7  # frames from one onset to the next at least; those between belong to the first, as in trills
BEHIND, AHEAD = 20, 40  # onsets that are looked at on either side
NEAR = 1.0 * FPS  # frames on either side of a place that is known roughly
PATIENCE = 0.5 * FPS  # frames before the place told goes back

CHANCE, BEGUN, TEMPO, DOUBT = range(4)  # of a way: log probability; its last onset's frame; log tempo; its variance
NEVER = -1e9

Array = npt.NDArray[np.floating]


class HiddenSemiMarkov:
    """Follows frames through a score.

    page: (n, bins) of the score as written, of which the first `rises` bins tell what sets in. starts: frames in which
    notes set in, rising, at least one.
    """

    def __init__(self, page: Array, rises: int, starts: IntArray) -> None:
        self.page, self.rises, self.starts = page, rises, _apart(starts)
        self.lengths = np.maximum(np.diff(np.append(self.starts, len(page))), 1).astype(np.float64)
        self.sums = page.sum(axis=1, dtype=np.float64)
        self.level_sums = page[:, rises:].sum(axis=1, dtype=np.float64)
        self.pace = 1.0  # frames of the page a frame
        self.begin_at(0.0)

    def begin_at(self, place: float) -> None:
        """Go on from a place, in frames of the page: the beginning, or one that is known roughly."""
        self.time = 0
        self.ways = np.zeros((4, len(self.starts), ATTACK + 1))
        self.ways[CHANCE] = NEVER
        self.ways[TEMPO], self.ways[DOUBT] = np.log(self.pace), UNKNOWN**2
        first = max(int(np.searchsorted(self.starts, place, side="right")) - 1, 0)
        if place <= self.starts[0]:
            self.ways[CHANCE, 0, 0] = 0.0
        else:
            near = np.abs(self.starts - place) <= NEAR
            near[first] = True
            self.ways[CHANCE, near, ATTACK] = 0.0
            self.ways[BEGUN, :, ATTACK] = -np.maximum(place - self.starts, 0.0) / self.pace
        self.likeliest, self.told, self.behind = first, first, 0
        self.window = slice(None)  # where ways may be possible
        self.place = place

    @property
    def finished(self) -> bool:
        """Whether the last onset was heard."""
        return self.told == len(self.starts) - 1

    def push(self, frame: npt.NDArray[np.floating]) -> float:
        """The place, in frames of the page, after a new frame, (bins,)."""
        self.time += 1
        window = slice(max(0, self.likeliest - BEHIND), self.likeliest + AHEAD + 1)
        before, self.window = self.window, window
        ways = self._gone_on(self.ways[:, window], self.lengths[window])
        ways[CHANCE] -= self._costs(frame, ways, window)
        ways[CHANCE] -= ways[CHANCE].max()
        self.ways[CHANCE, before] = NEVER
        self.ways[:, window] = ways
        self._tell(ways, window.start)
        return self.place

    def _gone_on(self, ways: FloatArray, lengths: FloatArray) -> FloatArray:
        """The likeliest ways to every state at this frame, (4, onsets, ATTACK + 1)."""
        rows = np.arange(len(lengths))
        hazard = self._hazard(ways, lengths)
        stay = ways.copy()
        stay[CHANCE] += np.log1p(-np.exp(hazard))
        found = np.empty_like(ways)
        found[:, :, 1:ATTACK] = stay[:, :, : ATTACK - 1]
        last = ATTACK - (stay[CHANCE, :, ATTACK] < stay[CHANCE, :, ATTACK - 1])
        found[:, :, ATTACK] = stay[:, rows, last]
        found[:, 0, 0] = ways[:, 0, 0]
        found[CHANCE, 0, 0] = NEVER
        found[:, 1:, 0] = self._arrived(ways, hazard, lengths)[:, :-1]
        if len(lengths) > 2:
            both = lengths[:-2] + lengths[1:-1]
            over = self._arrived(ways[:, :-2], self._hazard(ways[:, :-2], both) + LEFT_OUT, both)
            found[:, 2:, 0] = np.where(over[CHANCE] > found[CHANCE, 2:, 0], over, found[:, 2:, 0])
        return found

    def _hazard(self, ways: FloatArray, lengths: FloatArray) -> FloatArray:
        """Log chance that what sounded until now ends with this frame; its length is log-normal."""
        from scipy.special import log_ndtr

        expected = np.maximum(lengths[:, np.newaxis] * np.exp(-ways[TEMPO]), 0.5)
        spread = np.sqrt(ways[DOUBT] + UNEVEN**2 + (JITTER / expected) ** 2)
        log_time = np.log(np.maximum(self.time - ways[BEGUN], 0.5))
        z = (log_time - np.log(expected)) / spread
        density = -0.5 * z * z - 0.5 * np.log(2 * np.pi) - log_time - np.log(spread)
        found: FloatArray = np.minimum(np.minimum(density - log_ndtr(-z), np.log(WAITS) - log_time), MOST)
        return found

    def _arrived(self, ways: FloatArray, hazard: FloatArray, lengths: FloatArray) -> FloatArray:
        """The likeliest way out of each onset, (4, onsets), its tempo corrected by how long the onset sounded."""
        leaving = ways[CHANCE] + hazard
        rows, state = np.arange(len(lengths)), np.argmax(leaving, axis=1)
        _, begun, tempo, doubt = ways[:, rows, state]
        sounded = np.maximum(self.time - begun, 1.0)
        doubt = doubt + DRIFT * sounded / FPS
        gain = doubt / (doubt + UNEVEN**2 + (JITTER / sounded) ** 2)
        surprise = np.clip(np.log(lengths / sounded) - tempo, -SURPRISE, SURPRISE)
        tempo = np.clip(tempo + gain * surprise, -np.log(FASTEST), np.log(FASTEST))
        return np.stack([leaving[rows, state], np.full(len(lengths), float(self.time)), tempo, (1 - gain) * doubt])

    def _costs(self, frame: npt.NDArray[np.floating], ways: FloatArray, window: slice) -> FloatArray:
        """What the frame costs in each state, (onsets, ATTACK + 1)."""
        starts, lengths = self.starts[window], self.lengths[window].astype(np.int64)
        steps = np.arange(ATTACK)
        attack = starts[:, np.newaxis] + np.minimum(steps, lengths[:, np.newaxis] - 1)
        sounded = (self.time - ways[BEGUN, :, ATTACK]).astype(np.int64)
        on = starts + np.minimum(sounded, lengths - 1)
        at = np.column_stack([attack, on])
        beyond = np.column_stack([steps >= lengths[:, np.newaxis], sounded >= lengths])  # it sounds on; nothing sets in
        rows = self.page[at.ravel()].astype(np.float32)
        rows[beyond.ravel(), : self.rises] = 0.0
        sums = np.where(beyond, self.level_sums[at], self.sums[at])
        costs = distances(rows, sums.ravel(), frame).reshape(at.shape)
        costs[:, :ATTACK] = SETS_IN * (costs[:, :ATTACK] - NEITHER_IN)
        costs[:, ATTACK] = SOUNDS * (costs[:, ATTACK] - NEITHER_ON)
        return costs

    def _tell(self, ways: FloatArray, first: int) -> None:
        """The place of the likeliest way; it goes back only when it has been behind for a while."""
        onset, state = np.unravel_index(int(np.argmax(ways[CHANCE])), ways.shape[1:])
        self.likeliest = first + int(onset)
        self.behind = self.behind + 1 if self.likeliest < self.told else 0
        if self.behind and self.behind < PATIENCE:
            return
        _, begun, tempo, _ = ways[:, onset, state]
        self.told, self.pace = self.likeliest, float(np.exp(tempo))
        gone = min((self.time - begun) * self.pace, self.lengths[self.told] - 1.0)
        self.place = float(self.starts[self.told] + gone)


def _apart(starts: IntArray) -> IntArray:
    """The onsets that are at least TOGETHER after the one before."""
    found = [int(starts[0])]
    for one in starts.tolist():
        if one - found[-1] >= TOGETHER:
            found.append(one)
    return np.array(found, dtype=np.int64)
