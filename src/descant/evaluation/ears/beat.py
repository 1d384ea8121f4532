"""Beats of songs, of piano played freely, and of real bands.

Beside them: how far the songs' other beats, which a program heard in the recordings, agree with the truth.
"""

from __future__ import annotations

from descant.evaluation import measures
from descant.evaluation.ears.recording import Recording
from descant.evaluation.ears.task import Task
from descant.types import Beats


def measure(recording: Recording, heard: Beats) -> measures.Measures:
    """Beats one by one, in runs, and whether the level is wrong."""
    assert recording.beats is not None
    times = recording.beats.time, heard.time, recording.sound.duration
    return {**measures.beat(*times), **measures.beat_continuity(*times)}


def known(recording: Recording) -> bool:
    """Whether there are beats to find."""
    return recording.beats is not None and len(recording.beats) > 1


TASK = Task(
    name="beat",
    part="beats",
    collections=("songs", "performances", "mixes"),
    systems=("all-in-one", "bar-pointer-hmm", "ellis-dp"),
    baseline="bar-pointer-hmm",
    headline="F-measure",
    measure=measure,
    known=known,
    ceilings={"beat_audio": lambda recording: recording.beats_again},
)
