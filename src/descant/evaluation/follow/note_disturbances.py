"""What goes wrong while somebody plays, made from performances whose place in the score is known, as notes.

The player skips or repeats a passage, stops, strikes keys that are not written, leaves out notes that are, or plays a
page of something else. The players are real; what goes wrong is made.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from descant.evaluation.follow.recordings import Followed
from descant.types.arrays import FloatArray, IntArray

PLACE = 0.4  # of the performance, where it happens
SKIPPED, REPEATED = 32.0, 16.0  # quarters: eight and four bars of four
PAUSE, FOREIGN = 3.0, 10.0  # seconds
SHARE = 0.05  # of the notes, that are added or left out
BREATH = 0.3  # seconds before a passage that was not due


@dataclass(frozen=True, eq=False)
class Played:
    """Notes in order of time, and where in the score they belong."""

    time: FloatArray  # seconds
    pitch: IntArray
    quarter: FloatArray  # NaN where the note is of another piece
    resumes: float  # when what can be followed again begins; NaN where nothing breaks off


def undisturbed(one: Followed) -> Played:
    """The performance as it is, from the first place that is known to the last."""
    take = one.take
    inside = (take.onset >= one.second[0] - 0.1) & (take.onset <= one.second[-1] + 0.1)
    time = take.onset[inside]
    return Played(time, take.pitch[inside], np.interp(time, one.second, one.quarter), np.nan)


def _spliced(whole: Played, stop: float, start: float, between: float) -> Played:
    """Up to `stop`, then from `start` on, seconds of the performance, so many seconds after the last note."""
    first, then = whole.time < stop, whole.time >= start
    resumes = float(whole.time[first][-1]) + between
    later = whole.time[then] - whole.time[then][0] + resumes
    return Played(
        np.append(whole.time[first], later),
        np.append(whole.pitch[first], whole.pitch[then]),
        np.append(whole.quarter[first], whole.quarter[then]),
        resumes,
    )


def _moved(one: Followed, quarters: float) -> Played:
    """So far forward or back, where the piece goes so far; forward, over half of what is left at most."""
    whole = undisturbed(one)
    stop = float(np.quantile(whole.time, PLACE))
    here = float(np.interp(stop, one.second, one.quarter))
    there = max(min(here + quarters, (here + float(one.quarter[-1])) / 2), float(one.quarter[0]))
    return _spliced(whole, stop, float(np.interp(there, one.quarter, one.second)), BREATH)


def skipped(one: Followed) -> Played:
    """Eight bars are left out."""
    return _moved(one, SKIPPED)


def repeated(one: Followed) -> Played:
    """Four bars are played again."""
    return _moved(one, -REPEATED)


def paused(one: Followed) -> Played:
    """Three seconds of nothing."""
    whole = undisturbed(one)
    stop = float(np.quantile(whole.time, PLACE))
    before = whole.time[whole.time < stop][-1]
    return _spliced(whole, stop, stop, float(whole.time[whole.time >= stop][0] - before) + PAUSE)


def with_extra(one: Followed) -> Played:
    """One key in twenty more, within an octave of what is played, at any time."""
    whole, rng = undisturbed(one), _rng(one)
    count = int(SHARE * len(whole.time))
    time = rng.uniform(whole.time[0], whole.time[-1], count)
    at = np.searchsorted(whole.time, time)
    pitch = np.clip(whole.pitch[at] + rng.integers(-12, 13, count), 0, 127)
    time, pitch = np.append(whole.time, time), np.append(whole.pitch, pitch)
    order = np.argsort(time, kind="stable")
    return Played(time[order], pitch[order], np.interp(time[order], one.second, one.quarter), np.nan)


def with_missed(one: Followed) -> Played:
    """One note in twenty is not played."""
    whole = undisturbed(one)
    kept = _rng(one).random(len(whole.time)) >= SHARE
    return Played(whole.time[kept], whole.pitch[kept], whole.quarter[kept], np.nan)


def with_another(one: Followed, other: Followed) -> Played:
    """Ten seconds of another piece, then on from where it broke off."""
    whole, page = undisturbed(one), undisturbed(other)
    stop = float(np.quantile(whole.time, PLACE))
    begins = float(whole.time[whole.time < stop][-1]) + BREATH
    inside = page.time < page.time[0] + FOREIGN
    foreign = page.time[inside] - page.time[0] + begins
    back = _spliced(whole, stop, stop, BREATH + FOREIGN + BREATH)
    at = int(np.searchsorted(back.time, begins))
    return Played(
        np.insert(back.time, at, foreign),
        np.insert(back.pitch, at, page.pitch[inside]),
        np.insert(back.quarter, at, np.full(len(foreign), np.nan)),
        back.resumes,
    )


BROKEN: dict[str, Callable[[Followed], Played]] = {"skip": skipped, "repeat": repeated, "pause": paused}
NOISY: dict[str, Callable[[Followed], Played]] = {"extra notes": with_extra, "missed notes": with_missed}


def _rng(one: Followed) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(one.id.encode()))
