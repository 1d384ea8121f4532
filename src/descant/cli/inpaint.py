"""`descant inpaint`: some bars of a piece written anew, all else as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from descant.cli.bar import bar
from descant.cli.compose import Json, checked_targets, finish
from descant.cli.warned import warnings_told


def inpaint(
    given: Annotated[
        Path,
        typer.Argument(metavar="IN", help="MIDI or a score: four voices, or parts named melody, bridge and piano."),
    ],
    bars: Annotated[str, typer.Option(metavar="9-12", help="Which bars, counted from 1; an upbeat is not counted.")],
    tracks: Annotated[
        str,
        typer.Option(metavar="A,B,...", help="Only these, by name or number: soprano,bass.  [default: all]"),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="OUT",
            help="Where to: .mid, .musicxml, .pdf, .png, .wav and the like.  [default: NAME_inpainted.mid]",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Another number, other bars.")] = 0,
    best_of: Annotated[int, typer.Option(metavar="N", help="Versions drawn, of which the best is kept.")] = 4,
    json: Json = "",
) -> None:
    """Write some bars of a chorale or a song anew, of all tracks or of some.

    Everything else comes back as it was.
    """
    from descant.pipelines.inpaint import inpainted

    out = out or given.with_name(f"{given.stem}_inpainted.mid")
    kind = checked_targets(out, given, json)
    with warnings_told(), bar("inpainting") as advance:
        found = inpainted(given, bars, tracks=tracks, seed=seed, best_of=best_of, progress=advance)
    finish(found, kind, out, json, given)
