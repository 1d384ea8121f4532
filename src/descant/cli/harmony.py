"""`descant harmony`: keys, Roman numerals and cadences of a score, written on its page or listed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from descant.cli.bar import bar
from descant.cli.targets import STDOUT, check_targets, write
from descant.cli.warned import warnings_told

if TYPE_CHECKING:
    from descant.pipelines.harmonic_analysis import HarmonicAnalysis

PAGES = (".musicxml", ".mxl", ".xml", ".pdf", ".svg", ".png")


def harmony(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A score, sound or MIDI.")],
    annotate: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT", help="Write the score with numerals under it: .musicxml, .mxl, .pdf, .svg or .png."
        ),
    ] = None,
    romantext: Annotated[
        str, typer.Option(metavar="FILE", help="Write the numerals as RomanText, `-` for standard output.")
    ] = "",
    json: Annotated[
        str, typer.Option(metavar="FILE", help="Write the numerals as JSON, `-` for standard output.")
    ] = "",
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Show the tree of each passage in one key: tonic, dominant, what leans on what."
        ),
    ] = False,
    use: Annotated[
        str, typer.Option(metavar="NAME", help="Let this transform find the numerals; `descant models` lists them.")
    ] = "",
) -> None:
    """Read the harmony of a score: local keys, Roman numerals and cadences.

    Of a recording or a MIDI file the transcription is read, and what was misheard there is misread here.
    """
    from descant.errors import InvalidValueError
    from descant.io.score.write_romantext import romantext as as_romantext
    from descant.pipelines.harmonic_analysis import analysis_json, harmonic_analysis

    _check_targets(source, annotate, [Path(one) for one in (romantext, json) if one])
    with warnings_told(), bar("reading harmony") as advance:
        try:
            found = harmonic_analysis(source, use=use, progress=advance)
        except InvalidValueError as error:
            raise InvalidValueError(f"{source}: {error}") from None
    text = as_romantext(found.score)
    lists = not (romantext or json or annotate is not None)
    if lists:
        typer.echo(text, nl=False)
        if len(found.cadences):
            typer.echo(f"cadences: {', '.join(closes(found))}")
    if romantext:
        write(text, romantext)
    if json:
        import json as json_library

        document = analysis_json(found, source.name)
        write(json_library.dumps(document, ensure_ascii=False, indent=1) + "\n", json)
    if explain:
        _explain(found, err=STDOUT in (romantext, json))
    written = ""
    if annotate is not None:
        from descant.io.save import save

        written = f" -> {save(found.score, annotate)}"
    typer.echo(f"{source}: {summary(found)}{written}", err=STDOUT in (romantext, json))


def summary(found: HarmonicAnalysis) -> str:
    """What was found and how sure it is, in one line."""
    number = len(found.numerals)
    keys = len(set(found.numerals.key))
    heard = "; read from a transcription, so less sure than that" if found.heard else ""
    return (
        f"begins in {found.numerals.key[0]}; {number} numeral{'s' if number > 1 else ''} "
        f"in {keys} key{'s' if keys > 1 else ''}, about {100 * found.confidence:.0f} in 100 likely right{heard}"
    )


def closes(found: HarmonicAnalysis) -> list[str]:
    """Each cadence with its place: `m8 b1 PAC in C major`."""
    from descant.pipelines.harmonic_analysis import cadence_entries

    each = cadence_entries(found)
    return [f"m{one['measure']} b{one['beat']:g} {one['kind']} in {one['key']}" for one in each]


def _explain(found: HarmonicAnalysis, *, err: bool) -> None:
    from descant.harmony.explained import explained
    from descant.harmony.tree import as_text

    for one in explained(found.numerals):
        typer.echo(f"\n{one.key}, from quarter {one.start:g}\n{as_text(one.tree)}", nl=False, err=err)


def _check_targets(source: Path, page: Path | None, texts: list[Path]) -> None:
    """Raise before the work what would be raised after it, or would spoil a file."""
    from descant.errors import UnsupportedFormatError
    from descant.io.save import ending_of
    from descant.io.score.paper import ready

    if page is not None:
        if ending_of(page) not in PAGES:
            raise UnsupportedFormatError(f"{page}: no page can be written there; use one of {', '.join(PAGES)}")
        ready(page)
    check_targets([source], [*texts, *([page] if page is not None else [])])
