"""The whole way from sound: the default transcriber and beats hear it, and what they heard is written down.

Both pages are written on the heard beats, one of the true notes, one of the heard ones: the difference is what the
notes cost, and what the first page lacks is what the beats and the notation cost.
"""

from __future__ import annotations

import numpy as np

from descant.evaluation.measures import Measures
from descant.evaluation.transcribe.desk import Desk
from descant.evaluation.transcribe.metre import PLACED, placed
from descant.evaluation.transcribe.page import Page
from descant.evaluation.transcribe.systems import COPYISTS, MUSIC21
from descant.evaluation.transcribe.task import Task
from descant.types import Notes
from descant.types.arrays import IntArray

FROM_TRUE, FROM_HEARD = f"{PLACED} from true notes", f"{PLACED} from heard notes"


def measure(desk: Desk, name: str) -> Measures:
    """F-measures: of notes that are heard, and of those that are heard and placed right in their bar.

    Heard notes whose true place is not known do not count.
    """
    if desk.passage.sound is None:
        return {}
    true, truth = desk.passage.notes, desk.passage.truth
    heard, beats = desk.heard()
    pairs = found(true, heard)
    asked = truth.known[pairs[:, 0]]
    count = truth.known.sum() + len(heard) - np.sum(~asked)
    pairs = pairs[asked]
    right = placed(_only(truth, pairs[:, 0]), _only(desk.written(name, heard, beats), pairs[:, 1]))
    ideal = placed(truth, desk.written(name, true, beats))
    return {
        "F-measure_no_offset": 2 * len(pairs) / max(count, 1),
        FROM_TRUE: float(np.mean(ideal[truth.known])),
        FROM_HEARD: 2 * float(np.sum(right)) / max(count, 1),
    }


def found(true: Notes, heard: Notes) -> IntArray:
    """(true, heard) notes that answer each other: onsets within 50 ms at one pitch, by mir_eval."""
    from mir_eval import transcription

    if not len(true) or not len(heard):
        return np.zeros((0, 2), dtype=np.int64)
    spans = (np.stack([one.onset, one.offset], axis=1) for one in (true, heard))
    hertz = (440.0 * 2.0 ** ((one.pitch - 69) / 12) for one in (true, heard))
    (true_spans, heard_spans), (true_hertz, heard_hertz) = spans, hertz
    pairs = transcription.match_notes(true_spans, true_hertz, heard_spans, heard_hertz, offset_ratio=None)
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _only(page: Page, notes: IntArray) -> Page:
    """The columns of some notes that places are read from."""
    return Page(page.known[notes], page.onset[notes], page.duration[notes], page.bar[notes], page.bars)


TASK = Task(
    name="audio",
    collections=("performances heard", "songs heard"),
    systems=tuple(COPYISTS),
    baseline=MUSIC21,
    headline=FROM_HEARD,
    measure=measure,
)
