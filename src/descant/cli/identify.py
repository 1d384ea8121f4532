"""`descant identify`: which recording of the library a clip is from, where in it, and how fast."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from descant.cli.index import LibraryOption
from descant.cli.targets import STDOUT, check_targets, write
from descant.cli.warned import warnings_told

if TYPE_CHECKING:
    from descant.library.item import Item
    from descant.retrieval.by_clip import Identified

NOT_THERE = "not in the library"


def identify(
    clip: Annotated[
        Path, typer.Argument(metavar="CLIP", help="A stretch of a recording, of five seconds or more; of ten in noise.")
    ],
    json: Annotated[str, typer.Option(metavar="FILE", help="Write JSON, `-` for standard output.")] = "",
    library: LibraryOption = None,
) -> None:
    """Tell which recording of your library a clip is from, from where on, and how much faster or slower it is.

    What is not in the library is refused. The recording itself is recognised, not another performance of the piece.
    """
    from descant.library.store import library_path, open_library
    from descant.retrieval.by_clip import ByClip

    check_targets([clip, library_path(library)], [Path(json)] if json and json != STDOUT else [])
    with warnings_told(), open_library(library) as opened:
        found = ByClip(opened).identify(clip)
        items = {one.id: one for one in opened.items(one.item for one in found)}
    known = [(items[one.item], one) for one in found if one.item in items]
    if json:
        write(_document(clip, known), json)
    if json != STDOUT:
        for line in _lines(clip, known):
            typer.echo(line)


def _lines(clip: Path, known: list[tuple[Item, Identified]]) -> list[str]:
    from descant.cli.found import plain
    from descant.io.times import clock

    if not known:
        return [f"{clip}: {NOT_THERE}"]
    lines = []
    for item, one in known:
        later = f" (the clip from {clock(round(one.clip_from))} on)" if one.clip_from >= 0.5 else ""
        lines.append(f"{plain(item.name)}: {one.told()}{later}")
        lines.extend(f"  {plain(str(path), 1000)}" for path in item.paths)
    return lines


def _document(clip: Path, known: list[tuple[Item, Identified]]) -> str:
    import json

    found: list[dict[str, Any]] = [
        {
            "item": item.id,
            "title": item.title,
            "artist": item.artist,
            "paths": [str(path) for path in item.paths],
            "at": round(one.at, 2),
            "clip_from": round(one.clip_from, 2),
            "speed": round(one.speed, 4),
            "confidence": round(one.confidence, 4),
        }
        for item, one in known
    ]
    return json.dumps({"clip": str(clip), "known": bool(found), "recordings": found}, ensure_ascii=False) + "\n"
