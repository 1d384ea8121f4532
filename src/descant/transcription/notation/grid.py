"""Where in its beat each cluster of notes stands: the simplest grid on which a performance can have been meant.

Every beat is divided into 1, 2, 3, 4, 6, 8 or 12; a path through the beats weighs how far the notes lie from the grid
against how unusual its division is, and clusters that fall on one place against what was heard as two. Neighbouring
beats tend to be divided alike. A short note before another one may be a grace note and stand on no place.

The idea is that of Cemgil, Desain and Kappen: Rhythm Quantization for Transcription, Computer Music Journal 24(2),
2000: the score that is simple and near. Here beats are known, and one finds the cheapest path by dynamic programming.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import gcd

import numpy as np

from descant.types.arrays import FloatArray

# What a beat of each division costs, where beats are divided in two and where they are divided in three.
SIMPLE = {1: 0.0, 2: 0.2, 4: 0.4, 3: 2.0, 8: 1.8, 6: 2.6, 12: 4.5}
COMPOUND = {1: 0.0, 3: 0.2, 6: 0.5, 2: 2.0, 12: 2.2, 4: 2.6}
# What a place costs by its level: halves, quarters, eighths of a beat; or thirds, sixths, twelfths.
LEVELS = {2: 0.1, 4: 0.2, 8: 0.6}
LEVELS_IN_THREE = {3: 0.15, 6: 0.6, 12: 1.0}
EASY = frozenset({1, 2, 3})  # divisions of a page that is kept simple
TERNARY = frozenset({3, 6, 12})
OTHER_KIND = 1.2  # cost of dividing in three after a beat in two, or the other way
LOOSE, LOOSE_SHARE = 0.022, 0.05  # seconds and share of a beat by which a note may be off: one standard deviation
FARTHEST = 9.0  # cost of one cluster's distance, at most
ONE_PLACE, ONE_PLACE_SECONDS = 0.6, 0.045  # cost of two clusters on one place, and the seconds apart that add 1 to it
FASTEST = 0.05  # seconds between two steps of a grid
GRACE, GRACE_SECONDS = 2.2, 0.13  # cost of a grace note, and how long before the next cluster it comes at most
STEPWISE = 1.0  # less, where it is a step from the note that it ornaments


@dataclass(frozen=True)
class Struck:
    """A cluster as the grid sees it."""

    time: float  # seconds
    beat: float  # its place in beats from the first one
    short: bool  # whether it may be a grace note: one note, soon let go
    steps: int  # semitones to the nearest note of the next cluster


@dataclass(frozen=True)
class Place:
    """Where a cluster is written."""

    beat: Fraction  # beats from the first one
    grace: bool = False  # it stands before the cluster at that place


def placed(
    struck: Sequence[Struck], beats: FloatArray, compound: bool, simple: bool = False
) -> tuple[list[Place], float]:
    """The place of each cluster, never before the one before it, and what the whole costs.

    beats: seconds of the beats, of which the first stands before all clusters and the last after them.
    compound: whether beats are usually divided in three. simple: beats are divided in two or three at most.
    """
    cost = COMPOUND if compound else SIMPLE
    if simple:
        cost = {division: one for division, one in cost.items() if division in EASY}
    numbers = [one.beat for one in struck]
    inside = [range(bisect_left(numbers, beat), bisect_left(numbers, beat + 1)) for beat in range(len(beats) - 1)]
    # By the kind of division of the last beat that had one (2, 3; 0 at first), and whether its last cluster was put
    # onto the next beat: the cheapest cost so far.
    scores: dict[_State, float] = {(0, False): 0.0}
    back: list[dict[_State, tuple[_State, _Where]]] = []
    for beat, here in enumerate(inside):
        now: dict[_State, float] = {}
        came: dict[_State, tuple[_State, _Where]] = {}
        for option in _options(struck, here, beat, float(beats[beat + 1] - beats[beat]), tuple(cost)):
            for before, score in scores.items():
                kind, over = before
                own = kind if option.division == 1 else 3 if option.division in TERNARY else 2
                total = score + option.fit + cost[option.division]
                total += OTHER_KIND if kind and own != kind else 0.0
                total += _together(option.gap) if over and option.gap is not None else 0.0
                state = (own, option.over)
                if total < now.get(state, np.inf):
                    now[state], came[state] = total, (before, option.where)
        scores = now
        back.append(came)
    state = min(scores, key=lambda one: scores[one])
    cheapest = scores[state]
    found: list[_Where] = []
    for came in reversed(back):
        state, where = came[state]
        found.append(where)
    return _places(struck, inside, found[::-1]), cheapest


_State = tuple[int, bool]
_Where = tuple[float | None, ...]  # of each cluster of a beat: its place within it; None for a grace note


@dataclass(frozen=True)
class _Option:
    """One way to write a beat."""

    division: int
    over: bool  # its last cluster stands on the next beat
    fit: float  # the cost of where its clusters stand
    where: _Where
    gap: float | None  # seconds from the cluster before to the one on the beat, where there is one


@cache
def _level(step: int, division: int) -> float:
    """What it costs to stand on a step of a grid."""
    if step % division == 0:
        return 0.0
    if division in TERNARY:
        return next(cost for level, cost in LEVELS_IN_THREE.items() if step * level % division == 0)
    return LEVELS[division // gcd(step, division)]


def _together(gap: float) -> float:
    """The cost of two clusters, seconds apart, on one place."""
    return ONE_PLACE + gap / ONE_PLACE_SECONDS


def _options(
    struck: Sequence[Struck], inside: range, beat: int, length: float, divisions: Sequence[int]
) -> list[_Option]:
    """Every way to write a beat of so many seconds."""
    if not inside:
        return [_Option(1, False, 0.0, (), None)]
    found = []
    scale = length / float(np.hypot(LOOSE, LOOSE_SHARE * length))
    ornaments = [_ornament(struck, at) for at in inside]
    for division in divisions:
        if division > 1 and length / division < FASTEST:
            continue
        for over, (fit, where) in enumerate(_fit(struck, inside, beat, scale, division, ornaments)):
            if fit == np.inf:
                continue
            head = next((at for at, place in zip(inside, where, strict=True) if place is not None), 0)
            on_beat = head > 0 and where[head - inside.start] == 0
            gap = struck[head].time - struck[head - 1].time if on_beat else None
            found.append(_Option(division, bool(over), fit, where, gap))
    return found


def _fit(
    struck: Sequence[Struck],
    inside: range,
    beat: int,
    scale: float,
    division: int,
    ornaments: Sequence[float | None],
) -> tuple[tuple[float, _Where], tuple[float, _Where]]:
    """The cheapest places, never falling, of a beat's clusters on a grid, with their cost: with the last of them before
    the next beat, and on it. scale: standard deviations a beat. ornaments: the cost of each as a grace note.
    """
    # By the step of the last cluster that has one, -1 at first: the cheapest cost and the places so far.
    table: dict[int, tuple[float, _Where]] = {-1: (0.0, ())}
    level = [_level(step, division) for step in range(division + 1)]
    for at, ornament in zip(inside, ornaments, strict=True):
        place = struck[at].beat - beat
        together = _together(struck[at].time - struck[at - 1].time) if at else 0.0
        near = round(place * division)
        steps = [
            (step, min(0.5 * ((place - step / division) * scale) ** 2, FARTHEST) + level[step], step / division)
            for step in range(max(near - 1, 0), min(near + 1, division) + 1)
        ]
        fresh: dict[int, tuple[float, _Where]] = {}
        for last, (cost, where) in table.items():
            if ornament is not None and cost + ornament < fresh.get(last, _NONE)[0]:
                fresh[last] = (cost + ornament, (*where, None))
            for step, off, here in steps:
                if step < last:
                    continue
                total = cost + off + (together if step == last else 0.0)
                if total < fresh.get(step, _NONE)[0]:
                    fresh[step] = (total, (*where, here))
        table = fresh
    within = min((one for step, one in table.items() if step < division), key=lambda one: one[0], default=_NONE)
    return within, table.get(division, _NONE)


_NONE: tuple[float, _Where] = (np.inf, ())


def _ornament(struck: Sequence[Struck], at: int) -> float | None:
    """What a cluster costs as a grace note; None where it cannot be one."""
    one = struck[at]
    if not one.short or at + 1 >= len(struck):
        return None
    gap = struck[at + 1].time - one.time
    if gap > GRACE_SECONDS or gap > 0.4 * (one.time - struck[at - 1].time if at else 1.0) + 0.06:
        return None
    return GRACE - (STEPWISE if one.steps <= 2 else 0.0)


def _places(struck: Sequence[Struck], inside: Sequence[range], found: Sequence[_Where]) -> list[Place]:
    places: list[Place | None] = [None] * len(struck)
    for beat, (numbers, where) in enumerate(zip(inside, found, strict=True)):
        for at, place in zip(numbers, where, strict=True):
            if place is not None:
                places[at] = Place(beat + Fraction(place).limit_denominator(24))
    following: Place | None = None
    for at in reversed(range(len(struck))):
        if places[at] is None:
            places[at] = Place(following.beat, grace=True) if following else Place(Fraction(int(struck[at].beat)))
        else:
            following = places[at]
    return [one for one in places if one is not None]
