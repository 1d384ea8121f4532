"""What is learnt of one file, in a process of its own: its content's hash first, and no more where that is known.

Levels: `tags` is what the file says of itself, `fingerprint` adds what tells a recording from all others, `full` adds
what is heard in it, a vector of it in every space, and its melodies.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from descant.errors import UnreadableFileError
from descant.io.files import readable
from descant.library.indexing import Job, Known
from descant.library.item import Entry, FileStamp
from descant.library.store import Library
from descant.library.walker import kind_of

BLOCK = 1 << 20  # bytes read at once: each is a sign of life on a slow disk
HASH_SHARE = 0.05  # of the work, for the progress

Progress = Callable[[float], None]


def describe(job: Job, progress: Progress) -> Entry | Known:
    """Learn what the level asks for. Raises DescantError where the file cannot be read or changes meanwhile."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):  # the pool's processes share the cores already
        return described(job, progress, _learnt)


def described(job: Job, progress: Progress, learn: Callable[[Job, str, Progress], Entry]) -> Entry | Known:
    """What `learn` makes of a file and its content's hash, unless the content is known already."""
    content = content_hash(job.file.path, progress)
    item, level = _library(job.library).known(content)
    if item is not None and level >= job.level:
        return Known(content)
    entry = learn(job, content, lambda share: progress(HASH_SHARE + (1.0 - HASH_SHARE) * share))
    if _changed(job.file):
        raise UnreadableFileError(f"{job.file.path}: was changed while it was read; index it again")
    return entry


def content_hash(path: Path, progress: Progress = lambda _: None) -> str:
    """The hash of a file's bytes, by which it is known whatever its name."""
    path = readable(path)
    digest = hashlib.blake2b(digest_size=20)
    try:
        with path.open("rb") as file:
            size, done = max(1, os.fstat(file.fileno()).st_size), 0
            while block := file.read(BLOCK):
                digest.update(block)
                done += len(block)
                progress(HASH_SHARE * min(1.0, done / size))
    except OSError as error:
        raise UnreadableFileError(f"{path}: cannot be read ({error.strerror})") from None
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _library(path: Path) -> Library:
    return Library(path)


def _learnt(job: Job, content: str, progress: Progress) -> Entry:
    if kind_of(job.file.path) == "audio":
        from descant.library.describe_audio import describe_audio

        return describe_audio(job.file.path, _library(job.library), content, job.level, progress)
    from descant.library.describe_notes import describe_notes

    return describe_notes(job.file.path, content, job.level, progress)


def _changed(file: FileStamp) -> bool:
    try:
        facts = file.path.stat()
    except OSError:
        return True
    return (facts.st_size, facts.st_mtime_ns) != (file.size, file.mtime_ns)
