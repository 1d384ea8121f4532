"""Playlists as extended M3U in UTF-8 (.m3u8, or .m3u): a path a line, before each its length and its name.

Paths are relative to the playlist where they can be, so that a folder of music can be moved with its playlists.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from descant.errors import DescantWarning, UnsupportedFormatError
from descant.io.files import write_bytes

ENDINGS = (".m3u8", ".m3u")


class LeftOutWarning(DescantWarning):
    """A file that a playlist cannot name; the message says why."""


@dataclass(frozen=True)
class PlaylistEntry:
    """A file of a playlist."""

    path: Path
    seconds: float | None = None
    name: str = ""


def check_ending(target: Path) -> None:
    """Raises UnsupportedFormatError for a name that players do not take for a playlist's."""
    if target.suffix.lower() not in ENDINGS:
        raise UnsupportedFormatError(f"{target}: is no name of a playlist; use one that ends in {' or '.join(ENDINGS)}")


def write_m3u(entries: Iterable[PlaylistEntry], target: Path) -> Path:
    """Write a playlist, whole or not at all. A path with a line break in it cannot be written; that is warned of."""
    check_ending(target)
    lines = ["#EXTM3U"]
    for one in entries:
        path = relative(one.path, target.parent)
        if len(path.splitlines()) > 1 or path != path.strip():
            warnings.warn(f"{one.path!r}: is left out: no playlist can name it", LeftOutWarning, stacklevel=2)
            continue
        seconds = -1 if one.seconds is None else round(one.seconds)
        lines += [f"#EXTINF:{seconds},{' '.join(one.name.split())}", path]
    return write_bytes(target, "".join(f"{line}\n" for line in lines).encode("utf-8", errors="surrogateescape"))


def relative(path: Path, folder: Path) -> str:
    """A file's path from a folder, never to be taken for a comment; absolute where there is no way (other drives)."""
    try:
        found = os.path.relpath(path, folder.absolute())
    except ValueError:
        return str(path)
    return f".{os.sep}{found}" if found.startswith("#") else found
