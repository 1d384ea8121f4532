"""`descant demo`: the main job end to end, on a tune that descant knows or on the user's own song."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from descant.pipelines.batch import Heard
    from descant.types import Piece


def demo(
    file: Annotated[
        str, typer.Argument(metavar="[FILE]", help="A recording of yours.  [default: a tune that descant wrote]")
    ] = "",
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the results.")] = Path("descant-out"),
) -> None:
    """Listen to a recording and name the page that shows what was heard.

    Without FILE: plays a short tune that descant itself wrote down, listens to it, and prints what is true beside what
    was heard.
    """
    from rich.console import Console

    from descant.cli.listen import summary

    console = Console()
    if file:
        heard = _listen(Path(file), out)
        console.print(summary(heard), highlight=False, markup=False, soft_wrap=True)
    else:
        recording = _play(out / "demo.wav")
        typer.echo(f"{recording}: a tune that descant wrote down as notes, played on a SoundFont (synthesised)\n")
        heard = _listen(recording, out)
        console.print(_table(heard.piece))
    page = next(path for path in heard.written if path.suffix == ".html")
    typer.echo(f"\nThe report: {page}\nOpen it in a browser: {page.resolve().as_uri()}")


def _play(target: Path) -> Path:
    from descant.io.audio import write_audio
    from descant.pipelines.demo_piece import demo_notes
    from descant.registry import find

    return write_audio(find("sampler")(demo_notes()), target)


def _listen(recording: Path, out: Path) -> Heard:
    """What was heard, with its results written as `descant listen` writes them."""
    from descant.errors import UnreadableFileError
    from descant.pipelines.batch import Failed, Settings, listen_to_all

    *_, (_, event) = listen_to_all([recording], Settings(out), workers=1)
    if isinstance(event, Failed):
        raise UnreadableFileError(event.message)
    heard: Heard = event.result  # type: ignore[union-attr]  # the last event of the only job is its end
    return heard


def _table(heard: Piece) -> Table:
    """True beside heard, and how well they agree."""
    from rich.table import Table

    from descant.evaluation.agreement import agreement
    from descant.pipelines.demo_piece import demo_truth

    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("", "true", "heard", "agreement"):
        table.add_column(title, overflow="fold")
    for row in agreement(demo_truth(), heard):
        table.add_row(*row)
    return table
