"""Long work watched, cancelled and forgotten; and the stream of events that tells of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import StreamingResponse

from descant.studio.context import Here
from descant.studio.jobs import Job

router = APIRouter(tags=["jobs"])
JobId = Annotated[str, Path(description="The job's id.", pattern="^[0-9a-f]{12}$")]


@router.get("/jobs", summary="Jobs of today")
def jobs(here: Here) -> list[Job]:
    """Every job of today and every one that has not ended, newest first."""
    return here.jobs.all()


@router.get("/jobs/{job}", summary="One job")
def job(here: Here, job: JobId) -> Job:
    """How far a job is, and what became of it."""
    return here.jobs.get(job)


@router.post("/jobs/{job}/cancel", summary="Cancel a job")
def cancel(here: Here, job: JobId) -> Job:
    """End a job that waits or runs. One that has ended stays as it is."""
    return here.jobs.cancel(job)


@router.delete("/jobs/{job}", status_code=204, summary="Forget a job")
def forget(here: Here, job: JobId) -> None:
    """Drop a job that has ended. What it made stays."""
    here.jobs.forget(job)


@router.get(
    "/events",
    summary="Server-sent events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def events(here: Here) -> StreamingResponse:
    """First `jobs` with the jobs of today; then `job` when one changes, `forgotten` and `piece` with an `id`.

    A thing that changes often is told of at most five times a second, as it is then.
    """

    def first() -> list[dict[str, Any]]:
        return [asdict(job) for job in here.jobs.all()]

    return StreamingResponse(
        here.events.stream(first), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )
