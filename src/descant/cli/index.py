"""`descant index`: folders of music become a library that can be searched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from descant.cli.bar import bar

if TYPE_CHECKING:
    from descant.library.indexing import Indexing

LibraryOption = Annotated[
    Path | None,
    typer.Option("--library", metavar="FILE", help="The library.  [default: DESCANT_LIBRARY, or your data folder]"),
]


def index(
    folders: Annotated[list[str], typer.Argument(metavar="DIR...", help="Folders of music, or single files.")],
    library: LibraryOption = None,
    level: Annotated[
        str, typer.Option(help="How much is learnt: tags, fingerprint (finds clips), or full (finds by all).")
    ] = "full",
    jobs: Annotated[int, typer.Option(min=0, help="How many files at a time; 0: as many as there are cores.")] = 0,
    retry: Annotated[bool, typer.Option("--retry", help="Try files again that could not be read before.")] = False,
) -> None:
    """Make folders of sound, MIDI and scores searchable, on this machine alone.

    Only what is new or changed is worked on; a file that was renamed or copied is not. Interrupted, the same command
    goes on where it stopped. Files that could not be read are listed at the end.
    """
    from descant.errors import InvalidValueError
    from descant.library.indexing import Indexing
    from descant.library.item import LEVELS
    from descant.library.store import open_library
    from descant.library.walker import roots
    from descant.pipelines.pool import cores

    if level not in LEVELS:
        raise InvalidValueError(f"--level takes {', '.join(LEVELS)}, not {level!r}")
    paths = roots(folders)
    with open_library(library, write=True) as opened:
        run = Indexing(opened, paths, LEVELS.index(level), retry=retry)
        try:
            with bar("indexing") as moved:
                run.run(jobs or cores(), moved)
        except KeyboardInterrupt:
            _tell(run)
            typer.echo("descant: interrupted; the same command goes on from there", err=True)
            exec("")  # as in `listen`: else `python -m` would die by the signal
            raise typer.Exit(130) from None
        _tell(run)
    if run.faults:
        raise typer.Exit(2)


def _tell(run: Indexing) -> None:
    from descant.cli.found import plain

    report = run.report
    typer.echo(report.told())
    if report.grouped:
        typer.echo(
            f"{report.grouped:,} items are re-encodings of one another; `descant library show --copies` lists them"
        )
    for message in run.faults:
        typer.echo(f"descant: {plain(message, 1000)}", err=True)
    more = report.failed - len(run.faults)
    if more > 0:
        typer.echo(f"descant: and {more:,} more; `descant library show --unreadable` lists all", err=True)
