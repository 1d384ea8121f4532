"""The key of whole songs, and of each moment of analysed pieces."""

from __future__ import annotations

from descant.evaluation import measures
from descant.evaluation.ears.recording import Recording
from descant.evaluation.ears.task import Task
from descant.types import Keys


def measure(recording: Recording, heard: Keys) -> measures.Measures:
    """The weighted score of the whole where it has one key, over time where an analyst says where it changes."""
    whole = measures.key(recording.keys, heard) if recording.keys is not None else {}
    local = measures.local_key(recording.local_keys, heard) if recording.local_keys is not None else {}
    return {**whole, **local}


def known(recording: Recording) -> bool:
    """Whether a key is known."""
    return recording.keys is not None or recording.local_keys is not None


TASK = Task(
    name="key",
    part="keys",
    collections=("songs", "scores"),
    systems=("key-net", "key-profiles"),
    baseline="key-profiles",
    headline="Weighted Score",
    measure=measure,
    known=known,
)
