"""Notes of any instrument: bands without and with drums, quartets."""

from __future__ import annotations

from descant.evaluation import measures
from descant.evaluation.comparators.basic_pitch_onnx import BASIC_PITCH
from descant.evaluation.ears.recording import Recording
from descant.evaluation.ears.task import Task
from descant.types import Notes


def measure(recording: Recording, heard: Notes) -> measures.Measures:
    """Onsets at the right pitch, then with offsets."""
    assert recording.notes is not None
    return measures.note(recording.notes, heard)


def known(recording: Recording) -> bool:
    """Whether the notes are known."""
    return recording.notes is not None


TASK = Task(
    name="note",
    part="notes",
    collections=("bands", "bands with drums", "quartets"),
    systems=("basic-pitch", "by-instrument", "harmonic-nmf", BASIC_PITCH.name),
    baseline=BASIC_PITCH.name,
    headline="F-measure_no_offset",
    measure=measure,
    known=known,
)
