"""`descant models`: the registry, printed."""

from __future__ import annotations

import json as json_module
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from descant.evaluation.rows import Row


def models(
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List every transform: name, from and to, licence, size, and the figures measured."""
    rows = registry_rows()
    if json:
        for row in rows:
            typer.echo(json_module.dumps(row, ensure_ascii=False))
        return
    from descant.evaluation.rows import headlines

    target = ""
    for row in rows:
        if row["to"] != target:
            target = row["to"]
            typer.echo(f"{'' if row is rows[0] else chr(10)}{target}")
        size = f", {row['size'] / 1000:.0f} kB" if row["size"] else ""
        star = "*" if row["default"] else " "
        typer.echo(f"{star} {row['name']}: {' + '.join(row['from'])} -> {row['to']}; {row['licence']}{size}")
        measured = [*map(figure_text, headlines(row["figures"])), *map(baseline_text, headlines(row["baseline_of"]))]
        for line in (row["summary"], *measured):
            typer.echo(f"    {line}")
    typer.echo("\n* runs by default; --use FIELD=NAME names another. Figures: value (baseline).")


def registry_rows() -> list[dict[str, Any]]:
    """The registry as plain values, in its own order."""
    from descant.evaluation.rows import baseline_figures, figures
    from descant.registry import towards, transforms

    return [
        {
            "name": one.name,
            "from": [kind.__name__ for kind in one.source],
            "to": one.target.__name__,
            "default": towards(one.target)[0].name == one.name,
            "rank": one.rank,
            "summary": one.summary,
            "paper": one.paper,
            "licence": one.licence,
            "size": one.size,
            "example": one.example,
            "figures": figures(one.name),
            "baseline_of": baseline_figures(one.name),
        }
        for one in transforms()
    ]


def figure_text(row: Row) -> str:
    """A measured row in a few words, its baseline beside it."""
    baseline = "" if row["baseline"] is None else f" ({row['baseline']:.2f})"
    synthesised = ", synthesised" if row["rendered"] else ""
    return f"{row['task']} {row['metric']} {row['value']:.2f}{baseline} on {row['data']}{synthesised}"


def baseline_text(row: Row) -> str:
    """A measured row in a few words, as its baseline sees it."""
    synthesised = ", synthesised" if row["rendered"] else ""
    figure = f"{row['task']} {row['metric']} {row['baseline']:.2f}"
    return f"{figure} as the baseline of {row['system']} on {row['data']}{synthesised}"
