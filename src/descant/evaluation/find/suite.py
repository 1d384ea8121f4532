"""The suite `find`: every task on its data."""

from __future__ import annotations

from functools import partial

from descant.evaluation.find import clip, hum, likeness, playlists, words
from descant.evaluation.task import Task, evaluated

TASKS: dict[str, Task] = {one.TASK.name: one.TASK for one in (words, clip, hum, likeness, playlists)}

evaluate = partial(evaluated, TASKS)
