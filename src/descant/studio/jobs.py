"""Long work in processes of its own, two at a time, kept in SQLite so that it outlives a page and a server.

A job that a stopped server had queued or begun starts again with the next one. Cancelling ends the process, and what
it had started. Shares (how far a job is) live in memory; what is written down is what became of a job.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from descant.errors import BusyError, InvalidValueError, MissingDataError
from descant.pipelines.pool import Failed, Finished, Progressed, run_jobs
from descant.studio.events import Events
from descant.studio.jobs_kinds import KINDS

AT_ONCE = 2
MOST_QUEUED = 200
MOST_STARTS = 3  # a job that brought the server down so many times is given up
KEPT = 30 * 86_400.0  # seconds that an ended job is remembered
TOLD = 86_400.0  # seconds that an ended job is shown
State = Literal["queued", "running", "done", "failed", "cancelled"]
ENDED: tuple[State, ...] = ("done", "failed", "cancelled")
LAYOUT = """
CREATE TABLE IF NOT EXISTS job (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, piece TEXT, argument TEXT NOT NULL,
    state TEXT NOT NULL, message TEXT NOT NULL, result TEXT, created REAL NOT NULL, starts INTEGER NOT NULL
) STRICT
"""


@dataclass(frozen=True)
class Job:
    """Long work and what became of it."""

    id: str
    kind: str
    title: str
    piece: str | None
    state: State
    share: float  # 0 to 1
    message: str  # why it failed
    result: dict[str, Any] | None
    created: float  # seconds since 1970


class Jobs:
    """The queue. Every method may be called from every thread."""

    def __init__(self, home: Path, events: Events, kinds: Mapping[str, str] = KINDS) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._path = home / "jobs.db"
        self._events = events
        self._kinds = kinds
        self._lock = threading.RLock()
        self._stops: dict[str, Connection] = {}  # of the running ones: what is sent here ends them
        self._threads: set[threading.Thread] = set()
        self._closed = False
        self._jobs: dict[str, Job] = {}  # oldest first
        self._arguments: dict[str, dict[str, Any]] = {}  # of those that have not ended
        self._starts: dict[str, int] = {}
        with closing(self._database()) as database, database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(LAYOUT)
            database.execute(
                "DELETE FROM job WHERE created < ? AND state IN ('done', 'failed', 'cancelled')", (time.time() - KEPT,)
            )
            for row in database.execute("SELECT * FROM job ORDER BY created"):
                self._load(*row)

    def start(self, kind: str, argument: dict[str, Any], *, title: str, piece: str | None = None) -> Job:
        """Queue a job. Raises BusyError where too many wait already."""
        if kind not in self._kinds:
            raise InvalidValueError(f"no work is of the kind {kind!r}; choose from {', '.join(self._kinds)}")
        with self._lock:
            if sum(job.state == "queued" for job in self._jobs.values()) >= MOST_QUEUED:
                raise BusyError(f"{MOST_QUEUED} jobs wait already; try again when some are done")
            job = Job(secrets.token_hex(6), kind, title, piece, "queued", 0.0, "", None, time.time())
            self._arguments[job.id] = argument
            self._starts[job.id] = 0
            self._put(job)
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
            if stop := self._stops.get(name):
                stop.send_bytes(b"cancelled")
            job = replace(job, state="cancelled")
            self._put(job)
            return job

    def forget(self, name: str) -> None:
        """Drop an ended job. Raises InvalidValueError where it has not ended."""
        with self._lock:
            job = self.get(name)
            if job.state not in ENDED:
                raise InvalidValueError(f"the job {job.title!r} is still {job.state}; cancel it first")
            del self._jobs[name]
            with closing(self._database()) as database, database:
                database.execute("DELETE FROM job WHERE id = ?", (name,))
            self._events.publish("forgotten", name, {"id": name})

    def resume(self) -> None:
        """Go on with what an earlier server had left."""
        with self._lock:
            self._hire()

    def close(self) -> None:
        """End the processes. What was queued or running goes on at the next start."""
        with self._lock:
            self._closed = True
            for stop in self._stops.values():
                stop.send_bytes(b"closed")
            threads = list(self._threads)
        for thread in threads:
            thread.join(timeout=10)

    def _database(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=30)

    def _load(self, *row: Any) -> None:
        name, kind, title, piece, argument, state, message, result, created, starts = row
        job = Job(
            name, kind, title, piece, state, float(state == "done"), message, result and json.loads(result), created
        )
        if state not in ENDED:
            job = replace(job, state="queued")
            self._arguments[name] = json.loads(argument)
            self._starts[name] = starts
        self._jobs[name] = job

    def _put(self, job: Job) -> None:
        """Remember a job as it is now, write it down and tell of it."""
        self._jobs[job.id] = job
        if job.state in ENDED:
            argument = self._arguments.pop(job.id, {})
            starts = self._starts.pop(job.id, 0)
        else:
            argument, starts = self._arguments[job.id], self._starts[job.id]
        row = (
            *(job.id, job.kind, job.title, job.piece, json.dumps(argument), job.state, job.message),
            *(None if job.result is None else json.dumps(job.result), job.created, starts),
        )
        with closing(self._database()) as database, database:
            database.execute(f"INSERT OR REPLACE INTO job VALUES ({', '.join('?' * len(row))})", row)
        self._tell(job)

    def _tell(self, job: Job) -> None:
        self._events.publish("job", job.id, asdict(job))
        if job.piece is not None and job.state != "running":
            self._events.publish("piece", job.piece, {"id": job.piece})

    def _hire(self) -> None:
        """A thread for each job that may run now."""
        waiting = sum(job.state == "queued" for job in self._jobs.values())
        while not self._closed and waiting and len(self._threads) < AT_ONCE:
            thread = threading.Thread(target=self._work, name="studio-job", daemon=True)
            self._threads.add(thread)
            thread.start()
            waiting -= 1

    def _work(self) -> None:
        """A thread's life: the oldest that waits, until none does."""
        while drawn := self._draw():
            self._run(*drawn)

    def _draw(self) -> tuple[Job, dict[str, Any], Connection] | None:
        with self._lock:
            for job in self._jobs.values():
                if self._closed or job.state != "queued":
                    continue
                self._starts[job.id] += 1
                if job.kind not in self._kinds or self._starts[job.id] > MOST_STARTS:
                    why = "was interrupted too often" if job.kind in self._kinds else "is of a kind no longer known"
                    self._put(replace(job, state="failed", message=f"{job.title}: {why}; start it anew"))
                    return self._draw()
                ours, theirs = Pipe(duplex=False)
                self._stops[job.id] = theirs
                job = replace(job, state="running", share=0.0)
                self._put(job)
                return job, self._arguments[job.id], ours
            self._threads.discard(threading.current_thread())
            return None

    def _run(self, job: Job, argument: dict[str, Any], stop: Connection) -> None:
        """Do one job to its end. Where it was stopped, its state has been set by whoever stopped it."""
        try:
            for event in run_jobs(self._kinds[job.kind], [argument], 1, stop=stop, nested=True):
                if isinstance(event, Progressed):
                    self._move(job.id, event.share)
                elif isinstance(event, Finished):
                    self._end(job.id, state="done", share=1.0, result=event.result)
                elif isinstance(event, Failed):
                    self._end(job.id, state="failed", message=event.message)
        finally:
            with self._lock:
                self._stops.pop(job.id).close()
            stop.close()

    def _move(self, name: str, share: float) -> None:
        with self._lock:
            job = self._jobs.get(name)
            if job is not None and job.state == "running":
                self._jobs[name] = replace(job, share=min(max(share, 0.0), 1.0))
                self._tell(self._jobs[name])

    def _end(self, name: str, **changes: Any) -> None:
        with self._lock:
            job = self._jobs.get(name)
            if job is not None and job.state == "running":
                self._put(replace(job, **changes))


__all__ = ["ENDED", "Job", "Jobs", "State"]
