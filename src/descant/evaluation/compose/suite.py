"""The suite `compose`: every task on its data."""

from __future__ import annotations

from functools import partial

from descant.evaluation.compose import (
    harmonisation,
    masked_tokens,
    next_token,
    tracks_from_tracks,
    uncovering_steps,
    voice_leading,
)
from descant.evaluation.task import Task, evaluated

MODULES = (next_token, voice_leading, masked_tokens, uncovering_steps, harmonisation, tracks_from_tracks)
TASKS: dict[str, Task] = {one.TASK.name: one.TASK for one in MODULES}

evaluate = partial(evaluated, TASKS)
