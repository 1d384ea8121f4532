"""Takes: the same thing written several times with other seeds, each a piece of its own with what it was made from."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from descant.errors import DescantError
from descant.studio.pieces import PieceStore
from descant.studio.work_listen import listen

if TYPE_CHECKING:
    from descant.pipelines.written import Written

WRITING = 0.9  # of a job's time; the rest is for looking at the takes
UNNAMED = re.compile(r"^the (?:Notes|Score)(?=$|: )")
OPTION = re.compile(r"--([a-z-]+)")

Progress = Callable[[float], None]
Write = Callable[[int, Progress], "Written"]  # from a seed


@dataclass(frozen=True)
class Wanted:
    """What takes are made of, and how many."""

    batch: str  # that they share
    takes: int
    seed: int  # of the first; the others have those that follow
    called: Callable[[Written], str]  # what each is called
    parent: str | None = None  # the piece that they come from
    given: str = ""  # what that is called
    made: Mapping[str, Any] | None = None  # what was asked for


def written_takes(
    store: PieceStore, wanted: Wanted, write: Write, *, as_score: bool, progress: Progress
) -> dict[str, Any]:
    """Write and keep all takes, and give their pieces; those that could not be written are told.

    as_score: whether they are kept as pages, else as notes. What an earlier run of the same job had left is removed.
    Raises what writing raises where no take could be written.
    """
    for about in store.all():
        if about.batch == wanted.batch:
            store.remove(about.id)
    found: list[tuple[int, Written]] = []
    refused: list[DescantError] = []
    for at in range(wanted.takes):

        def told(share: float, at: int = at) -> None:
            progress(WRITING * (at + share) / wanted.takes)

        try:
            found.append((at, write(wanted.seed + at, told)))
        except DescantError as error:
            refused.append(type(error)(in_studio_words(str(error), wanted.given)))
        progress(WRITING * (at + 1) / wanted.takes)
    if not found:
        raise refused[0]
    pieces: list[str] = []
    try:
        for number, (at, one) in enumerate(found, 1):
            pieces.append(_kept(store, wanted, at, one, as_score))
            listen(store, pieces[-1])
            progress(WRITING + (1 - WRITING) * number / len(found))
    except BaseException:
        for piece in pieces:
            store.remove(piece)
        raise
    return {"pieces": pieces, "said": list(dict.fromkeys(map(str, refused)))}


def in_studio_words(message: str, given: str) -> str:
    """A message without options of the command line, and with the name of what is given."""
    return OPTION.sub(r"\1", UNNAMED.sub(lambda _: given, message) if given else message)


def _kept(store: PieceStore, wanted: Wanted, at: int, found: Written, as_score: bool) -> str:
    """A take as a piece."""
    from descant.io.save import save

    told = [
        *(
            {"what": one.what, "asked": in_studio_words(one.asked, wanted.given), "reached": one.reached}
            for one in found.told
        ),
        *({"what": "changed", "asked": "-", "reached": one} for one in found.said),
    ]
    name, number = wanted.called(found), at + 1
    with tempfile.TemporaryDirectory(dir=store.folder.parent) as folder:
        path = Path(folder) / ("take.musicxml" if as_score else "take.mid")
        save(found.score if as_score else found.notes, path)
        return store.add(
            f"{name}, take {number}" if wanted.takes > 1 else name,
            path,
            "score" if as_score else "notes",
            parent=wanted.parent,
            take=number,
            batch=wanted.batch,
            made={**(wanted.made or {}), "seed": wanted.seed + at},
            kept=False,
            told=told,
            move=True,
        )
