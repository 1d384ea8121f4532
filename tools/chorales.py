"""Renews the table of docs/composition.md from the measured rows; `--check` only says whether it is current."""

from __future__ import annotations

import sys
from pathlib import Path

from blocks import with_blocks

from descant.evaluation.compose.voice_leading import DISTANCE, TASK
from descant.evaluation.rows import saved_rows

PAGE = Path(__file__).parent.parent / "docs" / "composition.md"


def voice_leading_table() -> str:
    """A line a measure, a column a system: distances, steps, and rates in percent."""
    rows = [row for row in saved_rows("compose") if row["task"] == TASK.name]
    value = {(row["metric"], row["system"]): row["value"] for row in rows}
    systems = list(dict.fromkeys(row["system"] for row in rows))
    lines = [f"| | {' | '.join(systems)} |", "|---|" + "---:|" * len(systems)]
    for metric in dict.fromkeys(row["metric"] for row in rows):
        cells = [cell(metric, value.get((metric, system))) for system in systems]
        lines.append(f"| {unit(metric)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def unit(metric: str) -> str:
    """The measure with what it is counted in."""
    return metric if metric.startswith(DISTANCE) or metric.endswith("steps") else f"{metric}, %"


def cell(metric: str, value: float | None) -> str:
    """A value as it is printed; a dash where nothing was asked."""
    if value is None:
        return "-"
    if metric.startswith(DISTANCE):
        return f"{round(value, 3) + 0.0:.3f}"  # no -0.000
    return f"{value:.1f}" if metric.endswith("steps") else f"{100 * value:.2f}"


def main() -> None:
    """Renew, or check."""
    old = PAGE.read_text(encoding="utf-8")
    new = with_blocks(old, {"voice leading": voice_leading_table()}, PAGE.name)
    if "--check" in sys.argv:
        raise SystemExit(None if old == new else f"{PAGE.name} is not current; run `make docs`")
    PAGE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
