"""What a studio is started with: where it keeps things, what it may open, and who may talk to it."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from descant.library.store import library_path

VARIABLE = "DESCANT_STUDIO"
PORT = 8422
GIGABYTE = 1 << 30


@dataclass(frozen=True)
class Settings:
    """One studio. The token lets the person in who started it; a password is for a host that others can reach.

    The ticket lets in once: a browser is opened with it, since everybody on this machine can read what is called.
    """

    home: Path  # pieces, jobs and caches
    library: Path  # the library that is indexed and searched
    roots: tuple[Path, ...] = field(default_factory=lambda: (Path.home(),))  # folders that may be indexed or opened
    host: str = "127.0.0.1"
    port: int = PORT
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    ticket: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    password: str = ""
    most_bytes: int = GIGABYTE  # of one upload


def home_path(path: Path | None = None) -> Path:
    """Where the studio keeps things: at `path`, else where DESCANT_STUDIO says, else beside the default library."""
    if path is not None:
        return path.expanduser()
    if named := os.environ.get(VARIABLE, ""):
        return Path(named).expanduser()
    return library_path().parent / "studio"
