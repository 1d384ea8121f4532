"""The job that engraves a piece."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from descant.studio.notation import notation
from descant.studio.pieces import PieceStore


def work(argument: Mapping[str, Any], progress: Callable[[float], None]) -> dict[str, Any]:
    """argument: `home` and `piece`."""
    store = PieceStore(Path(argument["home"]))
    store.written(argument["piece"])
    progress(0.3)
    return {"pages": notation(store, argument["piece"])["pages"]}
