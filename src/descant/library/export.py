"""A library's facts for other programs: an object a line (JSON), or a table with a row an item (CSV)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import fields
from itertools import islice
from typing import Any

from descant.errors import UnsupportedFormatError
from descant.library.item import LEVELS, Item
from descant.library.store import Library

FORMATS = ("jsonl", "csv")
CHUNK = 500  # items in memory at a time
COLUMNS = ("id", *(one.name for one in fields(Item) if one.name != "id"))


def item_values(item: Item) -> dict[str, Any]:
    """An item as plain values, ready for JSON."""
    values = {name: getattr(item, name) for name in COLUMNS}
    return values | {
        "level": LEVELS[item.level],
        "paths": [str(path) for path in item.paths],
        "warnings": list(item.warnings),
        "instruments": [{"label": label, "share": round(share, 4)} for label, share in item.instruments],
    }


def exported(library: Library, format_: str = "jsonl") -> Iterator[str]:
    """The lines of an export, items in the order of their numbers. Raises UnsupportedFormatError."""
    if format_ not in FORMATS:
        raise UnsupportedFormatError(f"a library is exported as {' or '.join(FORMATS)}, not as {format_!r}")
    items = all_items(library)
    if format_ == "jsonl":
        # ASCII alone, so that names that are not UTF-8 come through, as lone surrogates' escapes.
        return (json.dumps(item_values(item)) + "\n" for item in items)
    return _table(items)


def all_items(library: Library) -> Iterator[Item]:
    """The items that can be found, in the order of their numbers, a few in memory at a time."""
    ids = iter(library.ids().tolist())
    while some := list(islice(ids, CHUNK)):
        yield from library.items(some)


def _table(items: Iterator[Item]) -> Iterator[str]:
    yield _line(COLUMNS)
    for item in items:
        values = item_values(item)
        joined = {
            "paths": values["paths"],
            "warnings": values["warnings"],
            "instruments": [f"{one['label']} {one['share']:g}" for one in values["instruments"]],
        }
        yield _line([*({**values, **{name: "; ".join(rows) for name, rows in joined.items()}}).values()])


def _line(cells: Any) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
