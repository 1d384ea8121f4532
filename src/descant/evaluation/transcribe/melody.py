"""Which notes of a whole arrangement are the melody, when all come from one piano."""

from __future__ import annotations

import numpy as np

from descant.evaluation.measures import Measures
from descant.evaluation.transcribe.desk import Desk
from descant.evaluation.transcribe.systems import PICKERS, SKYLINE
from descant.evaluation.transcribe.task import Task
from descant.types.arrays import BoolArray, FloatArray

HEADLINE = "F-measure_no_offset"


def measure(desk: Desk, name: str) -> Measures:
    """Precision, recall and F-measure of the chosen notes: onsets within 50 ms at the right pitch, by mir_eval."""
    from mir_eval import transcription

    true = desk.passage.melody
    if true is None:
        return {}
    chosen = desk.melody(name)
    if not true.any() or not chosen.any():
        return {HEADLINE: 0.0, "Precision_no_offset": 0.0, "Recall_no_offset": 0.0}
    spans, hertz = np.stack([desk.passage.notes.onset, desk.passage.notes.offset], axis=1), _hertz(desk)

    def of(which: BoolArray) -> tuple[FloatArray, FloatArray]:
        return spans[which], hertz[which]

    precision, recall, f_measure, _ = transcription.precision_recall_f1_overlap(
        *of(true), *of(chosen), offset_ratio=None
    )
    return {
        HEADLINE: float(f_measure),
        "Precision_no_offset": float(precision),
        "Recall_no_offset": float(recall),
    }


def _hertz(desk: Desk) -> FloatArray:
    hertz: FloatArray = 440.0 * 2.0 ** ((desk.passage.notes.pitch - 69) / 12)
    return hertz


TASK = Task(
    name="melody",
    collections=("songs",),
    systems=tuple(PICKERS),
    baseline=SKYLINE,
    headline=HEADLINE,
    measure=measure,
)
