"""`descant practice`: a take held against its score: what went wrong, a marked page, and what to practise first."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from descant.cli.bar import bar
from descant.cli.targets import STDOUT, check_targets, write
from descant.cli.warned import warnings_told

PAGES = (".pdf", ".svg", ".png")


def practice(
    score: Annotated[Path, typer.Argument(metavar="SCORE", help="A score, or MIDI, which is written down first.")],
    take: Annotated[Path, typer.Argument(metavar="TAKE", help="What was played or sung: MIDI or a recording.")],
    page: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Write the score with marks: .pdf, .svg or .png.")
    ] = None,
    json: Annotated[
        str, typer.Option(metavar="FILE", help="Write what was found as JSON, `-` for standard output.")
    ] = "",
    part: Annotated[
        str, typer.Option(metavar="NAME", help="The part that is played, by name or number.  [default: all]")
    ] = "",
    singer: Annotated[
        bool | None,
        typer.Option(
            "--singer/--player",
            help="The recording is of one voice, judged by its pitch, or not.  [default: as it sounds]",
        ),
    ] = None,
    use: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=NAME", help="Let this transform hear notes or pitch in a recording."),
    ] = None,
) -> None:
    """Hold a take against its score: wrong, missed, extra, early and late notes, dynamics, tempo, a singer's cents.

    A recording is transcribed first, and what is misheard there is told here as an error.
    """
    from descant.cli.listen import choice
    from descant.io.score import engrave, paper
    from descant.pipelines.practice import practice as practised
    from descant.pipelines.practice_json import practice_json
    from descant.pipelines.practice_marks import practice_pages
    from descant.pipelines.practice_words import lines, summary

    _check_targets((score, take), page, json)
    with warnings_told(), bar("listening") as advance:
        found = practised(score, take, part=part, singer=singer, use=dict(map(choice, use or [])), progress=advance)
    if found.played.said:
        typer.echo(f"descant: {found.played.said}", err=True)
    written = ""
    if page is not None:
        drawn = practice_pages(found, page)
        ending = page.suffix.lower()
        if ending == ".svg":
            from descant.io.files import write_text

            path = write_text(page, engrave.svg(drawn))
        else:
            path = paper.pdf(drawn, found.score.title, page) if ending == ".pdf" else paper.png(drawn, page)
        written = f" -> {path}"
    if json:
        import json as json_library

        text = json_library.dumps(practice_json(found, score.name, take.name), ensure_ascii=False, indent=1) + "\n"
        write(text, json)
    typer.echo(f"{take}: {summary(found)}{written}", err=json == STDOUT)
    for line in lines(found):
        typer.echo(line, err=json == STDOUT)


def _check_targets(sources: tuple[Path, Path], page: Path | None, json: str) -> None:
    """Raise before the work what would be raised after it, or would spoil a file."""
    from descant.errors import UnsupportedFormatError
    from descant.io.score.paper import ready

    if page is not None:
        if page.suffix.lower() not in PAGES:
            raise UnsupportedFormatError(f"{page}: no page can be written there; use one of {', '.join(PAGES)}")
        ready(page)
    check_targets(sources, [one for one in (page, Path(json) if json else None) if one is not None])
