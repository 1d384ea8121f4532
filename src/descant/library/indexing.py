"""Indexing: the files of folders become items of the library, a pool of processes does the work, one process writes.

What is there already is not done again: a file of the same size and time is not opened, one of a known content gets one
more name. Each file is committed by itself, so that a run that is killed loses at most the files in hand, and the next
run goes on from there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from descant.library.item import FULL, Entry, FileStamp
from descant.library.plan import Plan
from descant.library.recordings import group_recordings
from descant.library.spaces import SPACES
from descant.library.walker import walk
from descant.library.writer import LibraryWriter
from descant.pipelines.pool import Failed, Finished, Progressed, run_jobs

WORK = "descant.library.describe:describe"
PATIENCE = 1_800.0  # seconds without a sign of life, after which a file is given up
MOST_TOLD = 100  # faults held in memory
GONE_AT_ONCE = 1_000  # files forgotten in one transaction

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Job:
    """One file to learn of."""

    file: FileStamp
    level: int
    library: Path


@dataclass(frozen=True)
class Known:
    """The content of a file that the library knows already."""

    content: str


@dataclass
class Report:
    """What became of the files."""

    walked: int = 0
    unchanged: int = 0  # not opened: as they were, or as unreadable as they were
    hopeless: int = 0  # of these, as unreadable as they were
    learnt: int = 0
    known: int = 0  # renamed, copied or touched: their content was known
    failed: int = 0
    gone: int = 0
    left: int = 0  # not come to
    grouped: int = 0  # items found to be a recording that is there in another encoding too

    def told(self) -> str:
        """All of it in one line."""
        parts = {
            "new or changed": self.learnt,
            "renamed, copied or touched": self.known,
            "unchanged": self.unchanged,
            "gone": self.gone,
            "unreadable": self.failed,
            "not come to": self.left,
        }
        told = ", ".join(f"{count:,} {what}" for what, count in parts.items() if count)
        if self.hopeless:
            told = told.replace(" unchanged", f" unchanged ({self.hopeless:,} of them unreadable, as before)")
        return f"{self.walked:,} file{'s' * (self.walked != 1)}: {told}" if told else "no music was found there"


class Indexing:
    """One run over some roots. `report` tells at any moment how far it has come, `faults` what could not be read."""

    def __init__(
        self,
        library: LibraryWriter,
        roots: Iterable[Path],
        level: int,
        *,
        retry: bool = False,
        within: Iterable[Path] = (),
    ) -> None:
        """within: folders that no link is followed out of; none: links are followed wherever they lead."""
        self.library, self.roots, self.level, self.within = library, tuple(roots), level, tuple(within)
        self.report = Report()
        self.faults: list[
            str
        ] = []  # of folders and files, the first MOST_TOLD of them; the library holds those of files
        self._plan = Plan(library, level, retry=retry)

    def run(self, workers: int, progress: Progress = lambda _: None, work: str = WORK) -> Report:
        """Walk, work and write. Interrupted or killed, it has kept all files that were finished."""
        if self.level == FULL:
            self.library.adopt(SPACES)
        for root in self.roots:
            self._plan.add(walk(root, self._fault, self.within))
        report = self.report
        report.walked, report.left = self._plan.walked(), self._plan.to_do()
        report.unchanged, report.hopeless = report.walked - report.left, self._plan.hopeless()
        self._learn(workers, progress, work)
        for root in self.roots:
            for batch in _batches(self._plan.gone(root), GONE_AT_ONCE):
                report.gone += self.library.forget_files(batch)
        report.grouped = group_recordings(self.library)
        return report

    def _learn(self, workers: int, progress: Progress, work: str) -> None:
        total = max(1, self.report.left)
        in_hand: dict[int, FileStamp] = {}
        shares: dict[int, float] = {}

        def jobs() -> Iterator[Job]:
            for number, file in enumerate(self._plan.work()):
                in_hand[number] = file
                yield Job(file, self.level, self.library.path)

        for event in run_jobs(work, jobs(), min(workers, total), PATIENCE):
            if isinstance(event, Progressed):
                shares[event.job] = event.share
            elif isinstance(event, Finished | Failed):
                file = in_hand.pop(event.job)
                shares.pop(event.job, None)
                self.report.left -= 1
                self._keep(file, event)
            progress((total - self.report.left + sum(shares.values())) / total)

    def _keep(self, file: FileStamp, event: Finished | Failed) -> None:
        if isinstance(event, Finished) and isinstance(event.result, Entry):
            self.library.put(event.result, file)
            self.report.learnt += 1
        elif isinstance(event, Finished):
            self.library.link(file, event.result.content)
            self.report.known += 1
        elif isinstance(event, Failed) and os.path.lexists(file.path):
            self.library.fail(file, self.level, event.message)
            self.report.failed += 1
            self._fault(event.message if str(file.path) in event.message else f"{file.path}: {event.message}")
            if event.trace and os.environ.get("DESCANT_DEBUG"):
                self._fault(event.trace)
        else:  # it vanished while it waited
            self.report.gone += self.library.forget_files([file.path])

    def _fault(self, message: str) -> None:
        if len(self.faults) < MOST_TOLD:
            self.faults.append(message)


def _batches(paths: Iterable[Path], size: int) -> Iterator[list[Path]]:
    batch: list[Path] = []
    for path in paths:
        batch.append(path)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
