"""The SQLite file under a library: opened for reading beside a writer, or for writing; its faults told in words.

In write-ahead mode (WAL) a reader sees the last committed state and never waits; what a killed writer had not committed
is as if it had never been begun.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from descant.errors import (
    DescantError,
    InvalidValueError,
    MissingDataError,
    UnreadableFileError,
    UnsupportedFormatError,
    UnwritableFileError,
)
from descant.library.lock import writer_lock
from descant.library.migrations import APPLICATION, NEWEST, migrate

PATIENCE = 30.0  # seconds to wait for another process's short lock


def check_there(path: Path) -> None:
    """Raise MissingDataError where there is no library yet, UnreadableFileError for a folder or a closed way."""
    try:
        if path.is_dir():
            raise UnreadableFileError(f"{path}: is a folder, not a library; name the library's file with --library")
        if not path.is_file() or path.stat().st_size == 0:
            raise MissingDataError(_none_yet(path))
    except OSError as error:  # a folder on the way is closed to us, or the name is too long
        raise UnreadableFileError(f"{path}: cannot be read ({error.strerror}); name another with --library") from None


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that cannot write. An older descant's library is brought up first.

    Raises MissingDataError where there is no library yet, or a writer is just making it; UnreadableFileError for a
    folder.
    """
    check_there(path)
    log = path.with_name(f"{path.name}-wal")
    alone = not os.access(path.parent, os.W_OK) and not (log.exists() and log.stat().st_size)
    with faults_told(path):
        # Where nothing can be written beside the file, nobody writes to it either.
        connection = _connect(f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if alone else ''}")
        try:
            layout = _layout(connection, path)
        except BaseException:
            connection.close()
            raise
    if layout == NEWEST:
        return connection
    connection.close()
    if layout == 0:
        raise MissingDataError(_none_yet(path))
    with writer_lock(path):
        connect_to_write(path).close()
    return connect_to_read(path)


def connect_to_write(path: Path) -> sqlite3.Connection:
    """A connection to the library, made or brought up to the newest layout where that is needed."""
    if path.exists() and not os.access(path, os.W_OK):
        raise UnwritableFileError(f"{path}: {os.strerror(errno.EACCES)}; choose another library with --library")
    with faults_told(path):
        connection = _connect(f"{path.absolute().as_uri()}?mode=rwc")
        try:
            _layout(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            migrate(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _none_yet(path: Path) -> str:
    return f"{path}: there is no library yet; make one with: descant index DIR"


def _connect(address: str) -> sqlite3.Connection:
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=PATIENCE)


def _layout(connection: sqlite3.Connection, path: Path) -> int:
    """The layout's number. Raises UnsupportedFormatError where it is a newer one, or no library of ours."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (layout,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and application != APPLICATION:
        raise UnsupportedFormatError(f"{path}: is another program's database; choose another name with --library")
    if layout > NEWEST:
        raise UnsupportedFormatError(
            f"{path}: was made by a newer descant (layout {layout}; this one knows {NEWEST}); "
            "use that one, or choose another library with --library"
        )
    return int(layout)


@contextmanager
def faults_told(path: Path) -> Iterator[None]:
    """What SQLite raises, as an error for people that names the library."""
    try:
        yield
    except sqlite3.ProgrammingError:  # a fault of ours
        raise
    except sqlite3.DatabaseError as error:
        raise _told(path, error) from None


def _told(path: Path, error: sqlite3.Error) -> DescantError:
    name = getattr(error, "sqlite_errorname", None) or ""
    if name.startswith("SQLITE_FULL"):
        return UnwritableFileError(f"{path}: cannot be written: the disk is full")
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")):
        return UnwritableFileError(f"{path}: cannot be opened as a library ({error}); choose another with --library")
    if name.startswith("SQLITE_IOERR"):
        return UnwritableFileError(f"{path}: cannot be read or written ({error}): is the disk full, or gone?")
    if name.startswith("SQLITE_BUSY"):
        return UnwritableFileError(f"{path}: another program holds it ({error}); wait until it has finished")
    if name.startswith("SQLITE_CONSTRAINT"):
        return InvalidValueError(f"{path}: refuses what breaks its rules ({error})")
    return UnreadableFileError(f"{path}: is damaged ({error}); `descant library check` says what can be saved")
