"""Jobs as they are written down: what one is, and the SQLite file that remembers them."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from descant.errors import UnwritableFileError

KEPT = 30 * 86_400.0  # seconds that an ended job is remembered
State = Literal["queued", "running", "done", "failed", "cancelled"]
QUEUED: State = "queued"
ENDED: tuple[State, ...] = ("done", "failed", "cancelled")
COLUMNS = "id, kind, title, piece, argument, state, message, result, created, starts"
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
    kind: Annotated[str, Field(description="`listen`, `index`, `compose` and so on.")]
    title: Annotated[str, Field(description="What it does, for people.")]
    piece: Annotated[str | None, Field(description="The piece that it is about.")]
    state: State
    share: Annotated[float, Field(description="How far it is, 0 to 1.")]  # not written down
    message: Annotated[str, Field(description="Why it failed, in words.")]
    result: Annotated[dict[str, Any] | None, Field(description="What it gave, once it is done.")]
    created: Annotated[float, Field(description="Seconds since 1970.")]


@dataclass
class Task:
    """What a job that has not ended needs to be begun, again or for the first time."""

    argument: dict[str, Any]
    starts: int = 0  # how often it was begun


class JobFile:
    """The file. Each call opens it by itself, so that every thread may make it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._opened() as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(LAYOUT)

    def load(self) -> list[tuple[Job, Task]]:
        """All jobs, oldest first; those that ended long ago are dropped. What was running waits again."""
        with self._opened() as database:
            database.execute(
                f"DELETE FROM job WHERE created < ? AND state IN ({', '.join('?' * len(ENDED))})",
                (time.time() - KEPT, *ENDED),
            )
            rows = database.execute(f"SELECT {COLUMNS} FROM job ORDER BY created").fetchall()
        try:
            return [_read(*row) for row in rows]
        except (ValueError, AttributeError):
            raise UnwritableFileError(f"{self._path}: is damaged; remove it, and forget its jobs") from None

    def save(self, job: Job, task: Task) -> None:
        """Write a job down as it is now."""
        result = None if job.result is None else json.dumps(job.result)
        row = (job.id, job.kind, job.title, job.piece, json.dumps(task.argument), job.state, job.message, result)
        with self._opened() as database:
            database.execute(
                f"INSERT OR REPLACE INTO job ({COLUMNS}) VALUES ({', '.join('?' * 10)})",
                (*row, job.created, task.starts),
            )

    def drop(self, name: str) -> None:
        """Forget a job."""
        with self._opened() as database:
            database.execute("DELETE FROM job WHERE id = ?", (name,))

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path, timeout=30)) as database, database:
                yield database
        except sqlite3.DatabaseError as error:
            raise UnwritableFileError(
                f"{self._path}: jobs cannot be kept there ({error}); free the disk, or remove the file if it is damaged"
            ) from None


def _read(*row: Any) -> tuple[Job, Task]:
    name, kind, title, piece, argument, state, message, result, created, starts = row
    state = state if state in ENDED else QUEUED
    job = Job(name, kind, title, piece, state, float(state == "done"), message, result and json.loads(result), created)
    return job, Task(json.loads(argument), starts)
