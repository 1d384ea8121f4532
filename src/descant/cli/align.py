"""`descant align`: where in a recording each place of a score is, and the score moved there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from descant.cli.bar import bar
from descant.cli.targets import check_targets
from descant.cli.warned import warnings_told

if TYPE_CHECKING:
    from descant.pipelines.align import Aligned

MAPS = (".csv", ".json")


def align(
    score: Annotated[Path, typer.Argument(metavar="SCORE", help="MusicXML, ABC or another score, or MIDI.")],
    take: Annotated[Path, typer.Argument(metavar="RECORDING", help="Sound, or a performance as MIDI.")],
    map_: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE", help="Write when every onset of the score is played: .csv or .json."),
    ] = None,
    midi: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="Write the score as MIDI in the recording's time, its bars the recording's."),
    ] = None,
    audacity: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the bars as a label track for Audacity: .txt.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write the alignment even if the recording seems to be of another piece.")
    ] = False,
) -> None:
    """Align a recording with its score; without options, list when each bar begins."""
    from descant.errors import InvalidValueError
    from descant.io.files import write_text
    from descant.io.midi import write_midi
    from descant.pipelines.align import align as aligned
    from descant.pipelines.align import bar_times

    _check_targets([score, take], map_, midi, audacity)
    with warnings_told(), bar("aligning") as advance:
        found = aligned(score, take, progress=advance)
    if found.repeats:
        typer.echo(f"descant: {score}: {found.repeats}", err=True)
    if found.semitones:
        where = "higher" if found.semitones > 0 else "lower"
        typer.echo(f"descant: {take}: sounds a semitone {where} than written", err=True)
    if not found.fits:
        message = f"{take}: does not seem to be of {score}: its keys are struck at {found.found:.0%} of the places"
        if not force:
            raise InvalidValueError(f"{message}; align it all the same with --force")
        typer.echo(f"descant: {message}", err=True)
    if map_ is not None:
        write_text(map_, _map(found, map_.suffix.lower(), score.name, take.name))
    if midi is not None:
        write_midi(found.warped(), midi)
    times = bar_times(found)
    if audacity is not None:
        write_text(audacity, "".join(f"{time:.6f}\t{time:.6f}\t{number}\n" for time, number in times))
    targets = [str(one) for one in (map_, midi, audacity) if one is not None]
    if not targets:
        for time, number in times:
            typer.echo(f"{_clock(time)}  bar {number}")
    typer.echo(f"{take}: {summary(found)}{' -> ' if targets else ''}{', '.join(targets)}")


def summary(found: Aligned) -> str:
    """How much of the score was found where, in a line."""
    alignment = found.alignment
    return (
        f"{len(alignment)} places of the score, {found.found:.0%} of them surely heard, "
        f"from {_clock(alignment.time[0])} to {_clock(alignment.time[-1])}"
    )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds, 2), 60)
    return f"{int(minutes)}:{rest:05.2f}"


def _map(found: Aligned, ending: str, score: str, take: str) -> str:
    from descant.pipelines.align import align_json, rows

    return map_json(align_json(found, score, take)) if ending == ".json" else map_csv(rows(found))


def map_json(found: dict[str, Any]) -> str:
    """A map as JSON."""
    import json

    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def map_csv(rows: Iterable[tuple[float, float, str, float, float]]) -> str:
    """A map as a table."""
    import csv
    import io

    from descant.pipelines.align import COLUMNS

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue()


def _check_targets(sources: list[Path], map_: Path | None, midi: Path | None, audacity: Path | None) -> None:
    """Raise before the work what would be raised after it, or would spoil a file."""
    from descant.errors import UnsupportedFormatError

    for path, endings in ((map_, MAPS), (midi, (".mid", ".midi")), (audacity, (".txt",))):
        if path is not None and path.suffix.lower() not in endings:
            raise UnsupportedFormatError(f"{path}: cannot be written so; use {' or '.join(endings)}")
    check_targets(sources, [one for one in (map_, midi, audacity) if one is not None])
