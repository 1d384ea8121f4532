"""What was found in a library, as a table, as JSON and as a playlist. Whatever a title holds, it is printed as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from descant.library.item import Item
    from descant.types import Ranked

WIDTH = 140  # columns, where the table goes to a file
WIDE = 110  # columns from which on the reasons have one of their own
LONGEST = 80  # characters of a name that are shown
SCHEMA = 1
EMPTY = "the library is empty; fill it with: descant index DIR"


def plain(text: str, longest: int = LONGEST) -> str:
    """Text as one line without signs that steer a terminal, and not longer than is bearable."""
    line = "".join(sign if sign.isprintable() else " " if sign.isspace() else "�" for sign in text[: longest + 1])
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def show(pairs: Sequence[tuple[Item, Ranked]], first: int, *, timed: bool = False) -> None:
    """Print a table of items, numbered from `first`, with why each is there; timed: with when it starts.

    The reasons stand in a column, or below the title where there is no room for one.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from descant.io.times import clock

    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    beside = console.width >= WIDE
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("", "title", "artist", "key", "tempo", "length", "at" if timed else "percentile"):
        words = name in ("title", "artist")
        right = name not in ("title", "artist", "key")
        table.add_column(
            name, justify="right" if right else "left", no_wrap=not words, overflow="fold", ratio=2 if words else None
        )
    if beside:
        table.add_column("why", overflow="fold", ratio=3)
    start = 0.0
    for number, (item, ranked) in enumerate(pairs, first):
        why = Text(plain("; ".join(ranked.reasons), 3 * LONGEST), "" if beside else "dim")
        called = Text(plain(title(item)))
        table.add_row(
            str(number),
            called if beside or not why else Text("\n").join([called, why]),
            Text(plain(item.artist or item.composer or "")),
            item.key or "",
            f"{item.tempo:.0f}" if item.tempo else "",
            clock(round(item.duration)),
            clock(round(start)) if timed else f"{ranked.percentile:.0f}",
            *([why] if beside else []),
        )
        start += item.duration
    console.print(table)


def title(item: Item) -> str:
    """What an item is called, by its title or its file."""
    return item.title or (item.paths[0].name if item.paths else f"item {item.id}")


def json_items(pairs: Iterable[tuple[Item, Ranked]]) -> list[dict[str, Any]]:
    """Items with all that is known of them, as docs/find.md describes."""
    return [
        {
            "item": item.id,
            "name": ranked.name,
            "percentile": round(ranked.percentile, 2),
            "reasons": list(ranked.reasons),
            "paths": [str(path) for path in item.paths],
            "kind": item.kind,
            "title": item.title,
            "artist": item.artist,
            "album": item.album,
            "composer": item.composer,
            "genre": item.genre,
            "year": item.year,
            "source": item.source,
            "duration": _rounded(item.duration, 3),
            "tempo": _rounded(item.tempo, 2),
            "key": item.key,
            "meter": item.meter,
            "loudness": _rounded(item.loudness, 1),
            "instruments": {label: round(share, 3) for label, share in item.instruments},
        }
        for item, ranked in pairs
    ]


def json_text(document: dict[str, Any]) -> str:
    """A document of this page's schema."""
    return json.dumps({"schema": SCHEMA, **document}, ensure_ascii=False, indent=1) + "\n"


def save_m3u(items: Iterable[Item], target: Path) -> str:
    """Write items as a playlist, those without a file left out, and say what was written."""
    from descant.io.m3u import PlaylistEntry, write_m3u

    listed = list(items)
    entries = [PlaylistEntry(one.paths[0], one.duration, one.name) for one in listed if one.paths]
    write_m3u(entries, target)
    without = len(listed) - len(entries)
    files = f"{len(entries)} file{'s' * (len(entries) != 1)} -> {target}"
    return files + (f"; {without} without a file left out" if without else "")


def _rounded(value: float | None, places: int) -> float | None:
    return None if value is None else round(value, places)
