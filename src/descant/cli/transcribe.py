"""`descant transcribe`: from a recording or a MIDI file to a page that a musician can read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from descant.cli.bar import bar
from descant.cli.warned import warnings_told

if TYPE_CHECKING:
    from descant.types import Score


CHARTS = (".cho", ".chordpro")  # hold a lead sheet


def transcribe(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Sound, MIDI, or a score to take parts and bars from.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--out",
            metavar="OUT",
            help=".musicxml, .mxl, .pdf, .png, .svg, .mid, .abc, .jianpu, .jianpu.svg or .cho.  [default: IN.musicxml]",
        ),
    ] = None,
    instrument: Annotated[
        str, typer.Option(metavar="NAME", help="Write all notes for this one: violin, clarinet, guitar...")
    ] = "",
    parts: Annotated[
        str, typer.Option(metavar="A,B,...", help="Only these parts, by name or number; `melody` picks the tune.")
    ] = "",
    simplify: Annotated[
        bool, typer.Option("--simplify", help="Nothing shorter than eighths and their triplets, one voice a staff.")
    ] = False,
    bars: Annotated[str, typer.Option(metavar="A-B", help="Only these bars, as numbered on the page: 1-16.")] = "",
    chords: Annotated[
        bool, typer.Option("--chords", help="Chord symbols over the staff, as heard in the recording.")
    ] = False,
    lead_sheet: Annotated[
        bool, typer.Option("--lead-sheet", help="The melody on one staff, with chord symbols.")
    ] = False,
    capo: Annotated[
        int, typer.Option(min=0, max=11, help="Of a lead sheet: chords as shapes behind a capo on this fret.")
    ] = 0,
    transpose: Annotated[int, typer.Option(min=-24, max=24, help="Semitones up or down.")] = 0,
    use: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=NAME", help="Let this transform hear beats, notes or chords in a recording."),
    ] = None,
) -> None:
    """Write music down: beats and bars, note values, key signature and spelling, hands and voices."""
    from descant.cli.listen import choice
    from descant.errors import UnwritableFileError
    from descant.io.save import save, wanted_type
    from descant.io.score.paper import ready
    from descant.pipelines.convert import convert
    from descant.pipelines.transcribe import transcribe as transcribed

    path = out or Path(f"{source.stem}.musicxml")
    kind = wanted_type(path)  # an ending that cannot be written is told of before the work
    ready(path)
    if path.exists() and source.exists() and path.samefile(source):
        raise UnwritableFileError(f"{path}: is the file to transcribe; write to another")
    with warnings_told(), bar("transcribing") as advance:
        score = transcribed(
            source,
            instrument=instrument,
            parts=tuple(one.strip() for one in parts.split(",") if one.strip()),
            simple=simplify,
            bars=_bars(bars),
            chords=chords,
            lead_sheet=lead_sheet or path.suffix.lower() in CHARTS,
            capo=capo,
            transpose=transpose,
            use=dict(map(choice, use or [])),
            progress=advance,
        )
        written = save(convert(score, kind), path)
    typer.echo(f"{source}: {summary(score)} -> {written}")


def summary(score: Score) -> str:
    """What stands at the beginning of the page, in one line."""
    first = score.measures[min(1, len(score.measures) - 1)]
    time = f"{'+'.join(str(one) for one in first.time.beats)}/{first.time.unit}"
    signs = abs(first.key.sharps)
    key = f"{signs} {'sharp' if first.key.sharps > 0 else 'flat'}{'s' if signs > 1 else ''}" if signs else "no signs"
    tempo = f", {score.tempos[0].bpm:g} quarters a minute" if score.tempos else ""
    names = ", ".join(part.name or "a part" for part in score.parts)
    bars = len(score.measures)
    return f"{names}; {time}, {key}{tempo}, {bars} bar{'s' if bars > 1 else ''}"


def _bars(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    found = re.fullmatch(r"(\d+)(?:-(\d+))?", text.strip())
    if found is None:
        raise typer.BadParameter(f"--bars takes two numbers, such as 1-16, not {text!r}")
    return int(found[1]), int(found[2] or found[1])
