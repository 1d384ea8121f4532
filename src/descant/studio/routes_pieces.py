"""Pieces: a file is sent and becomes one; what was heard in it, and what the user says instead."""

from __future__ import annotations

from contextlib import suppress
from threading import Lock
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from descant.errors import InvalidValueError, UnreadableFileError
from descant.pipelines.listen import listening_plan, wanted_fields
from descant.studio.context import Here
from descant.studio.jobs import Job
from descant.studio.opening import busy_with, open_piece, start_listening
from descant.studio.piece_view import summary, whole
from descant.types import FIELDS

router = APIRouter(prefix="/pieces", tags=["pieces"])
ON_A_PAGE = 50
_starting = Lock()  # between seeing that no job looks at a piece and starting one

PieceId = Annotated[str, Path(description="The piece's id.", pattern="^[0-9a-f]{12}$")]
FieldName = Annotated[str, Path(description="A field of a piece's JSON.", pattern=f"^({'|'.join(FIELDS)})$")]
BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
FRAGMENT = Body(
    description='The field as in a piece\'s JSON (docs/json.md), such as `{"chords": [...]}`.',
    examples=[{"chords": [{"start": 0, "end": 2, "label": "C:maj"}]}, {"meter": "3/4"}],
)


class Has(BaseModel):
    """What can be asked for."""

    audio: bool
    spectrum: bool
    notes: bool


class HeardIn(BaseModel):
    """The first that one wants to know, corrections counted."""

    title: str
    artist: str
    key: str | None
    tempo: float | None
    meter: str | None
    chords: list[str] = Field(description="The first different ones, as people write them.")
    sections: list[tuple[str, float, float]] = Field(description="Label, start and end of each.")
    notes: int | None


class Summary(BaseModel):
    """A piece in a list."""

    id: str
    name: str
    kind: Literal["sound", "notes", "score"]
    created: float = Field(description="Seconds since 1970.")
    duration: float = Field(description="Seconds; 0 until it has been looked at.")
    state: Literal["new", "working", "ready", "failed"]
    job: str | None = Field(description="The job that looks at it, or did.")
    message: str = Field(description="Why it failed, in words.")
    parent: str | None = Field(description="The piece that it was made from.")
    take: int | None
    batch: str | None = Field(description="The job that made it and its siblings.")
    made: dict[str, Any] | None
    kept: bool
    told: list[dict[str, Any]] = Field(description="What was asked and what was reached.")
    has: Has
    heard: HeardIn | None


class Whole(Summary):
    """A piece."""

    piece: dict[str, Any] = Field(description="docs/json.md, without the rows of `pitch`; corrections inside.")


class Summaries(BaseModel):
    """A page of pieces, the newest first."""

    count: int
    page: int
    pages: int
    items: list[Summary]


class Renamed(BaseModel):
    """What is to be changed."""

    name: str = Field(min_length=1, max_length=255)


class HeardAnew(BaseModel):
    """What is to be heard anew."""

    only: list[str] = Field(default=[], description="Fields; all where none is named.", max_length=len(FIELDS))
    use: dict[str, str] = Field(default={}, description="The transform that hears a field.", max_length=len(FIELDS))


@router.post("", status_code=201, summary="Add a piece", openapi_extra=BODY)
async def add(
    here: Here,
    request: Request,
    name: Annotated[str, Query(description="What the file is called.", max_length=255)] = "untitled",
) -> Summary:
    """Send a file as the body: sound, MIDI, a score, or a piece's own JSON. Its content says what it is.

    A job looks at it at once; corrections that JSON brings along are kept as such.
    """
    async with here.uploads.received(request, here.settings.most_bytes, name) as path:
        about = await run_in_threadpool(open_piece, here, path, name, move=True)
    return Summary(**summary(here, about))


@router.get("", summary="All pieces")
def pieces(here: Here, page: Annotated[int, Query(description="From 1 on.", ge=1, le=1_000_000)] = 1) -> Summaries:
    """Fifty a page, the newest first."""
    every = here.pieces.all()
    shown = every[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    return Summaries(
        count=len(every),
        page=page,
        pages=max(1, -(-len(every) // ON_A_PAGE)),
        items=[Summary(**summary(here, one)) for one in shown],
    )


@router.get("/{piece}", summary="A piece", response_model=Whole)
def piece(here: Here, piece: PieceId) -> Response:
    """All that was heard in it, and what the user says instead."""
    return _whole(here, piece)


@router.patch("/{piece}", summary="Rename a piece")
def rename(here: Here, piece: PieceId, asked: Renamed) -> Summary:
    """Give it another name. The file that it came from keeps its own."""
    about = here.pieces.change(piece, name=asked.name)
    here.changed(piece)
    return Summary(**summary(here, about))


@router.delete("/{piece}", status_code=204, summary="Remove a piece")
def remove(here: Here, piece: PieceId) -> None:
    """Remove it, its corrections and all that was made from it. The file that it came from stays where it is."""
    with suppress(UnreadableFileError):  # a damaged piece can be removed, too
        if job := busy_with(here, here.pieces.about(piece)):
            here.jobs.cancel(job.id)
    here.pieces.remove(piece)
    here.changed(piece)


@router.post("/{piece}/listen", status_code=202, summary="Hear a piece anew")
def listen(here: Here, piece: PieceId, asked: HeardAnew) -> Job:
    """Start a job that hears it again, or some fields of it. Corrections stay."""
    about = here.pieces.about(piece)
    if about.kind == "sound":
        listening_plan(wanted_fields(asked.only), asked.use)
    elif asked.only or asked.use:
        raise InvalidValueError(f"{about.name}: is no recording, so there is nothing to hear anew")
    with _starting:
        if busy_with(here, here.pieces.about(piece)):
            raise InvalidValueError(f"{about.name}: is being looked at already; wait for it, or cancel that")
        job = start_listening(here, piece, only=asked.only, use=asked.use)
    here.changed(piece)
    return job


@router.put("/{piece}/corrections/{field}", summary="Correct a field", response_model=Whole)
def correct(here: Here, piece: PieceId, field: FieldName, fragment: Annotated[dict[str, Any], FRAGMENT]) -> Response:
    """Say what is right instead of what was heard. The estimate stays, and counts again once this is deleted."""
    here.pieces.correct(piece, field, fragment)
    here.changed(piece)
    return _whole(here, piece)


@router.delete("/{piece}/corrections/{field}", summary="Go back to the estimate", response_model=Whole)
def uncorrect(here: Here, piece: PieceId, field: FieldName) -> Response:
    """Drop what was said of a field."""
    here.pieces.uncorrect(piece, field)
    here.changed(piece)
    return _whole(here, piece)


def _whole(here: Here, piece: str) -> Response:
    return Response(whole(here, piece), media_type="application/json")
