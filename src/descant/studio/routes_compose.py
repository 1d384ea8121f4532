"""Music written to order: composed from nothing, or written on a piece; takes kept, and the way back to what was."""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from descant.errors import InvalidValueError
from descant.studio.context import Here, Studio
from descant.studio.jobs import Job
from descant.studio.piece_about import About
from descant.studio.piece_view import summary
from descant.studio.routes_pieces import PieceId, Summary
from descant.studio.work_write import INPAINT, TAKEN

router = APIRouter(tags=["compose"])
MOST_TAKES = 8
MOST_SEED = 1 << 53

Words = Annotated[str, Field(max_length=4_096)]


class Asked(BaseModel):
    """What every way of writing takes."""

    key: Words = Field("", description="Such as `D minor` or `Eb`; empty: as it comes.")
    tempo: float | None = Field(None, allow_inf_nan=False, description="Quarters a minute.")
    chords: Words = Field("", description="A chart, bar by bar: `Dm | Gm C7 | A7 | Dm`.")
    seconds: float | None = Field(None, gt=0, le=3_600, description="Of a performance, which has no bars.")
    seed: int = Field(0, ge=0, lt=MOST_SEED, description="Of the first take; the others have those that follow.")
    takes: int = Field(1, ge=1, le=MOST_TAKES, description="How many versions are written.")
    best_of: int | None = Field(None, ge=1, le=64, description="Drawn for each take, of which the best is it.")


class ToCompose(Asked):
    """A piece to be composed."""

    style: Literal["chorale", "pop", "performance"] = "chorale"
    bars: int | None = Field(None, ge=1, lt=100_000)
    continue_: str | None = Field(
        None, alias="continue", pattern="^[0-9a-f]{12}$", description="A piece that is gone on with."
    )


class ToWrite(Asked):
    """What is to be written on a piece."""

    what: Literal["harmonise", "accompany", "inpaint", "continue"]
    bars: Words = Field("", description="To be written anew, `9-12`, an upbeat not counted; or how many go on.")
    tracks: list[Words] = Field([], max_length=64, description="Only these, by name or number.")
    part: Words = Field("", description="The melody's name or number, where it is accompanied.")


class Kept(BaseModel):
    """A take that was chosen."""

    id: str
    removed: list[str] = Field(description="The other takes, which are gone.")


class Versions(BaseModel):
    """Where a piece comes from, and what was made from it."""

    chain: list[Summary] = Field(description="From the first piece to this one: one step back undoes.")
    children: list[Summary] = Field(description="Made from this one, the newest first: one of them redoes.")


@router.post("/compose", status_code=202, summary="Compose")
def compose(here: Here, asked: ToCompose) -> Job:
    """Start a job that composes takes; its result names their pieces. What is asked is met exactly, or refused."""
    _check(asked)
    if asked.chords.strip():
        from descant.composition.chord_chart import chart

        chart(asked.chords)
    parent = asked.continue_
    title = f"Composing: {asked.style}"
    if parent is not None:
        title = f"Going on with {here.pieces.about(parent).name}"
    return here.jobs.start("compose", _argument(here, asked), title=title, piece=parent)


@router.post("/pieces/{piece}/write", status_code=202, summary="Write on a piece")
def write(here: Here, piece: PieceId, asked: ToWrite) -> Job:
    """Start a job that harmonises, accompanies, goes on with a piece, or writes some of its bars anew.

    Its result names the takes' pieces. What is given, and what lies outside the bars asked for, comes back as it was.
    """
    about = here.pieces.about(piece)
    _check(asked)
    _check_taken(asked)
    doing = {"harmonise": "Harmonising", "accompany": "Accompanying", "inpaint": "Writing", "continue": "Going on with"}
    bars = f", bars {asked.bars}" if asked.what == INPAINT else ""
    argument = {**_argument(here, asked), "piece": piece}
    return here.jobs.start("write", argument, title=f"{doing[asked.what]} {about.name}{bars}", piece=piece)


@router.post("/pieces/{piece}/keep", summary="Keep a take")
def keep(here: Here, piece: PieceId) -> Kept:
    """Choose a take. Those that were made with it, and that nobody has kept or gone on from, are removed."""
    about = here.pieces.about(piece)
    here.pieces.change(piece, kept=True)
    everything = here.pieces.all()
    parents = {one.parent for one in everything}
    removed = [
        one.id
        for one in everything
        if about.batch is not None and one.batch == about.batch and not one.kept and one.id not in parents
    ]
    for one in removed:
        here.pieces.remove(one)
    for one in (piece, *removed):
        here.changed(one)
    return Kept(id=piece, removed=removed)


@router.get("/pieces/{piece}/versions", summary="Versions of a piece")
def versions(here: Here, piece: PieceId) -> Versions:
    """The pieces that it was made from, and those that were made from it. A parent that was removed ends the chain."""
    here.pieces.about(piece)
    everything = {one.id: one for one in here.pieces.all()}
    chain: list[About] = []
    at: str | None = piece
    while at in everything and everything[at] not in chain:
        chain.append(everything[at])
        at = chain[-1].parent
    children = [one for one in everything.values() if one.parent == piece]
    return Versions(
        chain=[Summary(**summary(here, one)) for one in reversed(chain)],
        children=[Summary(**summary(here, one)) for one in children],
    )


def _argument(here: Studio, asked: Asked) -> dict[str, Any]:
    return {**asked.model_dump(by_alias=True), "home": str(here.settings.home), "batch": secrets.token_hex(6)}


def _check(asked: Asked) -> None:
    """Refuse at once what would be refused in the end."""
    from descant.pipelines.compose import key_spelled
    from descant.pipelines.written import check_drawing

    check_drawing(asked.best_of or 1, asked.seed, asked.tempo)
    if asked.key:
        key_spelled(asked.key)


def _check_taken(asked: ToWrite) -> None:
    from descant.pipelines.inpainting import asked_bars

    for name in ("bars", "tracks", "part", "key", "chords", "tempo", "seconds"):
        if getattr(asked, name) and name not in TAKEN[asked.what]:
            raise InvalidValueError(f"{asked.what}: takes no {name}; it takes {', '.join(TAKEN[asked.what])}")
    if asked.what == INPAINT:
        asked_bars(asked.bars)
