"""What an indexing run has to do, found by comparing what lies in the folders with what the library knows.

Everything walked goes into a temporary table, on disk, and SQLite compares the two: memory does not grow with the
number of files.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from descant import __version__
from descant.library.database import faults_told
from descant.library.item import FileStamp
from descant.library.store import span_under
from descant.library.writer import LibraryWriter

BATCH = 1_000  # rows held in memory at a time

_TABLE = "CREATE TEMP TABLE walked (path BLOB PRIMARY KEY, size INTEGER, mtime_ns INTEGER) WITHOUT ROWID"
_UNCHANGED = """SELECT 1 FROM file JOIN item ON item.id = file.item
    WHERE file.path = walked.path AND file.size = walked.size AND file.mtime_ns = walked.mtime_ns
    AND item.level >= :level"""
_HOPELESS = """SELECT 1 FROM failure
    WHERE failure.path = walked.path AND failure.size = walked.size AND failure.mtime_ns = walked.mtime_ns
    AND failure.level <= :level AND failure.version = :version AND NOT :retry"""
_TO_DO = f"FROM walked WHERE NOT EXISTS ({_UNCHANGED}) AND NOT EXISTS ({_HOPELESS})"
_KNOWN_UNDER = """SELECT path FROM (SELECT path FROM file UNION SELECT path FROM failure)
    WHERE (path = :root OR (path > :first AND path < :last)) AND path NOT IN (SELECT path FROM walked) AND path > :after
    ORDER BY path LIMIT :count"""


class Plan:
    """The work that is left until every file under the roots is known at a level."""

    def __init__(self, library: LibraryWriter, level: int, *, retry: bool = False) -> None:
        self._library = library
        self._asked = {"level": level, "version": __version__, "retry": retry}
        self._do("DROP TABLE IF EXISTS temp.walked")
        self._do(_TABLE)

    def add(self, files: Iterable[FileStamp]) -> None:
        """Files that lie in the folders."""
        files = iter(files)
        while batch := [(os.fsencode(one.path), one.size, one.mtime_ns) for one in islice(files, BATCH)]:
            with faults_told(self._library.path):
                self._library.connection.execute("BEGIN")
                self._library.connection.executemany("INSERT OR IGNORE INTO walked VALUES (?, ?, ?)", batch)
                self._library.connection.execute("COMMIT")

    def walked(self) -> int:
        """How many files lie there."""
        return int(self._do("SELECT count(*) FROM walked")[0][0])

    def to_do(self) -> int:
        """How many of them are new, changed, or known at a lower level."""
        return int(self._do(f"SELECT count(*) {_TO_DO}", **self._asked)[0][0])

    def hopeless(self) -> int:
        """How many of them could not be read before, and are as they were."""
        return int(self._do(f"SELECT count(*) FROM walked WHERE EXISTS ({_HOPELESS})", **self._asked)[0][0])

    def work(self) -> Iterator[FileStamp]:
        """Those files, in order of their names."""
        after = b""
        while rows := self._do(
            f"SELECT path, size, mtime_ns {_TO_DO} AND path > :after ORDER BY path LIMIT {BATCH}",
            after=after,
            **self._asked,
        ):
            for path, size, mtime_ns in rows:
                yield FileStamp(Path(os.fsdecode(path)), size, mtime_ns)
            after = rows[-1][0]

    def gone(self, root: Path) -> Iterator[Path]:
        """What the library knows under a root and is not there any more.

        What only cannot be reached, in a folder that may not be read, is not gone.
        """
        first, last = span_under(root)
        span = {"root": os.fsencode(root), "first": first, "last": last}
        after = b""
        while rows := self._do(_KNOWN_UNDER, after=after, count=BATCH, **span):
            yield from (path for (raw,) in rows if _is_gone(path := Path(os.fsdecode(raw))))
            after = rows[-1][0]

    def _do(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        with faults_told(self._library.path):
            return self._library.connection.execute(statement, values).fetchall()


def _is_gone(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
