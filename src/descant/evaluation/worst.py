"""The items that a system does worst on: where to look for what it cannot do."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

KEPT = 5  # of each task, system and data set


class WorstItem(TypedDict):
    """One item's figure."""

    task: str
    system: str
    data: str
    metric: str
    id: str  # of the item within `data`
    value: float


def worst(items: Iterable[WorstItem], kept: int = KEPT) -> list[WorstItem]:
    """The items of lowest value of each task, system and data set, the worst first."""
    groups: dict[tuple[str, str, str], list[WorstItem]] = {}
    for item in items:
        groups.setdefault((item["task"], item["system"], item["data"]), []).append(item)
    return [one for group in groups.values() for one in sorted(group, key=lambda one: one["value"])[:kept]]


def save_worst(items: Iterable[WorstItem], path: Path) -> Path:
    """Write the items as JSON lines, whole or not at all."""
    from descant.io.files import write_text

    lines = (json.dumps({**item, "value": round(item["value"], 4)}, ensure_ascii=False) for item in items)
    return write_text(path, "".join(line + "\n" for line in lines))
