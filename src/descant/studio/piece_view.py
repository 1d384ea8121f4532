"""A piece as the API tells of it: a summary for lists, and the whole with its JSON."""

from __future__ import annotations

import json
from typing import Any

from descant.errors import DescantError
from descant.studio.browser_sound import browser_sound
from descant.studio.context import Studio
from descant.studio.jobs import ENDED, Job
from descant.studio.pictures import SPECTRUM_FACTS
from descant.studio.piece_about import FAILED, READY, WORKING, About
from descant.studio.pieces import PieceStore
from descant.studio.revisions import SOURCE_ONLY


def summary(here: Studio, about: About) -> dict[str, Any]:
    """What is said of a piece in a list, with what its job says of its state."""
    state, message = _state(here, about)
    return {
        "id": about.id,
        "name": about.name,
        "kind": about.kind,
        "created": about.created,
        "duration": round(about.duration, 6),
        "state": state,
        "job": about.job,
        "message": message,
        "parent": about.parent,
        "take": about.take,
        "batch": about.batch,
        "made": about.made,
        "kept": about.kept,
        "told": list(about.told),
        "has": has(here.pieces, about),
        "heard": about.heard,
    }


def whole(here: Studio, piece_id: str) -> bytes:
    """The summary with the piece's own JSON under `piece`, without the melody's rows: they have their own route."""
    said = summary(here, here.pieces.about(piece_id))
    document = here.pieces.shown(piece_id)
    if members := here.pieces.corrections(piece_id).members():
        document = b'%s,\n"corrections":{%s,"made_by":{}}}' % (document.rstrip().removesuffix(b"}"), members)
    return b'%s,"piece":%s}' % (_text(said).removesuffix(b"}"), document)


def has(store: PieceStore, about: About) -> dict[str, bool]:
    """What can be asked for of a piece: its sound, its spectrum, its notes."""
    notes = bool(about.heard and about.heard["notes"])
    if about.kind != "sound":
        return {"audio": False, "spectrum": False, "notes": notes}
    try:
        copy, _ = browser_sound(store.source(about.id))
        audio = not copy or store.derived_path(about.id, copy, SOURCE_ONLY).exists()
    except DescantError:  # its file is gone or damaged
        audio = False
    spectrum = store.derived_path(about.id, SPECTRUM_FACTS, SOURCE_ONLY).exists()
    return {"audio": audio, "spectrum": spectrum, "notes": notes}


def _state(here: Studio, about: About) -> tuple[str, str]:
    """The state and the message: a job that was cancelled, or died, could not say so itself."""
    if about.state in (READY, FAILED) or about.job is None:
        return about.state, about.message
    looked_at = about.heard is not None
    job = _job(here, about)
    if job is None:  # forgotten, before it could say that it has ended
        return (READY, "") if looked_at else (FAILED, "was not looked at to the end; listen to it again")
    if job.state not in ENDED:
        return (WORKING if job.state == "running" else about.state), about.message
    words = job.message or ("was cancelled; listen to it again" if job.state == "cancelled" else "")
    return (READY if looked_at else FAILED), words


def _job(here: Studio, about: About) -> Job | None:
    try:
        return here.jobs.get(about.job) if about.job else None
    except DescantError:
        return None


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
