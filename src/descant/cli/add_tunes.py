"""`descant library add-tunes`: the tunes that music21 carries become items, to be found by humming."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from descant.cli.bar import bar
from descant.cli.index import LibraryOption

if TYPE_CHECKING:
    from descant.library.tunes import Added

MOST_TOLD = 5  # faults


def add_tunes(
    library: LibraryOption = None,
    jobs: Annotated[int, typer.Option(min=0, help="How many processes; 0: as many as there are cores.")] = 0,
) -> None:
    """Add some 13,000 tunes that the installed music21 carries: Essen, O'Neill, Aird, Ryan and others.

    They are read on this machine, once, in a few minutes; interrupted, the same command goes on where it stopped. Each
    item names its collection. The Essen collection is for non-commercial use.
    """
    from descant.library.store import open_library
    from descant.library.tunes import Added
    from descant.library.tunes import add_tunes as add
    from descant.pipelines.pool import cores

    added = Added()
    with open_library(library, write=True) as opened:
        try:
            with bar("reading tunes") as moved:
                add(opened, added, jobs or cores(), moved)
        except KeyboardInterrupt:
            _tell(added)
            typer.echo("descant: interrupted; the same command goes on from there", err=True)
            raise typer.Exit(130) from None
    _tell(added)


def _tell(added: Added) -> None:
    parts = {
        "added": added.added,
        "there already": added.known,
        "unreadable": len(added.faults),
        "not come to": added.left,
    }
    typer.echo("tunes: " + ", ".join(f"{count:,} {what}" for what, count in parts.items() if count))
    for message in added.faults[:MOST_TOLD]:
        typer.echo(f"descant: {message}", err=True)
    if len(added.faults) > MOST_TOLD:
        typer.echo(f"descant: and {len(added.faults) - MOST_TOLD} more", err=True)
