"""Files found readable before they are read, and written whole or not at all."""

from __future__ import annotations

import errno
import glob
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from descant.errors import UnreadableFileError, UnwritableFileError

_REASONS = {
    errno.EACCES: "no permission to write there",
    errno.EPERM: "no permission to write there",
    errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file is larger than it may be there",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOTDIR: "a file stands where a folder should be",
    errno.EEXIST: "a file stands where a folder should be",
    errno.EISDIR: "a folder stands where the file should be",
}


def readable(path: str | os.PathLike[str]) -> Path:
    """The path, once it is known to be an existing, non-empty file that may be read."""
    path = Path(path)
    try:
        if path.is_dir():
            raise UnreadableFileError(f"{path}: is a folder, not a file")
        if not path.exists():
            raise UnreadableFileError(f"{path}: no such file")
        if not path.is_file():
            raise UnreadableFileError(f"{path}: is not a regular file")
        with path.open("rb") as file:
            if not file.read(1):
                raise UnreadableFileError(f"{path}: is empty (0 bytes)")
    except PermissionError:
        raise UnreadableFileError(f"{path}: no permission to read it") from None
    except (OSError, ValueError) as error:
        raise UnreadableFileError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from None
    return path


def read_text(path: str | os.PathLike[str]) -> str:
    """A UTF-8 text file, with or without a byte order mark. Raises UnreadableFileError where it is not one."""
    path = readable(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"{path}: is not text in UTF-8 (byte {error.start} is {error.object[error.start]:#04x})"
        ) from None
    except OSError as error:
        raise UnreadableFileError(f"{path}: cannot be read ({error.strerror})") from None
    if "\0" in text:
        raise UnreadableFileError(f"{path}: is not text in UTF-8 (byte {text.encode().index(0)} is 0x00)")
    return text


_NAMED = 40  # characters of a file's name in its temporary one: names hold 255 bytes, and a character may take four


@contextmanager
def write_beside(target: Path) -> Iterator[Path]:
    """A temporary name beside `target` to write to; renamed onto it at the end, or removed if anything fails.

    A reader sees the old file or the new one, never half of either. A link stays, and what it leads to is written.
    Raises UnwritableFileError with the reason, also where a device or a pipe stands there: it would be replaced.
    """
    named, target = Path(target), Path(os.path.realpath(target))
    temporary = target.parent / f".{target.name[:_NAMED]}.{secrets.token_hex(4)}.part"
    try:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.is_dir():
                raise IsADirectoryError(errno.EISDIR, "")
            if target.exists() and not target.is_file():
                raise UnwritableFileError(f"{named}: is a device or a pipe, not a file; name a file to write")
            yield temporary
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            temporary.replace(target)
        except OSError as error:
            raise UnwritableFileError(f"{named}: cannot be written: {reason_of(error)}") from None
    finally:
        with suppress(OSError):  # a folder on the way may be no folder at all
            temporary.unlink(missing_ok=True)


def reason_of(error: OSError) -> str:
    """Why something could not be written, in words."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


def remove_half_written(folder: Path, name: str) -> None:
    """Remove what a killed process left of files whose names begin with `name`."""
    for part in folder.glob(f".{glob.escape(name[:_NAMED])}*.part"):
        part.unlink(missing_ok=True)


def write_bytes(target: Path, data: bytes) -> Path:
    """Write a file whole or not at all."""
    with write_beside(target) as temporary:
        temporary.write_bytes(data)
    return target


def write_text(target: Path, text: str) -> Path:
    """Write a UTF-8 text file with Unix line ends, whole or not at all."""
    return write_bytes(target, text.encode("utf-8", errors="backslashreplace"))
