"""Where commands write: nothing that is to be read is spoilt, and `-` is standard output."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import typer

STDOUT = "-"


def check_targets(sources: Iterable[Path], targets: Sequence[Path]) -> None:
    """Raise before the work what would be raised after it, or would spoil a file.

    Raises UnwritableFileError for a target that is to be read, or that is named twice.
    """
    from descant.errors import UnwritableFileError

    sources = [one for one in sources if one.exists()]
    for at, one in enumerate(targets):
        if one in targets[:at]:
            what = "standard output" if str(one) == STDOUT else str(one)
            raise UnwritableFileError(f"{what}: cannot take two results; write one of them elsewhere")
        if one.exists() and any(one.samefile(source) for source in sources):
            raise UnwritableFileError(f"{one}: is to be read; write to another file")


def write(text: str, to: str) -> None:
    """Write a result to a file, or print it."""
    if to == STDOUT:
        typer.echo(text, nl=False)
        return
    from descant.io.files import write_text

    write_text(Path(to), text)
