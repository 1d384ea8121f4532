"""`descant playlist`: what fits a seed, a mood or a running cadence, in an order that can be mixed."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from descant.cli.find import JsonOption, M3uOption, query_parts, seed_named
from descant.cli.index import LibraryOption
from descant.cli.targets import STDOUT, check_targets, write
from descant.cli.warned import warnings_told

if TYPE_CHECKING:
    from descant.retrieval.playlist import Playlist


def playlist(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORDS]...", help='A mood, and filters: "calm piano" year:..1990.'),
    ] = None,
    seed: Annotated[
        str, typer.Option(metavar="FILE", help="What it begins with and is like: a file, or an item's number.")
    ] = "",
    cadence: Annotated[
        float | None, typer.Option(metavar="STEPS", help="Steps a minute to run to, at, half or double the tempo.")
    ] = None,
    minutes: Annotated[float | None, typer.Option(help="How long it is to be, instead of --count.")] = None,
    count: Annotated[int, typer.Option(help="How many pieces.")] = 20,
    order: Annotated[
        str, typer.Option(help="harmonic: keys follow each other, tempos do not jump; relevance: the best first.")
    ] = "harmonic",
    relevance: Annotated[
        float, typer.Option(help="1: the best fitting and nothing else counts; 0: as various as can be.")
    ] = 0.7,
    json: JsonOption = "",
    m3u: M3uOption = None,
    library: LibraryOption = None,
) -> None:
    """Make a playlist from your library; each piece says why it is there.

    Nobody comes twice in a row where that can be.
    """
    from descant.io.m3u import check_ending
    from descant.library.store import library_path, open_library
    from descant.retrieval.playlist import PlaylistMaker, Wanted

    sown = seed_named(seed)
    check_targets(
        [library_path(library), *([sown] if isinstance(sown, Path) else [])],
        [one for one in (Path(json) if json else None, m3u) if one is not None],
    )
    if m3u is not None:
        check_ending(m3u)
    sentence, filters = query_parts(words or [])
    wanted = Wanted(sentence, sown, cadence, count, minutes, filters, order, relevance)
    with warnings_told(), open_library(library) as opened:
        made = PlaylistMaker(opened).make(wanted)
        _tell(made, json, m3u, empty=len(opened) == 0)


def _tell(made: Playlist, json: str, m3u: Path | None, *, empty: bool) -> None:
    from descant.cli.found import EMPTY, json_items, json_text, plain, save_m3u, show
    from descant.io.times import clock

    pairs = list(zip(made.items, made.ranked, strict=True))
    if json:
        starts = accumulate((one.duration for one in made.items), initial=0.0)
        items = [{"start": round(start, 3), **one} for start, one in zip(starts, json_items(pairs), strict=False)]
        write(json_text({"seconds": round(made.seconds, 3), "told": list(made.told), "items": items}), json)
    err = json == STDOUT
    for line in made.told:
        typer.echo(plain(line, 1000), err=err)
    if pairs and not err:
        show(pairs, 1, timed=True)
    if not pairs:
        typer.echo(EMPTY if empty else "nothing in the library fits", err=err)
    else:
        typer.echo(f"{len(pairs)} piece{'s' if len(pairs) > 1 else ''}, {clock(round(made.seconds))}", err=err)
    if m3u is not None:
        typer.echo(save_m3u(made.items, m3u), err=err)
