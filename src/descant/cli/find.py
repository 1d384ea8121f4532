"""`descant find`: a library searched by words, a hum, notes, a clip, likeness and filters, or by any mix of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from descant.cli.index import LibraryOption
from descant.cli.targets import STDOUT, check_targets, write
from descant.cli.warned import warnings_told

if TYPE_CHECKING:
    from descant.retrieval.finder import Found

JsonOption = Annotated[str, typer.Option(metavar="FILE", help="Write JSON, `-` for standard output.")]
DIGITS = 19  # what no item's number has
M3uOption = Annotated[Path | None, typer.Option(metavar="FILE", help="Write a playlist: .m3u8.")]


def find(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORDS]...", help='What it is like, and filters: "calm piano" tempo:60..80 key:Dm.'),
    ] = None,
    hum: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A recording of a hummed or sung tune, or MIDI.")
    ] = None,
    notes: Annotated[str, typer.Option(metavar="NOTES", help='A tune by its notes: "C C G G A A G".')] = "",
    like: Annotated[
        str,
        typer.Option(metavar="FILE", help="Music that it is to be like: a file, or an item's number in the library."),
    ] = "",
    by: Annotated[str, typer.Option(help="What is alike: rhythm, harmony, timbre, melody, or all.")] = "all",
    clip: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A piece of a recording that is in the library.")
    ] = None,
    limit: Annotated[int, typer.Option(help="How many on a page.")] = 20,
    page: Annotated[int, typer.Option(help="Which page.")] = 1,
    json: JsonOption = "",
    m3u: M3uOption = None,
    library: LibraryOption = None,
) -> None:
    """Find music in your library, the best first, and say why each was found.

    Facts in the words are conditions: "120 bpm in D minor" is 118 to 122 beats a minute, and that key. Filters are
    tempo:118..122 key:Dm meter:3/4 instrument:piano without:drums year:1990..1999 duration:..3:00 loudness:..-14
    kind:midi title:, artist:, album:, genre:, composer:"some words".
    """
    from descant.io.m3u import check_ending
    from descant.library.store import library_path, open_library
    from descant.retrieval.finder import Finder, Query

    seed = seed_named(like)
    sources = [one for one in (hum, clip, seed, library_path(library)) if isinstance(one, Path)]
    check_targets(sources, [one for one in (Path(json) if json else None, m3u) if one is not None])
    if m3u is not None:
        check_ending(m3u)
    sentence, filters = query_parts(words or [])
    query = Query(sentence, hum, notes, seed, by, clip, filters)
    with warnings_told():
        with open_library(library) as opened:
            found = Finder(opened).find(query, limit, page)
            empty = len(opened) == 0
        _tell(found, limit, json, m3u, empty)


def query_parts(arguments: list[str]) -> tuple[str, tuple[str, ...]]:
    """The words of a command line, and those filters that the shell has taken the quotes from."""
    from descant.retrieval.filters import is_tag_filter

    alone = tuple(one for one in arguments if is_tag_filter(one))
    return " ".join(one for one in arguments if one not in alone), alone


def seed_named(like: str) -> Path | int | None:
    """A file, or the number of an item of the library; None where nothing is named."""
    return item_or_file(like) if like else None


def item_or_file(text: str) -> Path | int:
    """The number of an item, where these are digits and no file or folder is called so; else what is called so."""
    is_number = text.isdecimal() and len(text) < DIGITS and not Path(text).exists()
    return int(text) if is_number else Path(text)


def _tell(found: Found, limit: int, json: str, m3u: Path | None, empty: bool) -> None:
    from descant.cli.found import json_items, json_text, plain, save_m3u, show

    pairs = list(zip(found.items, found.ranking.items, strict=True))
    if json:
        document = {
            "count": found.count,
            "page": found.page,
            "pages": found.pages,
            "told": list(found.told),
            "items": json_items(pairs),
        }
        write(json_text(document), json)
    err = json == STDOUT
    for line in found.told:
        typer.echo(plain(line, 1000), err=err)
    if pairs and not err:
        show(pairs, limit * (found.page - 1) + 1)
    typer.echo(_summary(found, empty), err=err)
    if m3u is not None:
        typer.echo(save_m3u(found.items, m3u), err=err)


def _summary(found: Found, empty: bool) -> str:
    from descant.cli.found import EMPTY

    if empty:
        return EMPTY
    if not found.count:
        return "nothing in the library is so"
    if not found.items:
        pages = f"{found.pages:,} page{'s' if found.pages > 1 else ''}"
        return f"page {found.page:,} is past the end: {found.count:,} found, on {pages}"
    return f"{found.count:,} found, page {found.page:,} of {found.pages:,}"
