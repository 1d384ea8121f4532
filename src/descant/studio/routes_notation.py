"""A piece as pages of music, and where and when each of its bars is."""

from __future__ import annotations

from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, Field

from descant.errors import InvalidValueError, MissingDataError
from descant.studio.context import Here
from descant.studio.jobs import ENDED
from descant.studio.notation import kept_notation, notation_page
from descant.studio.opening import busy_with
from descant.studio.routes_pieces import PieceId
from descant.types import Notes

router = APIRouter(prefix="/pieces/{piece}/notation", tags=["pieces"])
_starting = Lock()


class Bar(BaseModel):
    """A bar of the page."""

    number: str = Field(description="As printed.")
    page: int = Field(description="From 1 on.")
    start: float | None = Field(description="Seconds; null where that is not known.")
    end: float | None
    times: list[tuple[float, float]] = Field(description="Every time that it is played, where it is repeated.")


class Notation(BaseModel):
    """The pages of a piece."""

    pages: int
    bars: list[Bar] = Field(description="The n-th is the n-th `g.measure` of the pages.")


class Engraving(BaseModel):
    """The job that engraves the pages."""

    job: str


@router.get("", summary="A piece's pages", response_model=Notation, responses={202: {"model": Engraving}})
def notation(here: Here, piece: PieceId) -> Response:
    """How many pages there are, and the bars; or 202 with the job that engraves them: ask again once it is done."""
    if (found := kept_notation(here.pieces, piece)) is not None:
        return JSONResponse(found)
    about = here.pieces.about(piece)
    if about.heard is None and busy_with(here, about):
        raise InvalidValueError(f"{about.name}: is being looked at; it can be written down after that")
    notes = here.pieces.piece(piece).get(Notes)
    if notes is None or not len(notes):
        raise InvalidValueError(f"{about.name}: has no notes to write down")
    with _starting:
        jobs = (one for one in here.jobs.all() if one.kind == "notation" and one.piece == piece)
        job = next((one for one in jobs if one.state not in ENDED), None)
        if job is None:
            argument = {"home": str(here.settings.home), "piece": piece}
            job = here.jobs.start("notation", argument, title=f"Engraving {about.name}", piece=piece)
    return JSONResponse({"job": job.id}, 202)


@router.get(
    "/{page}.svg",
    summary="A page",
    response_class=FileResponse,
    responses={200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}},
)
def page(
    here: Here, piece: PieceId, page: Annotated[int, Path(description="From 1 on.", ge=1, le=100_000)]
) -> FileResponse:
    """One page as SVG; every bar is a `g` of class `measure`."""
    path = notation_page(here.pieces, piece, page)
    if not path.exists():
        raise MissingDataError(f"there is no page {page}, or it is not engraved yet; ask for /notation first")
    return FileResponse(path, media_type="image/svg+xml", headers={"Cache-Control": "no-cache"})
