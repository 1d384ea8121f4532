"""Renews the tables of the pages about searching from the measured rows; `--check` only says whether they are so."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from blocks import with_blocks

from descant.evaluation.find import clip, hum, likeness, playlists
from descant.evaluation.rows import Row, figure, saved_rows
from descant.evaluation.task import Task

DOCS = Path(__file__).parent.parent / "docs"
Column = tuple[str, str, str]  # head, system, metric

HUMS: Sequence[Column] = (
    ("top-1", hum.BY_HUM, "top-1"),
    ("top-10", hum.BY_HUM, "top-10"),
    ("MRR", hum.BY_HUM, "MRR"),
    ("edit distance, top-10", hum.EDITS, "top-10"),
    ("trigrams, top-10", hum.GRAMS, "top-10"),
    ("ms a search", hum.BY_HUM, "ms a search"),
    ("ms hearing", hum.BY_HUM, "ms hearing"),
)
KNOWN: Sequence[Column] = (
    ("top-1", clip.LANDMARKS, "top-1"),
    ("told", clip.LANDMARKS, "told"),
    ("told wrongly", clip.LANDMARKS, "wrong"),
    ("plain landmarks, top-1", clip.PLAIN, "top-1"),
    ("told", clip.PLAIN, "told"),
    ("told wrongly", clip.PLAIN, "wrong"),
)
REFUSED: Sequence[Column] = (
    ("taken for known", clip.LANDMARKS, "false accepts"),
    ("plain landmarks", clip.PLAIN, "false accepts"),
)


def rows_of(task: Task) -> list[Row]:
    """What was measured of a task."""
    return [row for row in saved_rows("find") if row["task"] == task.name]


def by_data(rows: Sequence[Row], columns: Sequence[Column]) -> str:
    """A line a data set that has any of the columns, with the number of items."""
    value = {(row["data"], row["system"], row["metric"]): row for row in rows}
    lines = [f"| | n | {' | '.join(head for head, *_ in columns)} |", "|---|" + "---:|" * (len(columns) + 1)]
    for data in dict.fromkeys(row["data"] for row in rows):
        found = [value.get((data, system, metric)) for _, system, metric in columns]
        known = [one for one in found if one is not None]
        if known:
            cells = " | ".join("-" if one is None else figure(one["value"]) for one in found)
            lines.append(f"| {data.partition(', ')[2] or data} | {known[0]['n']} | {cells} |")
    return "\n".join(lines)


def by_system(rows: Sequence[Row], named: Callable[[Row], str]) -> str:
    """A line a system, a column for what `named` calls a row."""
    heads = list(dict.fromkeys(map(named, rows)))
    value = {(row["system"], named(row)): figure(row["value"]) for row in rows}
    lines = [f"| | {' | '.join(heads)} |", "|---|" + "---:|" * len(heads)]
    for system in dict.fromkeys(row["system"] for row in rows):
        lines.append(f"| {system} | {' | '.join(value.get((system, head), '-') for head in heads)} |")
    return "\n".join(lines)


def question(row: Row) -> str:
    """What was looked for, without the split."""
    return row["data"].partition(", ")[2]


def pages() -> dict[str, dict[str, str]]:
    """The blocks of each page."""
    clips, lists = rows_of(clip.TASK), rows_of(playlists.TASK)
    return {
        "humming.md": {"hums": by_data(rows_of(hum.TASK), HUMS)},
        "identify.md": {"clips": by_data(clips, KNOWN), "strangers": by_data(clips, REFUSED)},
        "likeness.md": {"likeness": by_system(rows_of(likeness.TASK), question)},
        "find.md": {"playlists": by_system(lists, lambda row: f"{question(row)}: {row['metric']}")},
    }


def main() -> None:
    """Renew, or check."""
    for name, blocks in pages().items():
        page = DOCS / name
        old = page.read_text(encoding="utf-8")
        new = with_blocks(old, blocks, name)
        if "--check" in sys.argv and old != new:
            raise SystemExit(f"docs/{name} is not current; run `make docs`")
        page.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
