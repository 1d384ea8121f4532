"""The suite `harmony`: every task on its data."""

from __future__ import annotations

from functools import partial

from descant.evaluation.harmony import beam_width, cadence, chord_bits, roman_numeral, tune
from descant.evaluation.task import Task, evaluated

TASKS: dict[str, Task] = {one.TASK.name: one.TASK for one in (chord_bits, roman_numeral, beam_width, cadence, tune)}

evaluate = partial(evaluated, TASKS)
