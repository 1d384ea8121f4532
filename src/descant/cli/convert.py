"""`descant convert`: from one file to another through the best chain of transforms, which it prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from descant.registry import Transform


def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Sound, MIDI, JSON, JAMS, labels or a table.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write; its ending says what it holds.")],
    via: Annotated[
        str | None, typer.Option(metavar="NAME", help="Go through this transform; `descant models` lists them.")
    ] = None,
    what: Annotated[
        str | None,
        typer.Option(metavar="FIELD", help="What a .lab, .txt or .csv file holds: beats, chords, keys, sections..."),
    ] = None,
) -> None:
    """Convert a file into what another file's ending asks for, and print the chain of transforms taken."""
    import warnings

    from descant.io.audio import FullScaleWarning
    from descant.io.open import open as open_file
    from descant.io.save import part_of, save, wanted_type
    from descant.route import chain
    from descant.types import Piece

    target = wanted_type(out, what)
    value = open_file(source)
    held = type(value)
    if isinstance(value, Piece) and target is not Piece and via is None:
        value = part_of(value, target)
        typer.echo(f"{source}: {held.__name__} -> {target.__name__} -> {out}")
    else:
        steps = chain(held, target, via)
        typer.echo(chain_text(source, held, steps, out))
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always", FullScaleWarning)
            value = _run(steps, value)
        for warning in said:
            if issubclass(warning.category, FullScaleWarning):
                typer.echo(f"descant: {warning.message}", err=True)
    save(value, out, what)


def chain_text(source: Path, held: type, steps: list[Transform], out: Path) -> str:
    """The way from one file to the other: in one line where each step feeds the next, else a line a step."""
    in_line = all(
        step.source == (before.target if before else held,) for before, step in zip([None, *steps], steps, strict=False)
    )
    if in_line:
        way = "".join(f" -> {step.name} -> {step.target.__name__}" for step in steps)
        return f"{source}: {held.__name__}{way} -> {out}"
    lines = [
        f"{' + '.join(kind.__name__ for kind in step.source)} -> {step.name} -> {step.target.__name__}"
        for step in steps
    ]
    return "\n".join([*(f"{source}: {line}" for line in lines[:-1]), f"{source}: {lines[-1]} -> {out}"])


def _run(steps: list[Transform], value: Any) -> Any:
    """The last step's result. What all steps need to know of a sound is measured in one pass over it."""
    from descant.route import run
    from descant.types import Audio, AudioFile

    values = [value]
    for at, step in enumerate(steps):
        needed = [feature for later in steps[at:] for feature in later.needs]
        if needed and isinstance(values[-1], Audio | AudioFile):
            from descant.features import prepare

            prepare(values[-1], needed)
        values += run([step], values, {"decode": {"turn_down": True}})
    return values[-1]
