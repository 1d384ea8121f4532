"""Turning pages: how many beats from where it should lie open the next page lies open, in ASAP's performances.

Pages hold eight bars, fewer than on paper, so that there is more to measure. The next page should lie open half-way
through a page's last bar; a turn takes 0.3 s and is told by so much earlier. The turner is given, fifty times a second,
the true place; a place that comes late, trembles, is wrong now and then and sometimes lost; and what followers make of
the notes, or of their sound as rendered. The baseline turns by the mean tempo of the whole performance, which nobody
knows beforehand.

A turn counts as right within four beats; others are false, and turns without a right one are missed.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from descant.alignment.audio_follower import AudioFollower
from descant.alignment.page_turner import SECONDS, PageBar, PageTurner, Turn, stretches
from descant.alignment.symbolic_follower import SymbolicFollower
from descant.datasets import asap, asap_score
from descant.evaluation.follow.recordings import Followed, asap_performances
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.measures import Measures
from descant.evaluation.mono import mono
from descant.evaluation.task import PieceSet, Request, Task, each_piece
from descant.features import RATE
from descant.types.alignment import LOST, Position
from descant.types.arrays import FloatArray

BARS = 8  # on a page
STEP = 0.02  # seconds from one position to the next
BLOCK = 2205  # samples that are handed on at once
RIGHT = 4.0  # beats
LATE, TREMBLE, MEMORY = 0.1, 0.1, 1.0  # seconds by which places come late; standard deviation; how slowly they tremble
WRONG_EVERY, WRONG_FOR, WRONG_BY = 20.0, 0.5, 16.0  # seconds, seconds, quarters
LOST_EVERY, LOST_FOR = 30.0, 2.0  # seconds
STEADY = "steady tempo"

Positions = Callable[[Followed], Iterator[Position]]


@dataclass(frozen=True, eq=False)
class Turned:
    """What became of the turns of a performance."""

    error: FloatArray  # beats by which each right turn was late; below 0 for early ones
    meant: int
    false: int


def true_places(piece: Followed) -> Iterator[Position]:
    """Where the player is."""
    for time in _times(piece).tolist():
        yield Position(time, float(np.interp(time, piece.second, piece.quarter)), 1.0)


def trembling_places(piece: Followed) -> Iterator[Position]:
    """Where a poor follower says he is."""
    from scipy.signal import lfilter

    rng = np.random.default_rng(zlib.crc32(piece.id.encode()))
    times = _times(piece)
    keep = np.exp(-STEP / MEMORY)
    noise = lfilter([TREMBLE * np.sqrt(1 - keep**2)], [1.0, -keep], rng.normal(0.0, 1.0, len(times)))
    quarter = np.interp(times - LATE + noise, piece.second, piece.quarter)
    for start in np.arange(times[0] + WRONG_EVERY, times[-1], WRONG_EVERY):
        quarter[(times >= start) & (times < start + WRONG_FOR)] += rng.uniform(-WRONG_BY, WRONG_BY)
    for time, place in zip(times.tolist(), np.maximum(quarter, 0.0).tolist(), strict=True):
        lost = (time - times[0]) % LOST_EVERY > LOST_EVERY - LOST_FOR
        yield Position(time, place, 0.0 if lost else 1.0, *([LOST] if lost else []))


def followed_notes(piece: Followed) -> Iterator[Position]:
    """Where the follower of notes says he is."""
    follower, at = SymbolicFollower(piece.written), 0
    onset, pitch = piece.take.onset.tolist(), piece.take.pitch.tolist()
    for time in _times(piece).tolist():
        while at < len(onset) and onset[at] <= time:
            follower.push(onset[at], pitch[at])
            at += 1
        yield follower.at(time)


def followed_sound(piece: Followed) -> Iterator[Position]:
    """Where the follower of sound says he is, when it says so."""
    follower = AudioFollower(piece.written, piece.score_sound())
    samples = mono(piece.sound(), RATE)
    for at in range(0, len(samples), BLOCK):
        for one in follower.push(samples[at : at + BLOCK]):
            yield replace(one, time=one.time + AudioFollower.latency)


TURNERS: dict[str, Positions] = {
    "page_turner": true_places,
    "page_turner, trembling places": trembling_places,
    "page_turner, symbolic_follower": followed_notes,
    "page_turner, hidden_semi_markov": followed_sound,
}
SETS = (PieceSet(asap.NAME, asap_performances),)


def measure(request: Request) -> Iterator[Measured]:
    """All ways to turn on every performance; a set that is missing is left out and told of."""
    for one, piece in each_piece(SETS, request, TASK.name):
        bars = page_bars(piece, asap_score.read_score(piece.id).downbeats)
        if bars[-1].page == 1:
            continue
        for name, told in all_turns(piece, bars).items():
            found = compared(told, piece, bars)
            yield Measured(TASK.name, f"{one.name}/{request.split}", piece.id, None, name, rates([found]), found)


def page_bars(piece: Followed, downbeats: FloatArray) -> list[PageBar]:
    """The bars that are played to their end, eight a page."""
    played = downbeats[(downbeats >= piece.quarter[0]) & (downbeats <= piece.quarter[-1])]
    edges = np.unique(np.append(piece.quarter[0], played)).tolist()
    return [PageBar(start, end, 1 + at // BARS) for at, (start, end) in enumerate(pairwise(edges))]


def all_turns(piece: Followed, bars: Sequence[PageBar]) -> dict[str, list[Turn]]:
    """What is told of each performance, by everyone."""
    found = {STEADY: list(steady(piece, bars))}
    for name, positions in TURNERS.items():
        turner = PageTurner(bars)
        found[name] = [turn for one in positions(piece) if (turn := turner.push(one)) is not None]
    return found


def steady(piece: Followed, bars: Sequence[PageBar]) -> Iterator[Turn]:
    """Turns by the mean tempo, from the first note on."""
    seconds, quarters = (float(one[-1] - one[0]) for one in (piece.second, piece.quarter))
    found = stretches(bars)
    for one, after in pairwise(found):
        due = piece.second[0] + (one.point - piece.quarter[0]) * seconds / quarters
        yield Turn(float(due) - SECONDS, after.page)


def compared(told: Sequence[Turn], piece: Followed, bars: Sequence[PageBar]) -> Turned:
    """Each turn beside the one that is meant."""
    beat = np.arange(len(piece.quarter), dtype=np.float64)
    found = stretches(bars)
    meant = {after.page: float(np.interp(one.point, piece.quarter, beat)) for one, after in pairwise(found)}
    errors: dict[int, float] = {}
    false = 0
    for turn in told:
        late = float(np.interp(turn.time + SECONDS, piece.second, beat)) - meant.get(turn.page, -np.inf)
        if abs(late) <= RIGHT and turn.page not in errors:
            errors[turn.page] = late
        else:
            false += 1
    return Turned(np.array(list(errors.values())), len(meant), false)


def rates(group: Sequence[Turned]) -> Measures:
    """Beats of error of the right turns; the shares early and late by over a beat, missed and false of those meant."""
    errors = np.concatenate([one.error for one in group])
    meant = sum(one.meant for one in group)
    sizes = np.abs(errors) if len(errors) else np.array([RIGHT])
    return {
        "mean_beats": float(np.mean(sizes)),
        "median_beats": float(np.median(sizes)),
        "early": float(np.sum(errors < -1)) / meant,
        "late": float(np.sum(errors > 1)) / meant,
        "missed": (meant - len(errors)) / meant,
        "false": sum(one.false for one in group) / meant,
    }


def pooled(group: Sequence[Measured]) -> Pooled:
    """The same of all turns of all pieces together; n is the number that are meant."""
    turned = [one.raw for one in group]
    return {name: (value, sum(one.meant for one in turned)) for name, value in rates(turned).items()}


def _times(piece: Followed) -> FloatArray:
    return np.arange(piece.second[0], piece.second[-1], STEP)


TASK = Task(name="page turn", baseline=STEADY, measure=measure, pooled=pooled, listed="mean_beats")
