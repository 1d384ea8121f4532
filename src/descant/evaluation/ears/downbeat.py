"""First beats of bars, on the recordings of the task `beat`."""

from __future__ import annotations

from dataclasses import replace

from descant.evaluation import measures
from descant.evaluation.baselines import every_fourth
from descant.evaluation.ears import beat
from descant.evaluation.ears.recording import Recording
from descant.types import Beats


def measure(recording: Recording, heard: Beats) -> measures.Measures:
    """Downbeats one by one, and in runs."""
    assert recording.beats is not None
    times = recording.beats.downbeats, heard.downbeats, recording.sound.duration
    runs = measures.beat_continuity(*times)
    return {**measures.beat(*times), "CMLt": runs["CMLt"], "AMLt": runs["AMLt"]}


def known(recording: Recording) -> bool:
    """Whether there are bars to find."""
    return recording.beats is not None and len(recording.beats.downbeats) > 1


LIBROSA = "ellis-dp, every fourth"

TASK = replace(
    beat.TASK,
    name="downbeat",
    systems=("all-in-one", "bar-pointer-hmm", LIBROSA),
    measure=measure,
    known=known,
    own={LIBROSA: lambda hearing: every_fourth(hearing.by("ellis-dp"))},
)
