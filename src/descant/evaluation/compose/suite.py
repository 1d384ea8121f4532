"""The suite `compose`: every task on its data."""

from __future__ import annotations

from functools import partial

from descant.evaluation.compose import (
    accompaniment_chords,
    accompaniment_tokens,
    harmonisation,
    masked_tokens,
    next_token,
    performance_tokens,
    tracks_from_tracks,
    uncovering_steps,
    voice_leading,
)
from descant.evaluation.task import Task, evaluated

MODULES = (
    next_token,
    voice_leading,
    masked_tokens,
    uncovering_steps,
    harmonisation,
    tracks_from_tracks,
    performance_tokens,
    accompaniment_tokens,
    accompaniment_chords,
)
TASKS: dict[str, Task] = {one.TASK.name: one.TASK for one in MODULES}

evaluate = partial(evaluated, TASKS)
