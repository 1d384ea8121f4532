"""Indexing a folder as a job: it goes on where an earlier run stopped, and reports in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

MOST_TOLD = 20  # files that could not be read


def work(argument: dict[str, Any], progress: Callable[[float], None]) -> dict[str, Any]:
    """Make what lies in `folder` searchable in `library`, at `level`; links that lead out of `roots` are not followed.

    Cancelled, it has kept all files that were finished, and the next run goes on from there. Several folders are
    indexed one after the other, since one process writes at a time.
    """
    from descant.library.indexing import Indexing
    from descant.library.item import LEVELS
    from descant.library.store import open_library
    from descant.pipelines.pool import cores
    from descant.studio.locks import locked

    folder, within = Path(argument["folder"]), [Path(one) for one in argument["roots"]]
    with locked(Path(argument["home"]) / "index.lock"), open_library(Path(argument["library"]), write=True) as library:
        run = Indexing(library, [folder], LEVELS.index(argument["level"]), within=within)
        report = run.run(max(1, cores() - 1), progress)
        count = len(library)
    return {
        "summary": report.told(),
        "faults": run.faults[:MOST_TOLD],
        "failed": report.failed,
        "learnt": report.learnt,
        "count": count,
    }
