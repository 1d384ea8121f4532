"""`descant accompany`: chords, piano and a bridge to a melody, as MIDI, a score, a page or sound."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from descant.cli.bar import bar
from descant.cli.compose import Json, MelodyTempo, checked_targets, finish
from descant.cli.warned import warnings_told


def accompany(
    melody: Annotated[Path, typer.Argument(metavar="MELODY", help="MIDI or a score, with one part that is a melody.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="OUT",
            help="Where to: .mid, .musicxml, .pdf, .png, .wav and the like.  [default: NAME_accompanied.mid]",
        ),
    ] = None,
    part: Annotated[
        str,
        typer.Option(metavar="PART", help="The melody's name or number.  [default: the only one, or that named so]"),
    ] = "",
    key: Annotated[str, typer.Option(metavar="KEY", help="Such as `D minor` or `Eb`.  [default: as is heard]")] = "",
    chords: Annotated[
        str, typer.Option(metavar="CHART", help="Chords, a bar for each of the melody: `Dm | Gm C7 | A7 | Dm`.")
    ] = "",
    tempo: MelodyTempo = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Another number, another accompaniment.")] = 0,
    best_of: Annotated[int, typer.Option(metavar="N", help="Accompaniments drawn, of which the best is kept.")] = 4,
    json: Json = "",
) -> None:
    """Write chords, piano and a bridge to a melody, as in a pop song.

    The melody comes back as it was. What is asked for is met exactly, or refused with the reason.
    """
    from descant.pipelines.arrange import arrange

    out = out or melody.with_name(f"{melody.stem}_accompanied.mid")
    kind = checked_targets(out, melody, json)
    with warnings_told(), bar("accompanying") as advance:
        found = arrange(
            melody, part=part, key=key, chords=chords, tempo=tempo, seed=seed, best_of=best_of, progress=advance
        )
    finish(found, kind, out, json, melody)
