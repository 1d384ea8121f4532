"""One writer at a time: a lock on a file beside the database, which the system lets go of when its holder ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from descant.errors import UnwritableFileError


@contextmanager
def writer_lock(database: Path) -> Iterator[None]:
    """Hold the right to write. Raises UnwritableFileError where another process has it, with the process's number."""
    path = database.with_name(f"{database.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise UnwritableFileError(
            f"{database}: no library can be written there: {error.strerror}; choose another place with --library"
        ) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(handle, 32, 0).decode("ascii", errors="replace").strip() or "unknown"
            raise UnwritableFileError(
                f"{database}: is being written to by another descant, process {holder}; wait until it has finished"
            ) from None
        os.truncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
