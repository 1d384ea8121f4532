"""Errors put into takes, so that where they are and of which kind is known.

Keys a semitone or two off, notes left out or added, too early or late, too loud or soft; in another copy of the take a
bar played twice and another one skipped.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from descant.alignment.note_matching import NONE
from descant.alignment.practice import EARLY, EXTRA, LATE, LOUD, MISSED, REPEATED, SKIPPED, SOFT, WRONG
from descant.evaluation.follow.practice_takes import NEAR, Take, pace_of
from descant.types.arrays import BoolArray, FloatArray, IntArray

SHARE = 0.01  # of a take's notes that are spoiled in each way
MOVED_QUARTERS = (0.25, 0.4)  # by which notes are early or late,
MOVED_SECONDS = (0.12, 0.3)  # but within these
LOUDER = 35  # velocity, or softer
LEAST_LOUDER = 25  # where that goes beyond the loudest or the softest


@dataclass(frozen=True)
class Error:
    """One that was put in."""

    kind: str
    note: int = NONE  # written
    played: int = NONE
    quarter: float = 0.0
    until: float = 0.0


@dataclass(frozen=True, eq=False)
class Spoiled:
    """A take with errors."""

    onset: FloatArray
    pitch: IntArray
    velocity: IntArray
    errors: tuple[Error, ...]
    was: IntArray  # of each note, its number before, or NONE
    answers: IntArray  # of each note the written one that it answers, or NONE: a wrong one answers none


def spoiled(take: Take, share: float = SHARE) -> Spoiled:
    """A take with so large a share of its notes spoiled in each way."""
    rng = np.random.default_rng(zlib.crc32(f"{take.id} {share:g}".encode()))
    count = round(share * len(take.onset))
    onset, pitch, velocity = take.onset.copy(), take.pitch.copy(), take.velocity.copy()
    notes = take.page.notes
    usable = np.flatnonzero((take.answers != NONE) & (notes.duration[take.answers] > 0))
    chosen = rng.permutation(usable)[: 6 * count]
    kinds = np.repeat([WRONG, MISSED, EARLY, LATE, LOUD, SOFT], count)[: len(chosen)]
    pace = pace_of(take.page, take.onset, take.answers)
    done: list[tuple[str, int]] = []
    for at, kind in zip(chosen.tolist(), kinds.tolist(), strict=True):
        if kind == WRONG:
            pitch[at] = _slip(take, at, rng)
        elif kind in (EARLY, LATE):
            by = float(np.clip(pace * rng.uniform(*MOVED_QUARTERS), *MOVED_SECONDS))
            onset[at] += by if kind == LATE else -by
        elif kind in (LOUD, SOFT):
            velocity[at] = np.clip(velocity[at] + (LOUDER if kind == LOUD else -LOUDER), 1, 127)
            if abs(int(velocity[at]) - int(take.velocity[at])) < LEAST_LOUDER:
                velocity[at] = take.velocity[at]
                continue
        done.append((kind, at))
    removed = np.array([at for kind, at in done if kind == MISSED], dtype=np.int64)
    extra = list(_extras(take, count, rng))
    kept = np.setdiff1d(np.arange(len(onset)), removed)
    was = np.append(kept, np.full(len(extra), NONE))
    added = np.array(extra, dtype=np.float64).reshape(-1, 3)
    onset = np.maximum(np.append(onset[kept], added[:, 0]), 0.0)
    pitch = np.append(pitch[kept], added[:, 1].astype(np.int64))
    velocity = np.append(velocity[kept], added[:, 2].astype(np.int64))
    order = np.lexsort((pitch, onset))
    now = {int(old): new for new, old in enumerate(was[order].tolist()) if old != NONE}
    errors = [
        Error(kind, int(take.answers[at]), now.get(at, NONE), float(notes.onset[take.answers[at]])) for kind, at in done
    ]
    errors += [Error(EXTRA, played=int(new)) for new in np.flatnonzero(was[order] == NONE).tolist()]
    was = was[order]
    wrong = [at for kind, at in done if kind == WRONG]
    answers = np.where((was == NONE) | np.isin(was, wrong), NONE, take.answers[was])
    return Spoiled(onset[order], pitch[order], velocity[order], tuple(errors), was, answers)


def _slip(take: Take, at: int, rng: np.random.Generator) -> int:
    """A key near by that is not written at the same place."""
    notes, note = take.page.notes, take.answers[at]
    there = set(notes.pitch[np.abs(notes.onset - notes.onset[note]) <= NEAR].tolist())
    pitch = int(take.pitch[at])
    near = [pitch + step for step in (-2, -1, 1, 2) if pitch + step not in there and 0 <= pitch + step < 128]
    return int(rng.choice(near)) if near else pitch + 3


def _extras(take: Take, count: int, rng: np.random.Generator) -> Iterator[tuple[float, int, int]]:
    """Notes near others in time and pitch, but not written there."""
    notes = take.page.notes
    known = np.flatnonzero(take.answers != NONE)
    for at in rng.choice(known, count).tolist():
        here = notes.onset[take.answers[at]]
        there = set(notes.pitch[np.abs(notes.onset - here) <= 2.0].tolist())
        free = [one for one in range(int(take.pitch[at]) - 12, int(take.pitch[at]) + 13) if one not in there]
        if free:
            yield float(take.onset[at] + rng.uniform(-0.2, 0.2)), int(rng.choice(free)), int(take.velocity[at])


def with_jumps(take: Take) -> Spoiled | None:
    """A take with a bar played again in its first half and another one skipped in its second; None for a short one."""
    page, rng = take.page, np.random.default_rng(zlib.crc32(f"{take.id} jumps".encode()))
    known = take.answers != NONE
    bar = np.array([page.bar_of(float(one)) for one in page.notes.onset[take.answers[known]]])
    onset = take.onset[known]
    full = [one for one in range(1, len(page.bars) - 3) if (bar == one).sum() >= 4]
    early = [one for one in full if one < len(page.bars) // 2 - 1]
    late = [one for one in full if one > len(page.bars) // 2]
    if not early or not late:
        return None
    again, left = int(rng.choice(early)), int(rng.choice(late))
    begin = {one: float(onset[bar == one].min()) - 0.001 for one in set(bar.tolist())}
    if any(one not in begin for one in (again, again + 1, left, left + 1)):
        return None
    times = (begin[again], begin[again + 1], begin[left], begin[left + 1])
    if not (times[0] < times[1] <= times[2] < times[3]):
        return None
    first, repeat, last = _between(take, 0.0, times[2]), _between(take, *times[:2]), take.onset >= times[3]
    long, short = times[1] - times[0], times[3] - times[2]
    number = np.arange(len(take.onset))
    later = first & (take.onset >= times[1])
    order = np.concatenate([number[first & ~later], number[repeat], number[later], number[last]])
    moved = np.concatenate(
        [
            take.onset[first & ~later],
            take.onset[repeat] + long,
            take.onset[later] + long,
            take.onset[last] + long - short,
        ]
    )
    errors = (
        Error(REPEATED, quarter=float(page.bars[again]), until=float(page.bars[again + 1])),
        Error(SKIPPED, quarter=float(page.bars[left]), until=float(page.bars[left + 1])),
    )
    place = np.argsort(moved, kind="stable")
    order = order[place]
    return Spoiled(moved[place], take.pitch[order], take.velocity[order], errors, order, take.answers[order])


def _between(take: Take, start: float, stop: float) -> BoolArray:
    return (take.onset >= start) & (take.onset < stop)
