"""The suite `ears`: every task on its recordings, as many recordings at a time as there are cores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from descant.datasets.location import dataset_folder
from descant.errors import DescantError, MissingDataError, UnknownTransformError
from descant.evaluation.ears import beat, chord, downbeat, drum, instrument, key, note, piano, section, voice
from descant.evaluation.ears.collections import find as find_collection
from descant.evaluation.ears.task import Hearing, Task, answer, missing
from descant.evaluation.measured import Measured, Pooled, Report, headline_values, plain, rows_beside
from descant.evaluation.rows import Row
from descant.evaluation.wanted import wanted_tasks
from descant.evaluation.worst import WorstItem, worst
from descant.pipelines.listen import listening_plan
from descant.pipelines.pool import Failed, Finished, cores, run_jobs
from descant.registry import find
from descant.types import FIELDS

TASKS: dict[str, Task] = {
    one.TASK.name: one.TASK for one in (note, piano, voice, beat, downbeat, section, chord, key, drum, instrument)
}

OWN = ("note", "beat", "downbeat", "section", "chord", "key")  # what sets of the user's own may annotate

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Job:
    """One recording and what is asked of it: for each task, the systems that can answer."""

    collection: str
    split: str
    id: str
    asked: tuple[tuple[str, tuple[str, ...]], ...]
    use: tuple[tuple[str, str], ...]


def evaluate(
    split: str = "test",
    count: int | None = None,
    tasks: Iterable[str] = (),
    use: Mapping[str, str] | None = None,
    dataset: str = "",
    progress: Progress = lambda _: None,
) -> Report:
    """Every figure of the suite.

    split: `test`, or `valid` while a system is being tuned: other pieces, on another font unknown to training.
    count: only the first recordings of each collection. tasks: only these, all where none is named.
    use: for a field, the transform to measure instead of the task's own.
    dataset: measure on this set of the user's instead, such as `mirdata:ballroom`; what it annotates decides the tasks.

    Raises UnknownTransformError where a task, field or transform is not known, MissingDataError where the split is not
    known or a SoundFont is missing, and DescantError where a recording could not be measured. A data set or an outside
    system that is missing is left out and told of.
    """
    use = dict(use or {})
    wanted = [one for one in wanted_tasks(tasks, split, TASKS) if not dataset or one.name in OWN]
    for name, by in use.items():
        listening_plan([name], {name: by})
    left_out: list[str] = []
    asked = {task.name: _able(task, use, left_out) for task in wanted}
    jobs: list[Job] = []
    where = {task.name: (dataset,) if dataset else task.collections for task in wanted}
    for name in dict.fromkeys(name for names in where.values() for name in names):
        here = tuple((task.name, asked[task.name]) for task in wanted if name in where[task.name])
        ids = _ids(name, split, ", ".join(task for task, _ in here), left_out)
        jobs += [Job(name, split, one, here, tuple(use.items())) for one in ids[:count]]
    for task in wanted:
        if any(task.name in dict(job.asked) for job in jobs):
            task.ready()
    found = list(_run(jobs, progress))
    return Report(rows_of(found), worst(found_values(found)), left_out)


def measure_recording(job: Job, progress: Progress) -> list[Measured]:
    """Listen to one recording with every system asked, and hold the answers against its truth."""
    recording = find_collection(job.collection).load(job.split, job.id)
    hearing = Hearing(recording.sound, {FIELDS[name]: by for name, by in job.use})
    asked = [(TASKS[name], systems) for name, systems in job.asked if TASKS[name].known(recording)]
    hearing.prepare(list(dict.fromkeys(name for task, systems in asked for name in systems if _registered(task, name))))
    progress(0.5)
    found = []
    for task, systems in asked:
        answers = {name: answer(task, name, hearing) for name in systems}
        answers |= {name: by(recording) for name, by in task.ceilings.items() if by(recording) is not None}
        for name, heard in answers.items():
            measured = task.measure(recording, heard)
            place = (task.name, recording.data, recording.id, recording.rendered, name)
            if task.pool:
                alone = {metric: value for metric, (value, _) in task.pool([measured]).items()}
                found.append(Measured(*place, alone, measured))
            else:
                found.append(Measured(*place, measured))
    return found


def rows_of(found: Sequence[Measured]) -> list[Row]:
    """The figures of each system over a data set, beside the baseline's."""
    return rows_beside(found, {name: task.baseline for name, task in TASKS.items()}, _pooled)


def found_values(found: Iterable[Measured]) -> Iterator[WorstItem]:
    """The headline figure of every item."""
    return headline_values(found, {name: task.headline for name, task in TASKS.items()})


def _pooled(group: Sequence[Measured]) -> Pooled:
    pool = TASKS[group[0].task].pool
    return pool([one.raw for one in group]) if pool else plain(group)


def _able(task: Task, use: Mapping[str, str], left_out: list[str]) -> tuple[str, ...]:
    """The systems that can answer a task; the others, and why, join `left_out`."""
    reasons = {name: missing(task, name) for name in task.asked(use)}
    left_out += [f"{task.name}: {name} is left out: {reason}" for name, reason in reasons.items() if reason]
    return tuple(name for name, reason in reasons.items() if not reason)


def _ids(collection: str, split: str, tasks: str, left_out: list[str]) -> Sequence[str]:
    """The recordings of a collection; where there are none, the reason joins `left_out`."""
    made = find_collection(collection)
    try:
        for one in made.sets:
            dataset_folder(one.NAME, one.PUBLISHED)
        ids = made.ids(split)
    except MissingDataError as error:
        if not made.sets:
            raise  # the one set that was asked for
        left_out.append(f"{tasks}: the {collection} are left out: {error}")
        return ()
    if not ids:
        left_out.append(f"{tasks}: the {collection} have no {split} split")
    return ids


def _registered(task: Task, name: str) -> bool:
    try:
        find(name)
    except UnknownTransformError:
        return False
    return name not in task.own


def _run(jobs: Sequence[Job], progress: Progress) -> Iterator[Measured]:
    results: dict[int, list[Measured]] = {}
    shares = [0.0] * len(jobs)
    for event in run_jobs("descant.evaluation.ears.suite:measure_recording", jobs, cores()):
        if isinstance(event, Failed):
            job = jobs[event.job]
            raise DescantError(f"{job.collection} {job.id} could not be measured: {event.message}")
        if isinstance(event, Finished):
            results[event.job] = event.result
        shares[event.job] = getattr(event, "share", 1.0 if isinstance(event, Finished) else shares[event.job])
        progress(sum(shares) / len(jobs))
    for number in range(len(jobs)):
        yield from results[number]
