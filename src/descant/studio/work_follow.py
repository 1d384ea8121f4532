"""Following a take through a score as a job: where the player was, and when the page was to be turned.

The positions, up to a megabyte, go to a file beside the score: a job's result is sent to every page that opens.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from descant.studio.followed import STEP, Teller, followed
from descant.studio.given_music import notes_of
from descant.studio.pieces import PieceStore

MOST_TOLD = 6_000  # positions; of longer takes they lie further apart
FOLLOWED = "followed"  # the folder of a piece that holds them
MOST_KEPT = 20  # takes whose positions are kept, of a piece

Progress = Callable[[float], None]


def work(argument: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """argument: `home`, the score's `piece`, the `take`, `use`, the system that follows (empty: what suits), and
    `run`, where positions are kept.
    """
    from descant.io.audio import open_audio
    from descant.pipelines.follow import heard, positions
    from descant.pipelines.listeners import Told, listener, note_by_note, system

    store = PieceStore(Path(argument["home"]))
    score, take = followed(store, argument["piece"]), store.about(argument["take"])
    sound = take.kind == "sound"
    use = system(argument["use"], notes=not sound)
    told: Iterable[Told]
    if sound:
        recording = open_audio(store.source(take.id))
        duration = recording.duration
        told = heard(recording, listener(score.played, recording.sample_rate, use))
    else:
        notes = notes_of(store, take.id)
        duration = notes.duration
        told = note_by_note(score.played, notes)
    teller = Teller(score, max(STEP, duration / MOST_TOLD))
    rows = []
    for position in positions(told):
        if (row := teller.push(position)) is not None:
            rows.append(row)
            progress(min(1.0, position.time / max(duration, 1e-6)))
    _keep(store.path(argument["piece"]) / FOLLOWED, argument["run"], rows)
    return {
        "turns": [{"time": one["time"], "page": one["page"]} for one in rows if one["turn"]],
        "found": round(teller.tally.found, 3) if not teller.tally.nothing else 0.0,
        "said": _said(teller, take.name, score.name),
        "repeats": score.played.said,
        "run": argument["run"],
    }


def positions_of(store: PieceStore, piece: str, run: str) -> Path:
    """Where the positions of a take are kept."""
    return store.path(piece) / FOLLOWED / f"{run}.json"


def _keep(folder: Path, run: str, rows: list[dict[str, Any]]) -> None:
    """Write the positions, and drop those of old runs."""
    from descant.io.files import write_text

    write_text(folder / f"{run}.json", json.dumps({"positions": rows}))
    for old in sorted(folder.glob("*.json"), key=lambda one: one.stat().st_mtime_ns)[:-MOST_KEPT]:
        old.unlink(missing_ok=True)


def _said(teller: Teller, take: str, score: str) -> str:
    """What is to be known of the whole, where something is."""
    if teller.tally.nothing:
        return f"{take}: nothing was heard"
    lost = 1.0 - teller.tally.found
    return f"{take}: the place was lost for {lost:.0%} of the time; is it of {score}?" if lost > 0.5 else ""
