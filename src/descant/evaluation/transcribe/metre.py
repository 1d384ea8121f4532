"""Where the page puts its notes in bars, and what it writes at the clef."""

from __future__ import annotations

import numpy as np

from descant.evaluation import measures
from descant.evaluation.measures import Measures
from descant.evaluation.transcribe.clock import Clock
from descant.evaluation.transcribe.desk import Desk
from descant.evaluation.transcribe.page import Page
from descant.evaluation.transcribe.passage import Passage
from descant.evaluation.transcribe.systems import MUSIC21, WRITERS
from descant.evaluation.transcribe.task import Task
from descant.types.arrays import BoolArray, FloatArray

PLACE, SHARE = 1 / 16, 1 / 64  # quarters, and of a bar, by which a place may be off
LATE = 0.07  # seconds by which a beat may be off
SAME = 1e-3  # quarters within which two note values are one
PLACED, PLACED_OF_BAR = "onset-in-measure", "onset-in-measure, of the bar"


def measure(desk: Desk, name: str) -> Measures:
    """All that the truth knows."""
    return of_page(desk.passage, desk.page(name))


def of_page(passage: Passage, page: Page) -> Measures:
    """Shares of the notes whose true place is known, and the beats of the page's bars in seconds."""
    truth = passage.truth
    asked = truth.known
    found = {
        PLACED: _share(placed(truth, page), asked),
        PLACED_OF_BAR: _share(placed_of_bar(truth, page), asked),
        "time signature": _share(page.known & (truth.time == page.time).all(axis=1), asked),
    }
    if passage.keyed:
        found["key signature"] = _share(signed(truth, page), asked)
    valued = asked & (truth.duration > 0)
    if valued.any():
        found["note value"] = _share(page.known & (np.abs(truth.duration - page.duration) < SAME), valued)
    onset, length = passage.notes.onset, passage.notes.duration
    beats, downbeats = (_among(onset, times) for times in played_beats(page, onset))
    true, first = (_among(onset, times) for times in (passage.beats.time, passage.beats.downbeats))
    found["beat F-measure"] = measures.beat(true, beats, length)["F-measure"]
    found["downbeat F-measure"] = measures.beat(first, downbeats, length)["F-measure"]
    found["notes whose place is known"] = float(np.mean(asked))
    return found


def placed(truth: Page, page: Page) -> BoolArray:
    """Whether each note stands as far from its bar line as it should, in quarters."""
    return page.known & (np.abs(truth.place - page.place) <= PLACE)


def placed_of_bar(truth: Page, page: Page) -> BoolArray:
    """The same, in bars: a page that is written in halves instead of quarters is forgiven."""
    return page.known & (np.abs(truth.place / truth.bar_length - page.place / page.bar_length) <= SHARE)


def signed(truth: Page, page: Page) -> BoolArray:
    """Whether each note stands under the true key signature. Twelve fifths are none: six sharps are six flats."""
    right: BoolArray = page.known & ((truth.sharps - page.sharps) % 12 == 0)
    return right


def played_beats(page: Page, seconds: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(beats, downbeats) of a page in seconds, as its notes were played."""
    if not page.known.any():
        return np.zeros(0), np.zeros(0)
    clock = Clock(page, seconds)
    beats = np.concatenate([one.beats for one in page.bars])
    downbeats = np.array([one.line for one in page.bars if abs(one.line - one.start) < 1e-6])
    return np.unique(clock.seconds(beats)), np.unique(clock.seconds(downbeats))


def _among(onsets: FloatArray, times: FloatArray) -> FloatArray:
    """The times that lie between the first and the last onset: what the notes can tell of."""
    if not len(onsets):
        return times[:0]
    inside: FloatArray = times[(times >= onsets[0] - LATE) & (times <= onsets[-1] + LATE)]
    return inside


def _share(right: BoolArray, asked: BoolArray) -> float:
    return float(np.mean(right[asked])) if asked.any() else 0.0


TASK = Task(
    name="metre",
    collections=("performances", "excerpts", "scores"),
    systems=WRITERS,
    baseline=MUSIC21,
    headline=PLACED,
    measure=measure,
)
