"""`descant evaluate SUITE`: measures what descant does against what is known to be true."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from descant.cli.bar import bar
from descant.cli.warned import warnings_told

if TYPE_CHECKING:
    from descant.evaluation.measured import Report
    from descant.evaluation.rows import Row
    from descant.evaluation.worst import WorstItem

WIDTH = 150  # columns, where the table goes to a file

WORST, PIECES = "worst", "pieces"  # what the second file is called by
WorstBeside = Annotated[
    str,
    typer.Option(
        metavar="FILE",
        help="Write one JSON row a line, `-` for standard output, besides the table; "
        "the worst items go beside it, to NAME_worst.json.",
    ),
]
PiecesBeside = Annotated[
    str,
    typer.Option(
        metavar="FILE",
        help="Write one JSON row a line, `-` for standard output, besides the table; "
        "what is told piece by piece goes beside it, to NAME_pieces.json.",
    ),
]
Pieces = Annotated[int | None, typer.Option(min=1, help="Only this many pieces of each data set.  [default: all]")]
PieceSplit = Annotated[str, typer.Option(help="test: held-out pieces; valid, to tune on: other pieces.")]

evaluate_app = typer.Typer(no_args_is_help=True, help="Measure accuracy on data sets found under DESCANT_DATA.")


@evaluate_app.callback()
def suites() -> None:
    """Measure accuracy on data sets found under DESCANT_DATA."""


@evaluate_app.command()
def listen(
    json: Annotated[
        str, typer.Option(metavar="FILE", help="Write one JSON row a line, `-` for standard output, besides the table.")
    ] = "",
    songs: Annotated[int | None, typer.Option(min=1, help="Only this many songs of POP909.  [default: all]")] = None,
    split: Annotated[str, typer.Option(help="The songs of POP909: test; valid while tuning.")] = "test",
    tasks: Annotated[
        str,
        typer.Option(metavar="A,B,...", help="Only these: beat, downbeat, tempo, key, chord, section, note, pitch."),
    ] = "",
    use: Annotated[
        list[str] | None, typer.Option(metavar="FIELD=NAME", help="Measure this transform instead of the default.")
    ] = None,
) -> None:
    """Measure `descant listen` on real clips, on rendered songs and on tones made from a formula."""
    from descant.cli.listen import choice
    from descant.evaluation.listen import TASKS, evaluate

    with bar("evaluating") as advance:
        rows = evaluate(split, songs, named(tasks) or TASKS, dict(map(choice, use or [])), advance)
    show(rows, json, "descant evaluate listen")


@evaluate_app.command()
def ears(
    json: WorstBeside = "",
    songs: Annotated[
        int | None, typer.Option(min=1, help="Only this many recordings of each kind.  [default: all]")
    ] = None,
    split: Annotated[
        str,
        typer.Option(
            help="test: held-out pieces on TimGM6mb and real recordings; valid, to tune on: other pieces on sf_GMbank."
        ),
    ] = "test",
    tasks: Annotated[
        str,
        typer.Option(
            metavar="A,B,...",
            help="Only these: note, piano, voice, beat, downbeat, section, chord, key, drum, instrument.",
        ),
    ] = "",
    use: Annotated[
        list[str] | None, typer.Option(metavar="FIELD=NAME", help="Measure this transform beside the baselines.")
    ] = None,
    dataset: Annotated[
        str,
        typer.Option(metavar="mirdata:NAME", help="Measure on this set of yours, found under DESCANT_DATA, instead."),
    ] = "",
) -> None:
    """Measure each listening model beside its baseline and beside outside systems, where they are there."""
    from descant.cli.listen import choice
    from descant.evaluation.ears.suite import evaluate

    with bar("evaluating") as advance:
        report = evaluate(split, songs, named(tasks), dict(map(choice, use or [])), dataset, advance)
    tell(report, json, f"descant evaluate ears, {dataset or split}", report.worst, WORST)


@evaluate_app.command()
def transcribe(
    json: WorstBeside = "",
    songs: Annotated[
        int | None, typer.Option(min=1, help="Only this many passages of each kind.  [default: all]")
    ] = None,
    split: Annotated[
        str, typer.Option(help="test: held-out pieces; valid, to tune on: other pieces, on another SoundFont.")
    ] = "test",
    tasks: Annotated[
        str,
        typer.Option(metavar="A,B,...", help="Only these: metre, spelling, hand, voice, mv2h, melody, jianpu, audio."),
    ] = "",
) -> None:
    """Measure how performed notes are written down, beside two plain ways to do it."""
    from descant.evaluation.transcribe.suite import evaluate

    with bar("evaluating") as advance:
        report = evaluate(split, songs, named(tasks), advance)
    tell(report, json, f"descant evaluate transcribe, {split}", report.worst, WORST)


@evaluate_app.command()
def harmony(
    json: PiecesBeside = "",
    songs: Pieces = None,
    split: PieceSplit = "test",
    tasks: Annotated[
        str,
        typer.Option(metavar="A,B,...", help="Only these: chord sequence, roman numeral, beam width, cadence, tune."),
    ] = "",
) -> None:
    """Measure Roman numerals against a human's, piece by piece, and how well chords that come next are foreseen."""
    from descant.evaluation.harmony.suite import evaluate

    with bar("evaluating") as advance:
        report = evaluate(split, songs, named(tasks), advance)
    tell_pieces(report, json, f"descant evaluate harmony, {split}")


@evaluate_app.command()
def follow(
    json: PiecesBeside = "",
    songs: Pieces = None,
    split: PieceSplit = "test",
    tasks: Annotated[
        str,
        typer.Option(
            metavar="A,B,...",
            help="Only these: score following, recovery, symbolic following, symbolic recovery, accompaniment, "
            "page turn, note matching, practice, practice heard, singing.",
        ),
    ] = "",
) -> None:
    """Measure how performers are followed, accompanied and told what to practise, each beside a plain way to do it."""
    from descant.evaluation.follow.suite import evaluate

    with warnings_told(), bar("evaluating") as advance:
        report = evaluate(split, songs, named(tasks), advance)
    tell_pieces(report, json, f"descant evaluate follow, {split}")


@evaluate_app.command()
def compose(
    json: Annotated[
        str, typer.Option(metavar="FILE", help="Write one JSON row a line, `-` for standard output, besides the table.")
    ] = "",
    songs: Pieces = None,
    split: PieceSplit = "test",
    tasks: Annotated[
        str,
        typer.Option(
            metavar="A,B,...",
            help="Only these: next token, voice leading, masked tokens, uncovering steps, harmonisation, "
            "tracks from tracks, performance token, accompaniment token, accompaniment chords.",
        ),
    ] = "",
) -> None:
    """Measure how well chorales that were not seen are foreseen or filled in, and how those are that are made up."""
    from descant.evaluation.compose.suite import evaluate

    with bar("evaluating") as advance:
        report = evaluate(split, songs, named(tasks), advance)
    tell(report, json, f"descant evaluate compose, {split}", report.worst, WORST)


@evaluate_app.command()
def find(
    json: Annotated[
        str, typer.Option(metavar="FILE", help="Write one JSON row a line, `-` for standard output, besides the table.")
    ] = "",
    songs: Annotated[
        int | None, typer.Option(min=1, help="Only this many clips, tunes or pieces.  [default: all]")
    ] = None,
    split: PieceSplit = "test",
    tasks: Annotated[
        str, typer.Option(metavar="A,B,...", help="Only these: words, clip, hum, likeness, playlist.")
    ] = "",
) -> None:
    """Measure how a library is searched by words, clips, hums and likeness, each beside a plain way to do it."""
    from descant.evaluation.find.suite import evaluate

    with warnings_told(), bar("evaluating") as advance:
        report = evaluate(split, songs, named(tasks), advance)
    tell(report, json, f"descant evaluate find, {split}", report.worst, WORST)


def named(tasks: str) -> tuple[str, ...]:
    """The names in a list with commas."""
    return tuple(part.strip() for part in tasks.split(",") if part.strip())


def tell(report: Report, json: str, title: str, items: list[WorstItem], beside: str) -> None:
    """Print and save what a suite found, items to NAME_`beside`; what was left out goes to standard error."""
    show(report.rows, json, title)
    if json and json != "-":
        from descant.evaluation.worst import save_worst

        path = Path(json)
        save_worst(items, path.with_name(f"{path.stem}_{beside}{path.suffix}"))
    for line in report.left_out:
        typer.echo(line, err=True)


def tell_pieces(report: Report, json: str, title: str) -> None:
    """The same, piece by piece too."""
    from descant.evaluation.rows import figure

    tell(report, json, title, report.items, PIECES)
    if json != "-":
        for item in report.items:
            typer.echo(f"{item['data']}  {item['id']}  {item['system']}  {item['metric']} {figure(item['value'])}")


def show(rows: list[Row], json: str, title: str) -> None:
    """Print rows as a table, or as JSON lines to standard output or to a file."""
    from descant.evaluation.rows import json_lines, save, table

    if json == "-":
        typer.echo(json_lines(rows), nl=False)
        return
    from rich.console import Console

    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    console.print(table(rows, title))
    if json:
        save(rows, Path(json))
