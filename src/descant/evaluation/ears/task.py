"""What a task is: a question to recordings, the systems that answer it, and the measure of their answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from descant.errors import UnknownTransformError
from descant.evaluation.comparators import comparator
from descant.evaluation.ears.recording import Recording
from descant.evaluation.measured import Pooled
from descant.features import Sound, prepare
from descant.registry import Transform, find
from descant.route import plan, run
from descant.types import AudioFile


class Hearing:
    """One sound, listened to by any number of systems; what several of them need is made once."""

    def __init__(self, sound: Sound, use: Mapping[type, str]) -> None:
        self.sound = sound
        self.use = use  # for a type that others rest on, the transform that makes it
        self.known: dict[tuple[str, ...], Any] = {}

    def prepare(self, names: Sequence[str]) -> None:
        """Measure, in one pass over the sound, what these transforms need."""
        prepare(self.sound, [feature for name in names for step in self.steps(name) for feature in step.needs])

    def by(self, name: str) -> Any:
        """What the transform of this name hears."""
        done: tuple[str, ...] = ()
        values: list[Any] = [self.sound]
        for step in self.steps(name):
            done = (*done, step.name)
            if done not in self.known:
                self.known[done] = run([step], values)[0]
            values.append(self.known[done])
        return values[-1]

    def steps(self, name: str) -> list[Transform]:
        """The chain of transforms from sound to what this one gives."""
        target = find(name).target
        return plan([AudioFile], [target], {**self.use, target: name})


Answer = Callable[[Hearing], Any]


@dataclass(frozen=True)
class Task:
    """A question. `systems` are transforms by name, comparators by name, or keys of `own`."""

    name: str
    part: str  # of a piece, as `--use` names it
    collections: tuple[str, ...]
    systems: tuple[str, ...]  # the model of this project that should win comes first
    baseline: str
    headline: str  # the metric that worst items are chosen by
    measure: Callable[[Recording, Any], Any]  # Measures, or what `pool` makes them from
    known: Callable[[Recording], bool]  # whether the recording's truth holds the answer
    own: Mapping[str, Answer] = field(default_factory=dict)  # answers too simple to be transforms
    ceilings: Mapping[str, Callable[[Recording], Any]] = field(default_factory=dict)  # people, other annotations
    pool: Callable[[Sequence[Any]], Pooled] | None = None  # where what `measure` gives is measured all at once
    ready: Callable[[], None] = lambda: None  # done once, before any recording is listened to

    def asked(self, use: Mapping[str, str]) -> tuple[str, ...]:
        """The systems to measure: all, or the one that `use` names for this task's field, and the baseline."""
        names = (use[self.part], self.baseline) if self.part in use else (*self.systems, self.baseline)
        return tuple(dict.fromkeys(names))


def missing(task: Task, name: str) -> str:
    """Why a system cannot answer here; empty where it can."""
    if name in task.own:
        return ""
    if outside := comparator(name):
        return outside.missing()
    try:
        find(name)
    except UnknownTransformError:
        return "no transform of this name is registered"
    return ""


def answer(task: Task, name: str, hearing: Hearing) -> Any:
    """What a system hears."""
    if name in task.own:
        return task.own[name](hearing)
    if outside := comparator(name):
        return outside.run(hearing.sound)
    return hearing.by(name)
