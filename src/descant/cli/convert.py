"""`descant convert`: from one file to another through the best chain of transforms, which it prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from descant.cli.warned import warnings_told

if TYPE_CHECKING:
    from descant.registry import Transform


def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Sound, MIDI, a score, JSON, JAMS, labels or a table.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write; its ending says what it holds.")],
    as_: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="TYPE",
            help="First make this of IN: score, notes, beats... `song.mid song2.mid --as score` is quantised.",
        ),
    ] = None,
    via: Annotated[
        str | None, typer.Option(metavar="NAME", help="Go through this transform; `descant models` lists them.")
    ] = None,
    what: Annotated[
        str | None,
        typer.Option(metavar="FIELD", help="What a .lab, .txt or .csv file holds: beats, chords, keys, sections..."),
    ] = None,
) -> None:
    """Convert a file into what another file's ending asks for, and print the chain of transforms taken."""
    from descant.errors import UnwritableFileError
    from descant.io.open import open as open_file
    from descant.io.save import part_of, save, wanted_type
    from descant.pipelines.convert import convert as converted
    from descant.pipelines.convert import named_type, way
    from descant.types import Piece

    target = wanted_type(out, what)
    kind = named_type(as_) if as_ is not None else None
    with warnings_told():
        value = open_file(source)
        if _same_file(source, out):
            raise UnwritableFileError(f"{out}: is the file to convert; write to another")
        if isinstance(value, Piece) and kind is not None:
            value = part_of(value, kind)
        steps = way(value, target, via, kind)
        result = converted(value, target, as_=kind, via=via)
    written = save(result, out, what)
    typer.echo(chain_text(source, type(value), steps, target, written))  # the file is there even if nobody reads this


def chain_text(source: Path, held: type, steps: list[Transform], target: type, out: Path) -> str:
    """The way from one file to the other: in one line where each step feeds the next, else a line a step."""
    from descant.registry import fits

    if not steps:
        part = f" -> {target.__name__}" if target is not held else ""
        return f"{source}: {held.__name__}{part} -> {out}"
    have = [held]
    taken = []  # the types that each step is given: sound in memory stands for a file
    for step in steps:
        taken.append([next(one for one in reversed(have) if fits(one, kind)) for kind in step.source])
        have.append(step.target)
    if all(kinds == [before] for kinds, before in zip(taken, have, strict=False)):
        way = "".join(f" -> {step.name} -> {step.target.__name__}" for step in steps)
        return f"{source}: {held.__name__}{way} -> {out}"
    lines = [
        f"{source}: {' + '.join(kind.__name__ for kind in kinds)} -> {step.name} -> {step.target.__name__}"
        for kinds, step in zip(taken, steps, strict=True)
    ]
    return "\n".join(lines) + f" -> {out}"


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return False
