"""Paths that a request names, held inside the folders that may be opened: links are followed first, then it is looked
where they lead.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from descant.errors import InvalidValueError, MissingDataError, UnreadableFileError

MOST_SHOWN = 2_000  # folders of one folder


def confined(given: str, roots: Iterable[Path]) -> Path:
    """An existing file or folder inside one of the roots, without links in its name.

    given: a whole path. Raises InvalidValueError for what is none or leads outside, MissingDataError where nothing is.
    What lies outside is never looked at, so that nobody learns what is there.
    """
    if "\0" in given or not given.strip() or not _is_text(given):
        raise InvalidValueError("a path is named by text without zero bytes; choose a folder from the list")
    path = Path(os.path.abspath(given))  # noqa: PTH100  (`..` goes before links are followed)
    allowed = [one.resolve() for one in roots]
    inside = (*allowed, *(Path(os.path.abspath(one)) for one in roots))  # noqa: PTH100
    if not Path(given).is_absolute() or not any(path.is_relative_to(one) for one in inside):
        raise InvalidValueError(f"{given}: {_outside(allowed)}")
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):  # gone, a loop of links, or a name that no system takes
        raise MissingDataError(f"{given}: is not there; choose a folder from the list") from None
    if not any(real.is_relative_to(one) for one in allowed):
        raise InvalidValueError(f"{given}: is a link that leads elsewhere; {_outside(allowed)}")
    if not _is_text(str(real)):
        raise InvalidValueError(f"{given}: leads to a name that is no text in UTF-8; choose the folder above it")
    return real


def subfolders(given: str, roots: Iterable[Path]) -> dict[str, Any]:
    """What a chooser of folders shows: the folders in a folder, or the roots where none is named.

    `parent` is None where the folder above lies outside; hidden folders, links that lead outside and names
    that are no text are left out: with the folder above them they can be chosen all the same.
    """
    allowed = [one.resolve() for one in roots]
    if not given:
        shown = [_entry(one) for one in allowed if one.is_dir() and _is_text(str(one))]
        return {"path": None, "parent": None, "folders": shown}
    path = confined(given, allowed)
    if not path.is_dir():
        raise InvalidValueError(f"{given}: is a file; choose a folder")
    try:
        with os.scandir(path) as entries:
            names = sorted(one.name for one in entries if _is_folder(one, allowed))
    except OSError as error:
        raise UnreadableFileError(f"{given}: cannot be read ({error.strerror})") from None
    parent = path.parent if any(path.parent.is_relative_to(one) for one in allowed) else None
    return {
        "path": str(path),
        "parent": None if parent is None or parent == path else str(parent),
        "folders": [_entry(path / name) for name in names[:MOST_SHOWN]],
    }


def _is_folder(entry: os.DirEntry[str], allowed: list[Path]) -> bool:
    try:
        if entry.name.startswith(".") or not _is_text(entry.name) or not entry.is_dir():
            return False
        return not entry.is_symlink() or any(Path(entry.path).resolve().is_relative_to(one) for one in allowed)
    except (OSError, RuntimeError):
        return False


def _entry(path: Path) -> dict[str, str]:
    """A folder as it is shown."""
    return {"name": path.name or str(path), "path": str(path)}


def _is_text(name: str) -> bool:
    """Whether a name can be sent: bytes that are no UTF-8 stand in it as lone surrogates."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _outside(allowed: list[Path]) -> str:
    return f"only what lies in {' or '.join(map(str, allowed))} may be opened; `descant studio --music DIR` allows more"
