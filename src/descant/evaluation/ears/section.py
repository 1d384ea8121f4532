"""The form of songs, held against the first annotator; the second one's answer is printed as the ceiling."""

from __future__ import annotations

from descant.evaluation import measures
from descant.evaluation.ears.recording import Recording
from descant.evaluation.ears.task import Task
from descant.types import Sections


def measure(recording: Recording, heard: Sections) -> measures.Measures:
    """Boundaries within 0.5 and 3 s, pairs of moments with one letter."""
    return measures.section(recording.sections[0], heard)


def known(recording: Recording) -> bool:
    """Whether somebody marked the form."""
    return bool(recording.sections)


def second(recording: Recording) -> Sections | None:
    """What the second person says."""
    return recording.sections[1] if len(recording.sections) > 1 else None


TASK = Task(
    name="section",
    part="sections",
    collections=("songs",),
    systems=("all-in-one-sections", "checkerboard-novelty"),
    baseline="checkerboard-novelty",
    headline="F-measure@3.0",
    measure=measure,
    known=known,
    ceilings={"second annotator": second},
)
