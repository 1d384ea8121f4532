"""A score followed while it is played, or a take of it afterwards; and the take held against it, bar by bar."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from descant.errors import MissingDataError
from descant.studio.bodies import too_large
from descant.studio.context import Here, Studio
from descant.studio.jobs import Job
from descant.studio.live_session import MOST_BYTES
from descant.studio.routes_jobs import JobId
from descant.studio.routes_notation import Bar
from descant.studio.routes_pieces import BODY, PieceId
from descant.studio.work_follow import positions_of
from descant.studio.work_practice import marked_page

router = APIRouter(tags=["follow"])

SessionId = Annotated[str, Path(description="The live session's id.", pattern="^[0-9a-f]{12}$")]
Id = Annotated[str, Field(pattern="^[0-9a-f]{12}$")]
Use = Annotated[
    str,
    Field("", max_length=64, description="hidden-semi-markov, online-dtw or symbolic-follower; empty: what suits."),
]


class Position(BaseModel):
    """Where the player is."""

    time: float = Field(description="Seconds of what is heard.")
    bar: int = Field(description="Which measure on paper, from 0.")
    number: str = Field(description="The same, as printed.")
    beat: float
    quarter: float = Field(description="Of the score as it is played, from its beginning.")
    share: float = Field(description="How much of the bar is over, 0 to 1.")
    page: int = Field(description="That should lie open.")
    turn: bool = Field(description="Whether it is to be opened now.")
    lost: bool = Field(description="Whether the place is not known; it is then the last that was.")
    waiting: bool = Field(description="Whether nothing was played yet.")
    state: str


class ToFollow(BaseModel):
    """A score that is to be followed live."""

    score: Id
    use: Use


class Live(BaseModel):
    """A live session."""

    id: str
    bars: list[Bar]
    pages: int


class Positions(BaseModel):
    """Places that became known."""

    positions: list[Position]


class Finished(Positions):
    """What came of a session."""

    take: str | None = Field(description="The piece that was made of what was played; null where that was nothing.")
    found: float = Field(description="The share of the time in which the place was known.")
    said: str


class TakeFollowed(BaseModel):
    """A take that is to be followed."""

    take: Id
    use: Use


class Practised(BaseModel):
    """A take that is to be held against its score."""

    take: Id
    part: str = Field("", max_length=255, description="The part that is played, by name or number; empty: all.")


@router.post("/follow", status_code=201, summary="Follow a score live")
def follow(here: Here, asked: ToFollow) -> Live:
    """Begin to follow a piece. The session ends after a minute without sound; there are four at most."""
    name, score = here.follows.open(asked.score, asked.use)
    return Live(id=name, bars=[Bar(**one) for one in score.bars], pages=score.pages)


@router.post("/follow/{session}/samples", summary="Play", openapi_extra=BODY)
async def samples(
    here: Here,
    request: Request,
    session: SessionId,
    rate: Annotated[int, Query(description="Samples a second.", ge=8_000, le=192_000)],
) -> Positions:
    """Send what was played: raw little-endian 32-bit floats, mono, 4 MB and 20 s at most. The first block's rate holds
    for the session. An empty body says that the player is still there.
    """
    body = bytearray()
    async for block in request.stream():
        body += block
        if len(body) > MOST_BYTES:
            raise HTTPException(413, too_large(MOST_BYTES))
    told = await run_in_threadpool(here.follows.push, session, rate, bytes(body))
    return Positions(positions=[Position(**one) for one in told])


@router.post("/follow/{session}/finish", summary="Finish playing")
def finish(here: Here, session: SessionId) -> Finished:
    """End a session. What was played becomes a piece."""
    return Finished(**here.follows.finish(session))


@router.delete("/follow/{session}", status_code=204, summary="Drop a session")
def drop(here: Here, session: SessionId) -> None:
    """End a session; what was played is not kept."""
    here.follows.drop(session)


@router.post("/pieces/{piece}/follow", status_code=202, summary="Follow a take")
def follow_take(here: Here, piece: PieceId, asked: TakeFollowed) -> Job:
    """Start a job that follows a recording or MIDI through a score. Its result: turns, and how surely; its positions
    have an address of their own.
    """
    from descant.pipelines.listeners import system

    score, take = here.pieces.about(piece), here.pieces.about(asked.take)
    system(asked.use, notes=take.kind != "sound")
    argument = _argument(here, piece, asked)
    return here.jobs.start("follow", argument, title=f"Following {take.name} in {score.name}", piece=piece)


@router.get("/pieces/{piece}/follow/{job}", summary="Where a take was", response_model=Positions)
def positions(here: Here, piece: PieceId, job: JobId) -> FileResponse:
    """The positions of a take that was followed, ten a second or fewer."""
    run = _run(here, piece, "follow", job)
    path = positions_of(here.pieces, piece, run) if run else None
    if path is None or not path.exists():
        raise MissingDataError("no take's positions are kept there; follow it again")
    return FileResponse(path, media_type="application/json")


@router.post("/pieces/{piece}/practice", status_code=202, summary="Hold a take against its score")
def practice(here: Here, piece: PieceId, asked: Practised) -> Job:
    """Start a job that says what was wrong, bar by bar, and what to practise first, and marks the pages."""
    score, take = here.pieces.about(piece), here.pieces.about(asked.take)
    argument = _argument(here, piece, asked)
    return here.jobs.start("practice", argument, title=f"Holding {take.name} against {score.name}", piece=piece)


@router.get(
    "/pieces/{piece}/practice/{job}/{page}.svg",
    summary="A marked page",
    response_class=FileResponse,
    responses={200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}},
)
def page(
    here: Here, piece: PieceId, job: JobId, page: Annotated[int, Path(description="From 1 on.", ge=1, le=10_000)]
) -> FileResponse:
    """A page of the score with what the take made of it, from 1 on."""
    run = _run(here, piece, "practice", job)
    path = marked_page(here.pieces, piece, run, page) if run else None
    if path is None or not path.exists():
        raise MissingDataError(f"there is no marked page {page} of this piece; start the practice again")
    return FileResponse(path, media_type="image/svg+xml")


def _argument(here: Studio, piece: str, asked: BaseModel) -> dict[str, Any]:
    """Of a job that holds a take against its score, and keeps what it finds under a name of its own, `run`."""
    return {"home": str(here.settings.home), "piece": piece, **asked.model_dump(), "run": secrets.token_hex(6)}


def _run(here: Studio, piece: str, kind: str, job: str) -> str | None:
    """Under which name a job has kept what it found; None where it was another's, or has not ended."""
    here.pieces.about(piece)
    found = here.jobs.get(job)
    return (found.result or {}).get("run") if found.kind == kind and found.piece == piece else None
