"""Drum strokes: real drums alone, and played takes on a sampled kit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from descant.evaluation import measures
from descant.evaluation.baselines import band_strokes
from descant.evaluation.ears.recording import Recording
from descant.evaluation.ears.task import Task
from descant.evaluation.measured import Pooled, means
from descant.types import Notes
from descant.types.arrays import IntArray


def measure(recording: Recording, heard: Notes) -> IntArray:
    """How many strokes of each class are found, true and heard."""
    assert recording.notes is not None
    return measures.stroke_counts(recording.notes, heard)


def pool(counts: Sequence[IntArray]) -> Pooled:
    """The mean over the recordings that have a class or in which it is heard; and all strokes of a class together.

    Vogl, Widmer and Knees (2018) print both: in the mean, a class that a recording does not have counts 0 from the
    first wrong stroke on.
    """
    found = means([measures.strokes(one) for one in counts])
    together = measures.strokes(np.sum(counts, axis=0))
    return {**found, **{f"{name}, all strokes": (value, len(counts)) for name, value in together.items()}}


def known(recording: Recording) -> bool:
    """Whether strokes are known."""
    return recording.notes is not None


BANDS = "band-wise onset strength"

TASK = Task(
    name="drum",
    part="notes",
    collections=("stems", "takes"),
    systems=("drums",),
    baseline=BANDS,
    headline="F-measure (kick, snare, hihat)",
    measure=measure,
    known=known,
    own={BANDS: lambda hearing: band_strokes(hearing.sound)},
    pool=pool,
)
