"""Practice as a job: a take held against its score, in figures, in words, and as marked pages."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from descant.errors import DescantError
from descant.studio.given_music import notes_of
from descant.studio.pieces import PieceStore

MOST_KEPT = 20  # runs whose pages are kept, of a piece
PRACTICE = "practice"  # the folder of a piece that holds them

Progress = Callable[[float], None]


def work(argument: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """argument: `home`, the score's `piece`, the `take`, the `part` that is played, and `run`, where pages are kept."""
    from descant.pipelines.practice import BarReport, practice
    from descant.pipelines.practice_marks import practice_pages
    from descant.pipelines.practice_words import lines, summary

    store = PieceStore(Path(argument["home"]))
    piece, take = argument["piece"], store.about(argument["take"])
    name, source = store.about(piece).name, store.source(take.id)
    given: Any = source if take.kind == "sound" else notes_of(store, take.id)
    try:
        found = practice(store.score(piece), given, part=argument["part"], progress=lambda share: progress(0.9 * share))
    except DescantError as error:
        words = str(error).replace(str(source), take.name).replace("the Notes", take.name).replace("the Score", name)
        raise type(error)(words) from None
    drawn = practice_pages(found, name)
    _keep(store.path(piece) / PRACTICE, argument["run"], drawn)

    def told(one: BarReport) -> dict[str, Any]:
        points = None if one.score is None else round(one.score, 1)
        return {"bar": one.measure, "number": one.number, "points": points, "counts": dict(one.counts)}

    return {
        "score": round(found.judgement.score, 1),
        "summary": summary(found),
        "lines": lines(found),
        "counts": found.counts,
        "bars": [told(one) for one in found.bars],
        "first": [{**told(one), "reason": one.reason} for one in found.first],
        "heard": found.heard,
        "repeats": found.played.said,
        "pages": len(drawn),
        "run": argument["run"],
    }


def marked_page(store: PieceStore, piece: str, run: str, page: int) -> Path:
    """Where a marked page is kept."""
    return store.path(piece) / PRACTICE / run / f"{page}.svg"


def _keep(folder: Path, run: str, drawn: list[str]) -> None:
    """Write the pages, and drop those of old runs."""
    from descant.io.files import write_text

    for number, page in enumerate(drawn, 1):
        write_text(folder / run / f"{number}.svg", page)
    runs = sorted((one for one in folder.iterdir() if one.is_dir()), key=lambda one: one.stat().st_mtime_ns)
    for old in runs[:-MOST_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
