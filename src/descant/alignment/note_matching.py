"""Which performed note answers which written one, when the whole performance is there.

First it is found where in the score the player was (`outer_product_hmm`). Then, between jumps, the tempo line through
what fits says when each written note is due, and notes of one pitch are matched in order by their distance from it.
What is left over, one written and one played at about the same time, is a wrong note.

Nakamura, Yoshii and Katayose: Performance Error Detection and Post-Processing for Fast and Accurate Symbolic Music
Alignment, ISMIR 2017. Simplified: instead of their second model of performance errors, notes are matched pitch by pitch
(as in Peter, Foscarin and Widmer: Automatic Note-Level Score-to-Performance Alignments in the ASAP Dataset, TISMIR
6(1), 2023).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from descant.alignment.outer_product_hmm import Path, most_likely_path
from descant.alignment.tempo_line import tempo_line
from descant.alignment.written import Written
from descant.types.arrays import BoolArray, FloatArray, IntArray

NONE = -1

WINDOW = 0.6  # quarters that a note may be away from where it is due, within:
WINDOW_SECONDS = (0.25, 1.0)
LEFT_OVER = 0.5  # what an unmatched note costs, a match at the window's edge costing 1
ROUNDS = 3  # of drawing the line and matching
FARTHEST_SLIP = 12  # semitones that a wrong note may be off


@dataclass(frozen=True)
class Pass:
    """A stretch played without a jump."""

    first: int  # its first performed note
    last: int  # the one after its last
    low: int  # the first of the score's onsets in it
    high: int  # the one after the last


@dataclass(frozen=True, eq=False)
class Matching:
    """What was made of a performance. Of passes through the same place, the last one counts."""

    onsets: FloatArray  # quarters: where notes are written, rising
    onset_of: IntArray  # of each written note: which of `onsets`
    passes: tuple[Pass, ...]
    pass_of: IntArray  # of each written note: the last pass that comes to it; NONE where none does
    played: IntArray  # of each written note: the performed one that answers it in that pass, or NONE
    instead: IntArray  # of each written note: the performed one that was struck in its place, or NONE
    written: IntArray  # of each performed note: the written one that it answers, in whichever pass, or NONE

    def fit(self, counts: BoolArray | None = None) -> float:
        """The share of notes, written where the player was and performed, that answer each other; 0 to 1.

        counts: the performed notes that count even if they answer none; all if not given.
        """
        due = sum(int(((self.onset_of >= one.low) & (self.onset_of < one.high)).sum()) for one in self.passes)
        answer = self.written != NONE
        performed = len(answer) if counts is None else int((answer | counts).sum())
        return 2 * int(answer.sum()) / max(due + performed, 1)


def match(score: Written, onset: FloatArray, pitch: IntArray, bars: FloatArray | None = None) -> Matching:
    """Performed notes, in order of onset in seconds, matched to a score's. bars: where its bars begin, quarters.

    Raises InvalidValueError where both are too long to be held against each other at once.
    """
    onsets, onset_of = np.unique(score.onset, return_inverse=True)
    path = most_likely_path(score, onset, pitch, np.zeros(0) if bars is None else bars)
    passes = list(_between(path))
    played, instead = np.full(len(score), NONE), np.full(len(score), NONE)
    pass_of, written = np.full(len(score), NONE), np.full(len(onset), NONE)
    for number, one in enumerate(passes):
        mine = slice(one.first, one.last)
        notes = np.arange(np.searchsorted(onset_of, one.low), np.searchsorted(onset_of, one.high))
        pairs, wrong = _matched(score, notes, onset[mine], pitch[mine], path.state[mine] - one.low)
        pass_of[notes], played[notes], instead[notes] = number, NONE, NONE
        played[pairs[:, 0]], written[pairs[:, 1] + one.first] = pairs[:, 1] + one.first, pairs[:, 0]
        instead[wrong[:, 0]] = wrong[:, 1] + one.first
    return Matching(onsets, onset_of, tuple(passes), pass_of, played, instead, written)


def _between(path: Path) -> Iterator[Pass]:
    """The stretches between jumps."""
    starts = np.flatnonzero(path.jumped).tolist()
    for first, last in zip(starts, [*starts[1:], len(path.state)], strict=True):
        yield Pass(first, last, int(path.state[first:last].min()), int(path.state[first:last].max()) + 1)


def _matched(
    score: Written, notes: IntArray, onset: FloatArray, pitch: IntArray, state: IntArray
) -> tuple[IntArray, IntArray]:
    """The pairs of one pass, (k, 2), written and performed, and those of which the performed one is wrong.

    notes: the written ones, in order. state: of each performed note the onset it is at, counted from the first one.
    """
    places, place_of = np.unique(score.onset[notes], return_inverse=True)
    fits = np.zeros((len(places), 128), dtype=bool)
    fits[place_of, score.pitch[notes]] = True
    right = np.flatnonzero(fits[state, pitch])
    _, first = np.unique(128 * state[right] + pitch[right], return_index=True)  # not what is struck once more
    right = np.sort(right[first])
    anchors = (state[right], onset[right])
    pairs = np.zeros((0, 2), dtype=np.int64)
    due, window = np.zeros(len(places)), np.ones(len(places))
    for _ in range(ROUNDS):
        if not len(anchors[0]):  # nothing fits: the notes are about where the path has them
            anchors = (state, onset)
        due, window = _due(places, *anchors)
        pairs = np.array(list(_in_order(score.pitch[notes], place_of, due, window, pitch, onset)), dtype=np.int64)
        pairs = pairs.reshape(-1, 2)
        anchors = (place_of[pairs[:, 0]], onset[pairs[:, 1]])
    missed = np.setdiff1d(np.arange(len(notes)), pairs[:, 0])
    extra = np.setdiff1d(np.arange(len(onset)), pairs[:, 1])
    found = _in_place_of(
        score.pitch[notes[missed]], due[place_of[missed]], window[place_of[missed]], pitch[extra], onset[extra]
    )
    wrong = np.array([(missed[one], extra[other]) for one, other in found], dtype=np.int64).reshape(-1, 2)
    pairs[:, 0], wrong[:, 0] = notes[pairs[:, 0]], notes[wrong[:, 0]]
    return pairs, wrong


def _due(places: FloatArray, at: IntArray, second: FloatArray) -> tuple[FloatArray, FloatArray]:
    """When each place, (n,), is due, and how many seconds away from it notes are looked for.

    at, second: the places that performed notes are at, and when they are played.
    """
    known = np.unique(at)
    order = np.argsort(at, kind="stable")
    middle = np.array([np.median(one) for one in np.split(second[order], np.searchsorted(at[order], known[1:]))])
    kept = _rising(middle)
    known, middle = known[kept], middle[kept]
    line = tempo_line(places[known], middle)
    off = np.abs(middle - line.due) > np.maximum(4 * line.spread, 0.05)  # more likely misread than played so
    time = np.maximum.accumulate(np.where(off, line.due, middle))
    due = np.interp(places, places[known], time)
    before, after = places < places[known[0]], places > places[known[-1]]
    due[before] = time[0] + (places[before] - places[known[0]]) * line.pace[0]
    due[after] = time[-1] + (places[after] - places[known[-1]]) * line.pace[-1]
    window = np.clip(WINDOW * np.interp(places, places[known], line.pace), *WINDOW_SECONDS)
    return due, window


def _rising(values: FloatArray) -> list[int]:
    """The longest row of values, by their places, that never falls."""
    ends: list[float] = []  # the least value that ends a row of each length
    at: list[int] = []
    before = [NONE] * len(values)
    for number, value in enumerate(values.tolist()):
        length = bisect_right(ends, value)
        before[number] = at[length - 1] if length else NONE
        ends[length : length + 1], at[length : length + 1] = [value], [number]
    found = [at[-1]]
    while before[found[-1]] != NONE:
        found.append(before[found[-1]])
    return found[::-1]


def _in_order(
    written: IntArray, place_of: IntArray, due: FloatArray, window: FloatArray, pitch: IntArray, onset: FloatArray
) -> Iterator[tuple[int, int]]:
    """Pairs of one pitch, none crossing another, that together are nearest to where they are due."""
    for key in np.unique(written).tolist():
        mine, theirs = np.flatnonzero(written == key), np.flatnonzero(pitch == key)
        wanted, reach, time = due[place_of[mine]], window[place_of[mine]], onset[theirs]
        first = 0
        low, high = np.searchsorted(time, wanted - reach), np.searchsorted(time, wanted + reach)
        while first < len(mine):
            last, until = first + 1, high[first]
            while last < len(mine) and low[last] < until:  # their windows share performed notes
                until, last = max(until, high[last]), last + 1
            if until > low[first]:
                chain, near = np.arange(first, last), np.arange(low[first:last].min(), until)
                cost = np.abs(wanted[chain][:, None] - time[near]) / reach[chain][:, None]
                yield from ((int(mine[chain[one]]), int(theirs[near[other]])) for one, other in nearest(cost))
            first = last


def nearest(cost: FloatArray) -> list[tuple[int, int]]:
    """The pairs of rows and columns, none crossing another, of the least cost; what is left over costs LEFT_OVER."""
    rows, columns = cost.shape
    total = np.zeros((rows + 1, columns + 1))
    total[0], total[:, 0] = np.arange(columns + 1) * LEFT_OVER, np.arange(rows + 1) * LEFT_OVER
    value, price = total.tolist(), cost.tolist()
    for one in range(1, rows + 1):
        above, line, priced = value[one - 1], value[one], price[one - 1]
        for other in range(1, columns + 1):
            pair = above[other - 1] + (priced[other - 1] if priced[other - 1] <= 1 else np.inf)
            line[other] = min(pair, above[other] + LEFT_OVER, line[other - 1] + LEFT_OVER)
    found = []
    one, other = rows, columns
    while one and other:
        if value[one][other] == value[one - 1][other] + LEFT_OVER:
            one -= 1
        elif value[one][other] == value[one][other - 1] + LEFT_OVER:
            other -= 1
        else:
            one, other = one - 1, other - 1
            found.append((one, other))
    return found[::-1]


def _in_place_of(
    written: IntArray, due: FloatArray, window: FloatArray, pitch: IntArray, onset: FloatArray
) -> list[tuple[int, int]]:
    """Written notes that were missed, each with the nearest performed one, in time and pitch, that answers no other."""
    pairs = []
    for one in range(len(written)):
        near = np.arange(
            np.searchsorted(onset, due[one] - window[one]), np.searchsorted(onset, due[one] + window[one], "right")
        )
        off = np.abs(pitch[near] - written[one])
        far = np.abs(onset[near] - due[one]) / window[one] + off / FARTHEST_SLIP
        pairs += [(far[at], one, int(near[at])) for at in np.flatnonzero(off <= FARTHEST_SLIP)]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, one, other in sorted(pairs):
        if one not in found and other not in taken:
            found[one] = other
            taken.add(other)
    return sorted(found.items())
