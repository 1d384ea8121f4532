"""Takes to practise with: performances whose score is known note by note or by its beats, and errors put into them.

The errors are made here, so where and of which kind they are is known: keys a semitone or two off, notes left out or
added, too early or late, too loud or soft; in a second take a bar played twice and another one skipped.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from descant.alignment.note_matching import NONE
from descant.alignment.practice import (
    EARLY,
    EXTRA,
    LATE,
    LOUD,
    MISSED,
    REPEATED,
    SKIPPED,
    SOFT,
    WRONG,
    PracticePage,
)
from descant.alignment.written import Written
from descant.datasets import asap, asap_score, jsb, vienna4x22
from descant.datasets.performance import perform
from descant.evaluation.ears.collections.performances import PLAYED, TUNED
from descant.types import Notes
from descant.types.arrays import BoolArray, FloatArray, IntArray

SHARE = 0.01  # of a take's notes that are spoiled in each way
SECONDS = 90.0  # of each performance of ASAP
MOVED_QUARTERS = (0.25, 0.4)  # by which notes are early or late,
MOVED_SECONDS = (0.12, 0.3)  # but within these
LOUDER = 35  # velocity, or softer
LEAST_LOUDER = 25  # where that goes beyond the loudest or the softest
UNLIKE = ("Scriabin/Sonatas/5/ChernovA06M",)  # whose beats are not those of its score
NEAR = 0.5  # quarters within which a performed note of the right pitch answers a written one


@dataclass(frozen=True, eq=False)
class Take:
    """A performance and its score."""

    data: str
    id: str
    page: PracticePage
    onset: FloatArray  # seconds, in order
    pitch: IntArray
    velocity: IntArray
    answers: IntArray  # of each performed note the written one that it answers, or NONE
    perfect: bool  # whether the player made no errors: then what is found before any are put in is false


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


def page_of(onset: FloatArray, duration: FloatArray, pitch: IntArray, bars: FloatArray, beat: float) -> PracticePage:
    """A page of nothing but notes. bars: where they begin."""
    end = float(np.max(onset + duration))
    begun = np.unique(np.concatenate([[0.0], bars[(bars > 0) & (bars < end)]]))
    nothing = np.zeros(len(onset), dtype=bool)
    return PracticePage(
        Written(onset, duration, pitch, np.zeros(len(onset), dtype=np.int64)),
        np.append(begun, max(end, begun[-1] + beat)),
        np.full(len(begun), beat),
        np.arange(len(begun)),
        nothing,
        nothing,
        nothing,
        np.zeros(0),
    )


def _once(onset: FloatArray, pitch: IntArray) -> IntArray:
    """The notes in order, those that two voices share once."""
    order = np.lexsort((pitch, onset))
    same = (np.diff(onset[order]) == 0) & (np.diff(pitch[order]) == 0)
    kept: IntArray = order[np.append(True, ~same)]
    return kept


def vienna(split: str) -> Iterator[Take]:
    """Vienna 4x22: every performance, whose notes people matched to the score; none to tune on.

    Raises MissingDataError.
    """
    if split != "test":
        return
    for one in vienna4x22.performances():
        begin = one.written_onset.min()
        kept = _once(one.written_onset, one.written_pitch)
        onset = one.written_onset[kept] - begin
        first = [one.written_onset[one.written_measure == bar].min() - begin for bar in np.unique(one.written_measure)]
        page = page_of(
            onset,
            (one.written_offset - one.written_onset)[kept],
            one.written_pitch[kept],
            np.array(first),
            4 / one.meter[1],
        )
        answers = np.full(len(one.notes), NONE)
        for note, played in enumerate(one.played[kept].tolist()):
            if played != vienna4x22.UNMATCHED:
                answers[played] = note
        yield _take(f"{vienna4x22.NAME}/test", one.id, page, one.notes, answers, perfect=False)


def asap_takes(split: str) -> Iterator[Take]:
    """The beginnings of ASAP's performances. Raises MissingDataError."""
    for name in PLAYED if split == "test" else TUNED:
        if name in UNLIKE:
            continue
        score, played = asap_score.read_score(name), asap.read_performance(name).notes
        inside = score.seconds < SECONDS
        end = float(score.beats[inside][-1])
        kept = _once(score.onset, score.pitch)
        kept = kept[score.onset[kept] < end]
        page = page_of(score.onset[kept], score.duration[kept], score.pitch[kept], score.downbeats, 1.0)
        notes = played.only(played.onset < score.seconds[inside][-1] - 0.02)
        answers = _answers(page.notes, notes, score.beats, score.seconds)
        yield _take(f"{asap.NAME}/{split}", name, page, notes, answers, perfect=False)


def made_up(split: str) -> Iterator[Take]:
    """Chorales of JSB played on a piano after performance rules. Raises MissingDataError."""
    for one in jsb.chorales(split)[::3]:
        score = one.score
        kept = _once(score.onset, score.pitch)
        rng = np.random.default_rng(zlib.crc32(one.id.encode()))
        played = perform(score, rng, pedal=False, rubato=0.7)
        page = page_of(score.onset[kept], score.duration[kept], score.pitch[kept], np.arange(0.0, score.end, 4.0), 1.0)
        answers = _answers(page.notes, played.notes, played.quarter, played.second)
        yield _take(f"{jsb.NAME}/{split}, performed by rule", one.id, page, played.notes, answers, perfect=True)


def _take(data: str, name: str, page: PracticePage, notes: Notes, answers: IntArray, *, perfect: bool) -> Take:
    return Take(data, name, page, notes.onset, notes.pitch, notes.velocity, answers, perfect)


def _answers(score: Written, notes: Notes, quarter: FloatArray, second: FloatArray) -> IntArray:
    """Of each performed note the nearest written one of its pitch, by a map from the score to the performance."""
    place = np.interp(notes.onset, second, quarter)
    found = np.full(len(notes), NONE)
    for pitch in np.unique(score.pitch).tolist():
        mine, theirs = np.flatnonzero(score.pitch == pitch), np.flatnonzero(notes.pitch == pitch)
        off = np.abs(score.onset[mine][:, None] - place[theirs])
        for cell in np.argsort(off, axis=None, kind="stable").tolist():
            one, other = divmod(cell, max(len(theirs), 1))
            if off[one, other] > NEAR:
                break
            if found[theirs[other]] == NONE and mine[one] not in found[theirs]:
                found[theirs[other]] = mine[one]
    return found


def spoiled(take: Take, share: float = SHARE) -> Spoiled:
    """A take with so large a share of its notes spoiled in each way."""
    rng = np.random.default_rng(zlib.crc32(f"{take.id} {share:g}".encode()))
    count = round(share * len(take.onset))
    onset, pitch, velocity = take.onset.copy(), take.pitch.copy(), take.velocity.copy()
    notes = take.page.notes
    usable = np.flatnonzero((take.answers != NONE) & (notes.duration[take.answers] > 0))
    chosen = rng.permutation(usable)[: 6 * count]
    kinds = np.repeat([WRONG, MISSED, EARLY, LATE, LOUD, SOFT], count)[: len(chosen)]
    pace = _pace(take)
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


def _pace(take: Take) -> float:
    """Seconds a quarter, over all."""
    known = take.answers != NONE
    quarter = take.page.notes.onset[take.answers[known]]
    return float(np.ptp(take.onset[known]) / max(np.ptp(quarter), 1.0))


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
