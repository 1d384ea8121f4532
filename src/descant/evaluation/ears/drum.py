"""Drum strokes: real drums alone, and played takes on a sampled kit."""

from __future__ import annotations

from descant.evaluation import measures
from descant.evaluation.baselines import band_strokes
from descant.evaluation.ears.recording import Recording
from descant.evaluation.ears.task import Task
from descant.types import Notes


def measure(recording: Recording, heard: Notes) -> measures.Measures:
    """Onsets of each class."""
    assert recording.notes is not None
    return measures.strokes(recording.notes, heard)


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
)
