"""`descant listen`: recordings in, maps of their music out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.progress import Progress

    from descant.pipelines.batch import Event, Heard


def listen(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Sound files, folders of them, or wildcards.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the results.  [default: descant-out]")
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
        typer.Option(metavar="FIELD=NAME", help="Let this transform hear a field; `descant models` lists them."),
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

    folder = out or (None if json else Path("descant-out"))
    settings = Settings(folder, _names(only), tuple(map(choice, use or [])), _names(formats))
    paths = list(sources(files))
    bad: list[tuple[Path, str]] = []
    skipped = 0
    with _Lines(json) as lines, _bar(len(paths), quiet=json == "-") as bar:
        board = _Board(bar, len(paths))
        for path, event in listen_to_all(paths, settings, jobs or os.cpu_count() or 1):
            board.show(path, event)
            if isinstance(event, Failed):
                bad.append((path, event.message if str(path) in event.message else f"{path}: {event.message}"))
                if event.trace and os.environ.get("DESCANT_DEBUG"):
                    typer.echo(event.trace, err=True)
            elif isinstance(event, Finished) and event.result is None:
                skipped += 1
            elif isinstance(event, Finished):
                lines.write(event.result)
                if json != "-":
                    bar.console.print(summary(event.result), highlight=False, markup=False, soft_wrap=True)
    if skipped:
        typer.echo(f"{skipped} of {len(paths)} had been finished before the interruption", err=True)
    if bad:
        if len(paths) > 1:
            typer.echo(f"{len(bad)} of {len(paths)} could not be listened to:", err=True)
        for _, message in bad:
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
    from descant.pipelines.listen import title_of
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
    lines = [f"{title_of(piece)}: {', '.join(facts)}" if facts else title_of(piece)]
    if chords is not None:
        sounding = [label for label in chords.label if label != "N"][:8]
        if sounding:
            lines.append(f"  {' '.join(sounding)}{' ...' if len(chords) > 8 else ''}")
    lines += [f"  warning: {warning}" for warning in piece.warnings]
    if heard.written:
        lines.append(f"  wrote {' '.join(str(path) for path in heard.written)}")
    return "\n".join(lines)


class _Lines:
    """JSON objects, one a line, to standard output or to a file."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.text: list[str] = []

    def __enter__(self) -> _Lines:
        return self

    def write(self, heard: Heard) -> None:
        import json

        from descant.io.json_piece import piece_json

        if not self.target:
            return
        line = json.dumps(piece_json(heard.piece), ensure_ascii=False, separators=(",", ":"))
        if self.target == "-":
            typer.echo(line)
        else:
            self.text.append(line + "\n")

    def __exit__(self, *error: object) -> None:
        if self.target not in ("", "-"):
            from descant.io.files import write_text

            write_text(Path(self.target), "".join(self.text))


def _bar(total: int, quiet: bool) -> Progress:
    """A bar on standard error, with an estimate; nothing where nobody looks."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    del total
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
        self.task = bar.add_task("listening", total=float(total))

    def show(self, path: Path, event: Event) -> None:
        from descant.pipelines.batch import Failed, Finished, Progressed

        if isinstance(event, Progressed):
            self.shares[path] = event.share
        elif isinstance(event, Finished | Failed):
            self.shares[path] = 1.0
        name = path.name if self.total == 1 else f"{sum(one == 1.0 for one in self.shares.values())}/{self.total} files"
        self.bar.update(self.task, completed=sum(self.shares.values()), description=name[:40])
