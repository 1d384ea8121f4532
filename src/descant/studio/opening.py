"""A file becomes a piece: it is told what it is, kept, and looked at by a job."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from descant.errors import DescantError
from descant.studio.context import Studio
from descant.studio.jobs import ENDED, Job
from descant.studio.piece_about import About, shown
from descant.studio.sniffed import kind_of


def open_piece(here: Studio, source: Path, name: str, *, move: bool = False) -> About:
    """Keep a file (a copy of it, or itself) and start to look at it.

    Raises DescantError where it is no music, or too many jobs wait: whoever is refused leaves nothing behind.
    """
    piece = keep_file(here, source, name, move=move)
    try:
        start_listening(here, piece)
    except DescantError:
        here.pieces.remove(piece)
        raise
    return here.pieces.about(piece)


def keep_file(here: Studio, source: Path, name: str, *, move: bool = False) -> str:
    """A file as a piece that nobody has looked at yet. Raises DescantError where it is no music."""
    name = shown(name)
    try:
        kind = kind_of(source)
        ending = "".join(Path(name).suffixes[-2:]) if source.suffix in (".lab", ".txt", ".csv") else source.suffix
        return here.pieces.add(name, source, kind, ending=ending, move=move)
    except DescantError as error:
        raise type(error)(str(error).replace(str(source), name)) from None


def start_listening(here: Studio, piece: str, **asked: Any) -> Job:
    """A job that looks at a piece; asked: `only` and `use`, where it is heard anew."""
    about = here.pieces.about(piece)
    words = "Listening to" if about.kind == "sound" else "Reading"
    argument = {"home": str(here.settings.home), "piece": piece, **asked}
    job = here.jobs.start("listen", argument, title=f"{words} {about.name}", piece=piece)
    here.pieces.change(piece, job=job.id)
    return job


def busy_with(here: Studio, about: About) -> Job | None:
    """The job that looks at a piece now, or will; None where there is none, or it has ended."""
    try:
        job = here.jobs.get(about.job or "")
    except DescantError:
        return None
    return job if job.state not in ENDED else None
