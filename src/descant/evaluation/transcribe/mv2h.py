"""MV2H of the page, in the time of the performance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from descant.evaluation import mv2h
from descant.evaluation.measures import Measures
from descant.evaluation.transcribe.clock import Clock
from descant.evaluation.transcribe.desk import Desk
from descant.evaluation.transcribe.page import Bar, Page
from descant.evaluation.transcribe.systems import MUSIC21, WRITERS
from descant.evaluation.transcribe.task import Task
from descant.types import Notes
from descant.types.arrays import FloatArray


def measure(desk: Desk, name: str) -> Measures:
    """The five figures and their mean, of the notes whose true place is known."""
    truth, page = desk.passage.truth, desk.page(name)
    if truth.voice is None or page.voice is None:
        return {}
    asked = replace(page, known=page.known & truth.known)
    return mv2h.mv2h(music(truth, desk.passage.notes), music(asked, desk.passage.notes))


def music(page: Page, notes: Notes) -> mv2h.Music:
    """A page in the seconds of the performance that its notes were played in."""
    assert page.voice is not None, "only pages with voices are compared"
    clock, known = Clock(page, notes.onset), page.known
    bars = page.bars if known.any() else ()
    groups = np.concatenate([np.zeros((0, 2)), *(groups_of(one) for one in bars)])
    groups = clock.seconds(groups.ravel()).reshape(groups.shape)
    played = (groups[:, 0] >= -mv2h.ONSET) & (groups[:, 1] <= notes.duration + mv2h.ONSET)
    return mv2h.Music(
        pitch=notes.pitch[known],
        onset=notes.onset[known],
        start=clock.seconds(page.onset[known]),
        end=clock.seconds((page.onset + page.duration)[known]),
        voice=page.voice[known],
        groups=groups[played],
        key_start=clock.seconds(np.array([one.start for one in bars])),
        sharps=np.array([one.sharps for one in bars], dtype=np.int64),
        duration=notes.duration,
    )


def groups_of(bar: Bar) -> FloatArray:
    """The bar, its beats, and the halves or, in compound metres, thirds of these: where each begins and ends, quarters.

    Of an upbeat only what it holds.
    """
    length, beat = float(bar.time.length), float(bar.time.beat)
    part = beat / (3 if beat != 4 / bar.time.unit else 2)
    found = [
        (start, start + size)
        for size in (length, beat, part)
        for start in (bar.line + np.arange(round(length / size)) * size).tolist()
    ]
    return np.array([one for one in found if one[0] > bar.start - 1e-6 and one[1] < bar.end + 1e-6]).reshape(-1, 2)


TASK = Task(
    name="mv2h",
    collections=("excerpts", "scores"),
    systems=WRITERS,
    baseline=MUSIC21,
    headline=mv2h.MEAN,
    measure=measure,
)
