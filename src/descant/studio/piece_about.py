"""What is said of a piece in a list, and how it is written down: `about.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from descant.errors import UnreadableFileError
from descant.io.files import write_text
from descant.io.json_piece import load_json
from descant.io.tags import readable

KINDS = ("sound", "notes", "score")
NEW, WORKING, READY, FAILED = "new", "working", "ready", "failed"
NAME = "about.json"


@dataclass(frozen=True)
class About:
    """What is said of a piece in a list."""

    id: str
    name: str
    kind: str  # one of KINDS
    created: float  # seconds since 1970
    duration: float = 0.0  # seconds; 0 until it has been looked at
    state: str = NEW
    job: str | None = None  # that looks at it
    message: str = ""  # why it failed, in words
    parent: str | None = None  # the piece that it was made from
    take: int | None = None  # its number among the takes made together, from 1
    batch: str | None = None  # the job that made it and its siblings
    made: Mapping[str, Any] | None = None  # what that job was asked for
    kept: bool = True  # False: a take that nobody has chosen yet
    heard: Mapping[str, Any] | None = None  # the first that one wants to know of it
    told: tuple[Mapping[str, Any], ...] = ()  # what was asked and what was reached


_READ = TypeAdapter(About)


def read_about(folder: Path) -> About:
    """What is written in a piece's folder; what a newer descant wrote there as well is passed over.

    Raises UnreadableFileError where it is damaged.
    """
    try:
        return _READ.validate_python(load_json(folder / NAME))
    except ValidationError as error:
        fault = error.errors()[0]
        words = f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
        raise UnreadableFileError(f"{folder / NAME}: is damaged ({words}); remove the piece and add it again") from None


def damaged(folder: Path, message: str) -> About:
    """What a list says of a piece of which nothing can be read."""
    created = folder.stat().st_mtime
    return About(folder.name, f"damaged piece {folder.name}", "notes", created, state=FAILED, message=message)


def write_about(folder: Path, about: About) -> None:
    """Write it, whole or not at all."""
    write_text(folder / NAME, json.dumps(asdict(about), ensure_ascii=False, indent=1) + "\n")


def shown(name: str) -> str:
    """A name as it is kept: the last part of a path, what can be printed of it."""
    text = name.encode("utf-8", "replace").decode("utf-8").replace("\\", "/").rstrip("/").rpartition("/")[2]
    return readable(text) or "untitled"
