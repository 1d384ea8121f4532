"""Long work in processes of its own, two at a time, written down so that it outlives a page and a server.

A job that a stopped server had queued or begun starts again with the next one. Cancelling ends the process, and what
it had started. How far a job is lives in memory; what is written down is what became of it.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from descant.errors import BusyError, DescantError, InvalidValueError, MissingDataError, UnwritableFileError
from descant.pipelines.pool import Failed, Finished, Progressed, run_jobs
from descant.studio.events import Events
from descant.studio.jobs_kept import ENDED, Job, JobFile, Task
from descant.studio.jobs_kinds import KINDS

log = logging.getLogger("descant.studio")

AT_ONCE = 2
MOST_QUEUED = 200
MOST_STARTS = 3  # a job whose server did not end in order so many times has brought it down, and is given up
TOLD = 86_400.0  # seconds that an ended job is shown


class Jobs:
    """The queue. Every method may be called from every thread."""

    def __init__(self, home: Path, events: Events, kinds: Mapping[str, str] = KINDS) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._events = events
        self._kinds = kinds
        self._file = JobFile(home / "jobs.db")
        self._lock = threading.RLock()
        self._stops: dict[str, Connection] = {}  # of the running ones: what is sent here ends them
        self._threads: set[threading.Thread] = set()
        self._closed = False
        kept = self._file.load()
        self._jobs: dict[str, Job] = {job.id: job for job, _ in kept}  # oldest first
        self._tasks: dict[str, Task] = {job.id: task for job, task in kept if job.state not in ENDED}

    def start(self, kind: str, argument: dict[str, Any], *, title: str, piece: str | None = None) -> Job:
        """Queue a job. Raises BusyError where too many wait already."""
        if kind not in self._kinds:
            raise InvalidValueError(f"no work is of the kind {kind!r}; choose from {', '.join(self._kinds)}")
        with self._lock:
            if self._waiting() >= MOST_QUEUED:
                raise BusyError(f"{MOST_QUEUED} jobs wait already; try again when some are done")
            job = Job(secrets.token_hex(6), kind, title, piece, "queued", 0.0, "", None, time.time())
            task = Task(argument)
            self._file.save(job, task)  # what cannot be written down is not begun
            self._remember(job, task)
            self._hire()
        return job

    def get(self, name: str) -> Job:
        """The job of this id. Raises MissingDataError where there is none."""
        with self._lock:
            if name not in self._jobs:
                raise MissingDataError(f"there is no job {name[:40]!r}")
            return self._jobs[name]

    def all(self) -> list[Job]:
        """Those of today and those that have not ended, newest first."""
        since = time.time() - TOLD
        with self._lock:
            return [one for one in reversed(self._jobs.values()) if one.state not in ENDED or one.created >= since]

    def cancel(self, name: str) -> Job:
        """End a job: one that waits at once, one that runs within moments. One that has ended stays as it is."""
        with self._lock:
            job = self.get(name)
            if job.state in ENDED:
                return job
            self._put(replace(job, state="cancelled"), self._tasks[name])
            if stop := self._stops.get(name):
                stop.send_bytes(b"cancelled")
            return self._jobs[name]

    def forget(self, name: str) -> None:
        """Drop an ended job. Raises InvalidValueError where it has not ended."""
        with self._lock:
            job = self.get(name)
            if job.state not in ENDED:
                raise InvalidValueError(f"the job {job.title!r} is still {job.state}; cancel it first")
            self._file.drop(name)
            del self._jobs[name]
            self._events.publish("forgotten", name, {"id": name})

    def resume(self) -> None:
        """Go on with what an earlier server had left."""
        with self._lock:
            self._hire()

    def close(self) -> None:
        """End the processes. What was queued or running goes on at the next start."""
        with self._lock:
            self._closed = True
            for name, stop in self._stops.items():
                if task := self._tasks.get(name):  # this end is no fault of its own
                    task.starts -= 1
                    self._write(self._jobs[name], task)
                stop.send_bytes(b"closed")
            threads = list(self._threads)
        for thread in threads:
            thread.join(timeout=10)

    def _waiting(self) -> int:
        return sum(job.state == "queued" for job in self._jobs.values())

    def _put(self, job: Job, task: Task) -> None:
        """Write a job down as it is now, where the disk takes it; remember it and tell of it in every case."""
        self._write(job, task)
        self._remember(job, task)

    def _write(self, job: Job, task: Task) -> None:
        try:
            self._file.save(job, task)
        except UnwritableFileError as error:
            log.error("%s: %s", job.title, error)

    def _remember(self, job: Job, task: Task) -> None:
        self._jobs[job.id] = job
        if job.state in ENDED:
            self._tasks.pop(job.id, None)
        else:
            self._tasks[job.id] = task
        self._tell(job)
        if job.piece is not None and job.state != "running":
            self._events.publish("piece", job.piece, {"id": job.piece})

    def _tell(self, job: Job) -> None:
        self._events.publish("job", job.id, asdict(job))

    def _hire(self) -> None:
        """A thread for each job that may run now."""
        for _ in range(min(self._waiting(), AT_ONCE - len(self._threads))):
            if not self._closed:
                thread = threading.Thread(target=self._work, name="studio-job", daemon=True)
                self._threads.add(thread)
                thread.start()

    def _work(self) -> None:
        """A thread's life: the oldest job that waits, until none does."""
        try:
            while (name := self._draw()) is not None:
                self._run(name)
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())

    def _draw(self) -> str | None:
        """The oldest that waits, now said to be running. None: this thread is not needed any more."""
        with self._lock:
            for job in list(self._jobs.values()):
                if job.state != "queued" or self._closed:
                    continue
                task = self._tasks[job.id]
                task.starts += 1
                if task.starts > MOST_STARTS:
                    self._put(replace(job, state="failed", message=f"{job.title}: was interrupted too often"), task)
                elif job.kind not in self._kinds:
                    self._put(replace(job, state="failed", message=f"no work is of the kind {job.kind!r}"), task)
                else:
                    self._put(replace(job, state="running", share=0.0), task)
                    return job.id
            self._threads.discard(threading.current_thread())  # before the lock is left: who comes now hires anew
            return None

    def _run(self, name: str) -> None:
        """Do one job to its end. Where it was stopped, its state has been set by whoever stopped it."""
        hear, stop = Pipe(duplex=False)
        with self._lock:
            self._stops[name] = stop
            job, task = self._jobs[name], self._tasks.get(name)
        try:
            if task is None or self._closed:
                return
            for event in run_jobs(self._kinds[job.kind], [task.argument], 1, stop=hear, nested=True):
                if isinstance(event, Progressed):
                    self._change(name, share=min(max(event.share, 0.0), 1.0))
                elif isinstance(event, Finished):
                    self._change(name, state="done", share=1.0, result=event.result)
                elif isinstance(event, Failed):
                    if event.trace:
                        log.error("%s: %s", job.title, event.trace)
                    self._change(name, state="failed", message=event.message)
        except Exception as error:  # a full disk, a result that is no JSON: the queue goes on
            log.exception("%s", job.title)
            words = str(error) if isinstance(error, DescantError) else f"failed inside descant ({error})"
            self._change(name, state="failed", message=words)
        finally:
            with self._lock:
                del self._stops[name]
                stop.close()
            hear.close()

    def _change(self, name: str, **changes: Any) -> None:
        """What a running job's process said; nothing where it was cancelled meanwhile."""
        with self._lock:
            job = self._jobs.get(name)
            if job is None or job.state != "running":
                return
            job = replace(job, **changes)
            if job.state == "running":
                self._jobs[name] = job
                self._tell(job)
            else:
                self._put(job, self._tasks[name])


__all__ = ["ENDED", "Job", "Jobs"]
