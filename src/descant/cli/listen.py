"""`descant listen`: recordings in, maps of their music out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.progress import Progress

    from descant.pipelines.batch import Event, Heard


def listen(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Sound files, folders of them, or wildcards.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="Folder for the results.  [default: descant-out]")
    ] = None,
    only: Annotated[
        str,
        typer.Option(
            metavar="A,B,...",
            help="Hear only these: tempo, meter, beats, keys, chords, sections, notes, pitch, tuning, loudness.",
        ),
    ] = "",
    use: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=NAME", help="Let this transform hear a field; may be repeated. `descant models` lists them."
        ),
    ] = None,
    formats: Annotated[
        str, typer.Option("--format", metavar="A,B,...", help="Write these as well: jams, lab, audacity, csv.")
    ] = "",
    json: Annotated[
        str,
        typer.Option(
            metavar="FILE", help="Write one JSON object a line, `-` for standard output; then only --out writes files."
        ),
    ] = "",
    jobs: Annotated[int, typer.Option(min=0, help="How many files at a time; 0: as many as there are cores.")] = 0,
) -> None:
    """Map the music in recordings: tempo, beats, metre, keys, chords, sections, notes, melody, loudness.

    Writes DIR/NAME.json, .mid and .html (a page to read and play) for each file. A batch goes on past bad files and
    lists them at the end; an interrupted batch, started again, goes on where it stopped.
    """
    from descant.pipelines.batch import Failed, Finished, Settings, listen_to_all, sources
    from descant.pipelines.pool import cores

    folder = out or (None if json else Path("descant-out"))
    if folder is None and formats:
        raise typer.BadParameter("--format writes files, so with --json it needs --out")
    settings = Settings(folder, _names(only), tuple(map(choice, use or [])), _names(formats))
    paths, bad = sources(files)
    total = len(paths) + len(bad)
    finished = resumed = 0
    try:
        with _lines(json) as write, _bar(quiet=json == "-") as bar:
            board = _Board(bar, len(paths))
            for path, event in listen_to_all(paths, settings, jobs or cores()):
                board.show(path, event)
                if isinstance(event, Failed):
                    bad.append(event.message if str(path) in event.message else f"{path}: {event.message}")
                    if event.trace and os.environ.get("DESCANT_DEBUG"):
                        typer.echo(event.trace, err=True)
                elif isinstance(event, Finished):
                    finished += 1
                    resumed += event.result.resumed
                    write(event.result)
                    if json != "-":
                        bar.console.print(summary(event.result), highlight=False, markup=False, soft_wrap=True)
    except KeyboardInterrupt:
        again = "; the same command goes on from there" if folder and finished else ""
        typer.echo(f"descant: interrupted: {finished} of {total} finished{again}", err=True)
        exec("")  # after an interrupt in code run from a string, `python -m` would die by the signal; this undoes it
        raise typer.Exit(130) from None
    if resumed:
        typer.echo(f"{resumed} of {total} had been finished before the interruption", err=True)
    if bad:
        if total > 1:
            typer.echo(f"{len(bad)} of {total} could not be listened to:", err=True)
        for message in bad:
            typer.echo(f"descant: {message}", err=True)
        raise typer.Exit(2)


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def choice(text: str) -> tuple[str, str]:
    """FIELD=NAME as its two parts."""
    field, equals, name = text.partition("=")
    if not equals or not field.strip() or not name.strip():
        raise typer.BadParameter(f"--use takes FIELD=NAME, such as chords=template-hmm, not {text!r}")
    return field.strip(), name.strip()


def summary(heard: Heard) -> str:
    """What a musician wants to know first, in a few lines."""
    from descant.io.report.summary import title
    from descant.types import Chords, Keys, Meter, Sections, Tempo

    piece = heard.piece
    facts = []
    keys, tempo, meter = piece.get(Keys), piece.get(Tempo), piece.get(Meter)
    if keys is not None:
        facts.append(keys.overall if keys.overall != "N" else "no key")
    if tempo is not None:
        facts.append(f"{tempo.bpm:.1f} bpm" if tempo.bpm else "no pulse")
    if meter is not None and meter.signature:
        facts.append(meter.signature)
    sections, chords = piece.get(Sections), piece.get(Chords)
    if sections is not None and len(sections):
        facts.append("".join(sections.label) if max(map(len, sections.label)) == 1 else " ".join(sections.label))
    by = f"{piece.tags['artist']} – " if piece.tags.get("artist") and piece.tags.get("title") else ""
    name = by + title(piece)
    lines = [f"{name}: {', '.join(facts)}" if facts else name]
    if chords is not None:
        sounding = [label for label in chords.label if label != "N"][:8]
        if sounding:
            lines.append(f"  {' '.join(sounding)}{' ...' if len(chords) > 8 else ''}")
    lines += [f"  warning: {warning}" for warning in piece.warnings]
    if heard.written:
        lines.append(f"  wrote {' '.join(str(path) for path in heard.written)}")
    return "\n".join(lines)


@contextmanager
def _lines(target: str) -> Iterator[Callable[[Heard], None]]:
    """What writes each piece as a JSON object on a line: to standard output (`-`), to a file, or nowhere."""
    import json

    from descant.io.files import write_beside
    from descant.io.json_piece import piece_json

    def line(heard: Heard) -> str:
        return json.dumps(piece_json(heard.piece), ensure_ascii=False, separators=(",", ":"))

    if target in ("", "-"):
        yield lambda heard: typer.echo(line(heard)) if target else None
        return
    with (
        write_beside(Path(target)) as temporary,
        temporary.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file,
    ):
        yield lambda heard: print(line(heard), file=file)


def _bar(quiet: bool) -> Progress:
    """A bar on standard error, with an estimate; nothing where nobody looks."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = Console(stderr=quiet)
    watched = Console(stderr=True).is_terminal and console.is_terminal
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not watched)


class _Board:
    """Moves the bar: the whole batch is one bar, a file counts for one."""

    def __init__(self, bar: Progress, total: int) -> None:
        self.bar = bar
        self.total = total
        self.shares: dict[Path, float] = {}
        self.finished = 0
        self.task = bar.add_task("listening", total=float(total))

    def show(self, path: Path, event: Event) -> None:
        from descant.pipelines.batch import Failed, Finished, Progressed

        ended = isinstance(event, Finished | Failed)
        self.finished += ended
        share = event.share if isinstance(event, Progressed) else float(ended)
        gain = share - self.shares.get(path, 0.0)
        self.shares[path] = share
        name = path.name if self.total == 1 else f"{self.finished}/{self.total} files"
        self.bar.update(self.task, advance=gain, description=name[:40])
