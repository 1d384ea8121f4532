"""Figures as rows: the one form in which every suite reports, prints and saves what it measured."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from rich.table import Table

COMMANDS = ("listen", "ears", "transcribe", "harmony", "follow", "compose", "find")  # their rows are kept in `figures/`

HEADLINES = (
    "F-measure",
    "F-measure_no_offset",
    "F-measure@0.5",
    "F-measure@3.0",
    "Pairwise F-measure",
    "Accuracy1",
    "Accuracy2",
    "Weighted Score",
    "Weighted Score over time",
    "F-measure (kick, snare, hihat)",
    "F-measure (kick, snare, hihat), all strokes",
    "mAP",
    "frame AUC",
    "majmin",
    "sevenths",
    "Raw Pitch Accuracy",
    "beat F-measure",
    "downbeat F-measure",
    "onset-in-measure",
    "onset-in-measure from heard notes",
    "time signature",
    "key signature",
    "note value",
    "spelling",
    "hand",
    "voice F-measure",
    "MV2H",
    "jianpu",
    "bits a chord",
    "roman",
    "mean_ms",
    "median_ms",
    "mean_beats",
    "missed",
    "mean_cents",
    "flat and sharp F-measure",
    "mean F-measure",
    "false alarms an hour",
    "skip: seconds to recover",
    "nll",
    "held cells",
    "R@10",
    "median rank",
    "nDCG@10",
    "AUC",
    "top-1",
    "told",
    "false accepts",
    "top-10",
    "MRR",
    "chord tones on beats",
)
ERROR = "error: "  # what the measures begin with that tell kinds of errors
WHOLE = ("roman numeral", "beam width", "masked tokens")  # tasks of which every measure says much, over all pieces


class Row(TypedDict):
    """One figure, the baseline measured on the same data beside it: a rate from 0 to 1, or what `metric` counts."""

    task: str  # what was asked for: beat, chord, ...
    system: str  # the transform that was measured
    data: str  # set and split: pop909/test
    metric: str  # in mir_eval's words: F-measure, majmin, ...
    value: float
    n: int  # items the value is the mean of
    baseline: float | None  # the same figure of `baseline_system`
    baseline_system: str | None
    rendered: str | None  # what synthesised the sound, mostly a SoundFont; None for real recordings and for formulas


FIELDS = tuple(Row.__annotations__)


def json_lines(rows: Iterable[Row]) -> str:
    """The rows as JSON, one object a line, rates to four places."""
    return "".join(json.dumps(_rounded(row), ensure_ascii=False) + "\n" for row in rows)


def read_rows(text: str) -> list[Row]:
    """The rows of JSON lines. Fields beyond the known ones are left out."""
    found = (json.loads(line) for line in text.splitlines() if line.strip())
    return [Row(**{name: row[name] for name in FIELDS}) for row in found]  # type: ignore[typeddict-item]


def saved_rows(suite: str) -> list[Row]:
    """The rows of a suite's last full run, as they are part of the package; none where it has not been run."""
    source = files("descant.evaluation").joinpath("figures", f"{suite}.json")
    return read_rows(source.read_text(encoding="utf-8")) if source.is_file() else []


def figures(transform: str) -> list[Row]:
    """What was measured of a transform, as it is part of the package."""
    return [row for suite in COMMANDS for row in saved_rows(suite) if named(row["system"]) == transform]


def baseline_figures(transform: str) -> list[Row]:
    """The rows in which a transform is the baseline, and another the system."""
    return [row for suite in COMMANDS for row in saved_rows(suite) if row["baseline_system"] == transform]


def named(system: str) -> str:
    """The name of the transform that was measured: that of its model's weights has other hyphens."""
    return system.replace("_", "-")


def headlines(rows: Iterable[Row]) -> list[Row]:
    """The rows that say most: one or two measures a task, and no system that is itself the baseline."""
    told = (row for row in rows if row["metric"] in HEADLINES or (row["task"] in WHOLE and "," not in row["data"]))
    return [row for row in told if row["baseline"] is not None and not row["metric"].startswith(ERROR)]


def save(rows: Iterable[Row], path: Path) -> Path:
    """Write the rows as JSON lines, whole or not at all."""
    from descant.io.files import write_text

    return write_text(path, json_lines(rows))


def table(rows: Sequence[Row], title: str) -> Table:
    """The rows for a terminal."""
    from rich.table import Table

    result = Table(title=title, title_justify="left", box=None, header_style="bold", pad_edge=False)
    for name in ("task", "system", "data", "metric"):
        result.add_column(name, overflow="fold")
    for name in ("value", "n", "baseline"):
        result.add_column(name, justify="right")
    result.add_column("baseline system", overflow="fold")
    result.add_column("synthesised with", overflow="fold")
    for row in rows:
        result.add_row(*cells(row))
    return result


def markdown_table(rows: Sequence[Row]) -> str:
    """The rows for a README."""
    if not rows:
        return "Not measured yet."
    lines = [
        "| task | system | data | metric | value | n | baseline | baseline system | synthesised with |",
        "|---|---|---|---|---:|---:|---:|---|---|",
    ]
    return "\n".join([*lines, *(f"| {' | '.join(cells(row))} |" for row in rows)])


def cells(row: Row) -> tuple[str, ...]:
    """A row's cells as text, in the tables' order."""
    return (
        row["task"],
        row["system"],
        row["data"],
        row["metric"],
        figure(row["value"]),
        str(row["n"]),
        "-" if row["baseline"] is None else figure(row["baseline"]),
        row["baseline_system"] or "-",
        row["rendered"] or "-",
    )


def figure(value: float) -> str:
    """Three decimals of a rate, one of what is counted in tens: milliseconds."""
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def _rounded(row: Row) -> Row:
    baseline = None if row["baseline"] is None else round(row["baseline"], 4)
    return {**row, "value": round(row["value"], 4), "baseline": baseline}
