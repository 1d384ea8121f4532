"""`descant inpaint`: some bars of a piece written anew, all else as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from descant.cli.bar import bar
from descant.cli.compose import checked_targets, lines, value_of
from descant.cli.targets import STDOUT, write
from descant.cli.warned import warnings_told


def inpaint(
    given: Annotated[Path, typer.Argument(metavar="IN", help="A chorale in four voices: MIDI or a score.")],
    bars: Annotated[str, typer.Option(metavar="9-12", help="Which bars, counted from 1; an upbeat is not counted.")],
    tracks: Annotated[
        str,
        typer.Option(metavar="A,B,...", help="Only these voices, by name or number: soprano,bass.  [default: all]"),
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
    json: Annotated[
        str, typer.Option(metavar="FILE", help="Write what was asked and reached as JSON, `-` for standard output.")
    ] = "",
) -> None:
    """Write some bars of a chorale anew, of all voices or of some.

    Everything else comes back as it was.
    """
    from descant.io.save import save
    from descant.pipelines.inpaint import inpainted
    from descant.pipelines.written import written_json

    out = out or given.with_name(f"{given.stem}_inpainted.mid")
    kind = checked_targets(out, given, json)
    with warnings_told(), bar("inpainting") as advance:
        found = inpainted(given, bars, tracks=tracks, seed=seed, best_of=best_of, progress=advance)
    for one in found.said:
        typer.echo(f"descant: {given}: {one}", err=True)
    written = save(value_of(found, kind), out)
    if json:
        import json as json_library

        write(json_library.dumps(written_json(found, out.name), ensure_ascii=False, indent=1) + "\n", json)
    for line in lines(found):
        typer.echo(line, err=json == STDOUT)
    typer.echo(f"-> {written}", err=json == STDOUT)
