"""The suite `find`: every task on its data."""

from __future__ import annotations

from functools import partial

from descant.evaluation.find import hum, likeness, playlists, words
from descant.evaluation.task import Task, evaluated

TASKS: dict[str, Task] = {one.TASK.name: one.TASK for one in (words, hum, likeness, playlists)}

evaluate = partial(evaluated, TASKS)
