"""Renews the tables of docs/composition.md from the measured rows; `--check` only says whether they are current."""

from __future__ import annotations

import sys
from pathlib import Path

from blocks import with_blocks

from descant.composition.discrete_diffusion import WEIGHTS
from descant.evaluation.compose import harmonisation, masked_tokens, uncovering_steps, voice_leading
from descant.evaluation.compose.next_token import NLL
from descant.evaluation.compose.voice_leading import DISTANCE
from descant.evaluation.rows import saved_rows

PAGE = Path(__file__).parent.parent / "docs" / "composition.md"


def table(task: str) -> str:
    """A line a measure, a column a system: nats, distances, steps, and rates in percent."""
    value, systems, metrics = measured(task)
    heads = [one.removeprefix(f"{WEIGHTS}, ") for one in systems]
    lines = [f"| | {' | '.join(heads)} |", "|---|" + "---:|" * len(systems)]
    for metric in metrics:
        cells = [cell(metric, value.get((metric, system))) for system in systems]
        lines.append(f"| {unit(metric)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def masked_table() -> str:
    """A line for what is covered, a column a system: nats a token, and the share told rightly."""
    value, systems, metrics = measured(masked_tokens.TASK.name)
    lines = [f"| covered | {' | '.join(systems)} |", "|---|" + "---:|" * len(systems)]
    for metric in (one for one in metrics if one.startswith(NLL)):
        right = metric.replace(NLL, "accuracy", 1)
        cells = [f"{value[metric, one]:.3f}, {100 * value[right, one]:.1f} %" for one in systems]
        lines.append(f"| {metric.partition(', ')[2]} | {' | '.join(cells)} |")
    return "\n".join(lines)


def measured(task: str) -> tuple[dict[tuple[str, str], float], list[str], list[str]]:
    """The values of a task by metric and system; its systems, and its metrics."""
    rows = [row for row in saved_rows("compose") if row["task"] == task]
    systems = list(dict.fromkeys(row["system"] for row in rows))
    metrics = list(dict.fromkeys(row["metric"] for row in rows))
    return {(row["metric"], row["system"]): row["value"] for row in rows}, systems, metrics


def exact(metric: str) -> bool:
    """Whether it is told in three places."""
    return metric.startswith(DISTANCE) or NLL in metric


def unit(metric: str) -> str:
    """The measure with what it is counted in."""
    return metric if exact(metric) or metric.endswith("steps") else f"{metric}, %"


def cell(metric: str, value: float | None) -> str:
    """A value as it is printed; a dash where nothing was asked."""
    if value is None:
        return "-"
    if exact(metric):
        return f"{round(value, 3) + 0.0:.3f}"  # no -0.000
    return f"{value:.1f}" if metric.endswith("steps") else f"{100 * value:.2f}"


def main() -> None:
    """Renew, or check."""
    old = PAGE.read_text(encoding="utf-8")
    blocks = {
        voice_leading.TASK.name: table(voice_leading.TASK.name),
        masked_tokens.TASK.name: masked_table(),
        uncovering_steps.TASK.name: table(uncovering_steps.TASK.name),
        harmonisation.TASK.name: table(harmonisation.TASK.name),
    }
    new = with_blocks(old, blocks, PAGE.name)
    if "--check" in sys.argv:
        raise SystemExit(None if old == new else f"{PAGE.name} is not current; run `make docs`")
    PAGE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
