"""A piece as a file to take away."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import FileResponse

from descant.errors import BusyError
from descant.studio.context import Here
from descant.studio.exports import export
from descant.studio.routes_pieces import PieceId
from descant.types import FIELDS

router = APIRouter(prefix="/pieces/{piece}", tags=["pieces"])
MOST_AT_ONCE = 6
_making = BoundedSemaphore(MOST_AT_ONCE)


@router.get(
    "/export/{ending}",
    summary="A piece as a file",
    response_class=FileResponse,
    responses={200: {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}},
)
def exported(
    here: Here,
    piece: PieceId,
    ending: Annotated[
        str,
        Path(
            description="As `GET /api/about` lists them: mid, musicxml, json...", pattern=r"^[a-z0-9]+(\.[a-z0-9]+)?$"
        ),
    ],
    what: Annotated[
        str | None,
        Query(description="The field, where a format holds one.", pattern=f"^({'|'.join(FIELDS)})$"),
    ] = None,
) -> FileResponse:
    """With the corrections applied. Sound is the notes played by the sampler: `X-Synthesised: 1` says so."""
    if not _making.acquire(blocking=False):
        raise BusyError("many files are being made; ask again in a moment")
    try:
        made = export(here.pieces, here.apart, piece, f".{ending}", what)
    finally:
        _making.release()
    headers = {"X-Synthesised": str(int(made.synthesised)), "Cache-Control": "no-cache"}
    return FileResponse(made.path, media_type=made.media_type, filename=made.name, headers=headers)
