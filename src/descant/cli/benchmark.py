"""`descant benchmark SUITE`: measures how fast descant is, and how much memory it takes, on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from descant.evaluation.benchmark_listen import Figure

benchmark_app = typer.Typer(no_args_is_help=True, help="Measure speed and memory on this machine.")

Json = Annotated[
    str, typer.Option(metavar="FILE", help="Write one JSON object a line, `-` for standard output, besides the table.")
]


@benchmark_app.callback()
def suites() -> None:
    """Measure speed and memory on this machine."""


@benchmark_app.command()
def listen(
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A recording.  [default: a tune that descant wrote, repeated]")
    ] = None,
    minutes: Annotated[float, typer.Option(min=0.1, help="Length of the tune where no file is given.")] = 3.0,
    long_hours: Annotated[
        float, typer.Option(min=0.0, help="Also listen to the tune repeated for so many hours; 0: do not.")
    ] = 0.0,
    json: Json = "",
) -> None:
    """Time `descant listen` in a fresh process, beside a plain script that calls librosa on the same file."""
    from descant.evaluation.benchmark_listen import benchmark

    _tell("descant benchmark listen", benchmark(file, minutes, long_hours), json)


@benchmark_app.command()
def piano(json: Json = "") -> None:
    """Time the streaming piano model, a frame at a time as from a microphone."""
    from descant.evaluation.benchmark_piano import benchmark

    _tell("descant benchmark piano", benchmark(), json)


@benchmark_app.command()
def follow(
    long_hours: Annotated[
        float, typer.Option(min=0.0, help="Also follow in the tune's score, repeated for so many hours; 0: do not.")
    ] = 0.0,
    json: Json = "",
) -> None:
    """Time `descant follow` by each system, 10 ms of sound at a time as from a microphone."""
    from descant.evaluation.benchmark_follow import benchmark

    _tell("descant benchmark follow", benchmark(long_hours), json)


@benchmark_app.command()
def index(
    tracks: Annotated[int, typer.Option(min=1, help="How many, of 30 s each.")] = 1_000,
    folder: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Recorded music to cut some tracks from.  [default: installed games' music]"),
    ] = None,
    json: Json = "",
) -> None:
    """Index tracks of 30 s by `descant index` at each level: hours of music an hour of one core, bytes, memory."""
    from descant.evaluation.benchmark_index import benchmark

    _tell("descant benchmark index", benchmark(tracks, folder), json)


@benchmark_app.command()
def harmony(json: Json = "") -> None:
    """Time `descant harmony` on scores of 4,000 and 50,000 notes, by each system, without reading a file."""
    from descant.evaluation.benchmark_harmony import benchmark

    _tell("descant benchmark harmony", benchmark(), json)


@benchmark_app.command()
def compose(json: Json = "") -> None:
    """Time the Music Transformer writing chorales alone and side by side, beside PyTorch where it is installed."""
    from descant.evaluation.benchmark_compose import benchmark

    _tell("descant benchmark compose", benchmark(), json)


@benchmark_app.command()
def find(
    most: Annotated[
        int, typer.Option(min=10_000, help="Vectors at most: 10,000, 100,000 and 1,000,000 are searched.")
    ] = 1_000_000,
    json: Json = "",
) -> None:
    """Time the search of vectors, synthetic and clustered, as their number grows, and whole searches in a library."""
    from descant.evaluation.benchmark_find import SIZES, benchmark, chart, figures, searches

    found = benchmark((size for size in SIZES if size <= most), lambda said: typer.echo(said, err=True))
    _tell("descant benchmark find", [*figures(found), *searches()], json)
    if json != "-":
        typer.echo(chart(found))


def _tell(title: str, figures: list[Figure], json: str) -> None:
    from descant.evaluation.benchmark_listen import json_lines

    if json == "-":
        typer.echo(json_lines(figures), nl=False)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=None, header_style="bold", pad_edge=False)
    table.add_column("what", overflow="fold")
    table.add_column("measured", justify="right")
    table.add_column("unit")
    for figure in figures:
        table.add_row(figure.name, f"{figure.value:.0f}" if figure.value >= 100 else f"{figure.value:.3g}", figure.unit)
    Console().print(table)
    if json:
        from descant.io.files import write_text

        write_text(Path(json), json_lines(figures))
