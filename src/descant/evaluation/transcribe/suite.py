"""The suite `transcribe`: every task on its passages, as many passages at a time as there are cores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from descant.datasets.location import dataset_folder
from descant.errors import MissingDataError
from descant.evaluation.measured import Measured, Report, headline_values, rows_beside
from descant.evaluation.rows import Row
from descant.evaluation.transcribe import audio, hand, jianpu, melody, metre, mv2h, spelling, voice
from descant.evaluation.transcribe.collections import COLLECTIONS
from descant.evaluation.transcribe.desk import Desk
from descant.evaluation.transcribe.task import Task
from descant.evaluation.wanted import wanted_tasks
from descant.evaluation.worst import WorstItem, worst
from descant.pipelines.pool import Failed, Finished, cores, run_jobs

TASKS: dict[str, Task] = {
    one.TASK.name: one.TASK for one in (metre, spelling, hand, voice, mv2h, melody, jianpu, audio)
}

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Job:
    """One passage and the tasks that are asked on it."""

    collection: str
    split: str
    id: str
    tasks: tuple[str, ...]


@dataclass(frozen=True)
class Done:
    """What was measured on one passage, and which systems failed there."""

    measured: list[Measured]
    failures: list[str]


def evaluate(
    split: str = "test",
    count: int | None = None,
    tasks: Iterable[str] = (),
    progress: Progress = lambda _: None,
) -> Report:
    """Every figure of the suite.

    split: `test`, or `valid` while a system is being tuned. count: only the first passages of each collection.
    tasks: only these, all where none is named.

    Raises UnknownTransformError where a task is not known, MissingDataError where the split is not. A data set that is
    missing and a passage that cannot be read are left out and told of; where a system fails, it has written nothing.
    """
    wanted = wanted_tasks(tasks, split, TASKS)
    left_out: list[str] = []
    jobs: list[Job] = []
    for name in dict.fromkeys(name for task in wanted for name in task.collections):
        here = tuple(task.name for task in wanted if name in task.collections)
        jobs += [Job(name, split, one, here) for one in _ids(name, split, ", ".join(here), left_out)[:count]]
    measured = list(_run(jobs, left_out, progress))
    return Report(rows_of(measured), worst(found_values(measured)), left_out)


def measure_passage(job: Job, progress: Progress) -> Done:
    """Have one passage written down by every system, and hold the pages against the truth."""
    desk = Desk(COLLECTIONS[job.collection].load(job.split, job.id))
    passage = desk.passage
    found = []
    for at, name in enumerate(job.tasks):
        for system in TASKS[name].systems:
            measures = TASKS[name].measure(desk, system)
            if measures:
                found.append(Measured(name, passage.data, passage.id, passage.rendered, system, measures))
        progress((at + 1) / len(job.tasks))
    return Done(found, list(dict.fromkeys(desk.failures)))


def rows_of(found: Sequence[Measured]) -> list[Row]:
    """The mean of each measure over a data set, beside the baseline's."""
    return rows_beside(found, {name: task.baseline for name, task in TASKS.items()})


def found_values(found: Iterable[Measured]) -> Iterator[WorstItem]:
    """The headline figure of every item."""
    return headline_values(found, {name: task.headline for name, task in TASKS.items()})


def _ids(collection: str, split: str, tasks: str, left_out: list[str]) -> Sequence[str]:
    """The passages of a collection; where there are none, the reason joins `left_out`."""
    made = COLLECTIONS[collection]
    try:
        for one in made.sets:
            dataset_folder(one.NAME, one.PUBLISHED)
        ids = made.ids(split)
    except MissingDataError as error:
        left_out.append(f"{tasks}: the {collection} are left out: {error}")
        return ()
    if not ids:
        left_out.append(f"{tasks}: the {collection} have no {split} split")
    return ids


def _run(jobs: Sequence[Job], left_out: list[str], progress: Progress) -> Iterator[Measured]:
    results: dict[int, Done] = {}
    shares = [0.0] * len(jobs)
    for event in run_jobs("descant.evaluation.transcribe.suite:measure_passage", jobs, cores()):
        if isinstance(event, Failed):
            job = jobs[event.job]
            left_out.append(f"{job.collection} {job.id} is left out: {event.message}")
        if isinstance(event, Finished):
            results[event.job] = event.result
        shares[event.job] = getattr(event, "share", 1.0 if isinstance(event, Finished | Failed) else shares[event.job])
        progress(sum(shares) / len(jobs))
    for number in sorted(results):
        left_out += results[number].failures
        yield from results[number].measured
