"""`descant harmonise`: alto, tenor and bass to a melody, as MIDI, a score, a page or sound."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from descant.cli.bar import bar
from descant.cli.compose import Json, MelodyTempo, checked_targets, finish
from descant.cli.warned import warnings_told


def harmonise(
    melody: Annotated[Path, typer.Argument(metavar="MELODY", help="ABC, MusicXML or MIDI: one voice, or its top one.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="OUT",
            help="Where to: .musicxml, .mid, .pdf, .png, .wav and the like.  [default: NAME_harmonised.musicxml]",
        ),
    ] = None,
    key: Annotated[
        str, typer.Option(metavar="KEY", help="Such as `D minor` or `Eb`.  [default: as the page says, or as heard]")
    ] = "",
    chords: Annotated[
        str, typer.Option(metavar="CHART", help="Chords to sing, a bar for each of the melody: `G | C D7 | G`.")
    ] = "",
    tempo: MelodyTempo = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Another number, another harmony.")] = 0,
    best_of: Annotated[int, typer.Option(metavar="N", help="Harmonies drawn, of which the best is kept.")] = 4,
    json: Json = "",
) -> None:
    """Write alto, tenor and bass to a melody, in the manner of a chorale.

    The melody comes back as it was. What is asked for is met exactly, or refused with the reason.
    """
    from descant.pipelines.harmonise import harmonised

    out = out or melody.with_name(f"{melody.stem}_harmonised.musicxml")
    kind = checked_targets(out, melody, json)
    with warnings_told(), bar("harmonising") as advance:
        found = harmonised(melody, key=key, chords=chords, tempo=tempo, seed=seed, best_of=best_of, progress=advance)
    finish(found, kind, out, json, melody)
