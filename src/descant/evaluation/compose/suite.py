"""The suite `compose`: every task on its data."""

from __future__ import annotations

from functools import partial

from descant.evaluation.compose import next_token, voice_leading
from descant.evaluation.task import Task, evaluated

TASKS: dict[str, Task] = {one.TASK.name: one.TASK for one in (next_token, voice_leading)}

evaluate = partial(evaluated, TASKS)
