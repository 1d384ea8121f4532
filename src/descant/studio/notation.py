"""A piece's engraved pages, kept as long as what they rest on stays: where each bar stands, and when it sounds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from descant.io.files import write_text
from descant.io.score.engrave import measure_pages, pages
from descant.studio.pieces import PieceStore
from descant.studio.written import OF, Written

FACTS = "notation.json"


def notation(store: PieceStore, piece_id: str) -> dict[str, Any]:
    """`pages`, their number, and `bars`, in the order in which they are drawn: those kept, or made now.

    Raises InvalidValueError where the piece has no notes, UnwritableFileError where it cannot be engraved.
    """

    def make(path: Path) -> None:
        written = store.written(piece_id)
        drawn = pages(written.score, store.about(piece_id).name)
        for number, page in enumerate(drawn, 1):
            write_text(path.with_name(_page(number)), page)
        bars = list(_bars(written, measure_pages(drawn)))
        write_text(path, json.dumps({"pages": len(drawn), "bars": bars}, ensure_ascii=False))

    return store.derived_value(piece_id, FACTS, make, _facts, OF)


def kept_notation(store: PieceStore, piece_id: str) -> dict[str, Any] | None:
    """The same, or None where it has not been made since what it rests on changed, or is damaged."""
    path = store.derived_path(piece_id, FACTS, OF)
    try:
        return _facts(path.read_bytes())
    except (OSError, ValueError):
        return None


def notation_page(store: PieceStore, piece_id: str, number: int) -> Path:
    """The SVG of a page, from 1 on, where it is kept."""
    return store.derived_path(piece_id, _page(number), OF)


def _facts(data: bytes) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(data)
    return facts


def _page(number: int) -> str:
    return f"page-{number}.svg"


def _bars(written: Written, on_page: list[int]) -> Iterator[dict[str, Any]]:
    """Each bar as it is printed; `times` are all times that it is played, `start` and `end` the first of them."""
    for measure, times, page in zip(written.score.measures, written.played, on_page, strict=False):
        spans = [[round(start, 6), round(end, 6)] for start, end in times]
        first = spans[0] if spans else [None, None]
        yield {"number": measure.number, "page": page, "start": first[0], "end": first[1], "times": spans}
