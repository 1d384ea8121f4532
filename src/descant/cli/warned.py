"""What descant warns of while it works, a line each on standard error, after the bar of progress is gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer


@contextmanager
def warnings_told() -> Iterator[None]:
    """Keep warnings, and print them in the end, unless there was an error; those of libraries are dropped."""
    import warnings

    from descant.errors import DescantWarning

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", DescantWarning)
        yield
    for warning in told:
        if issubclass(warning.category, DescantWarning):
            typer.echo(f"descant: {warning.message}", err=True)
