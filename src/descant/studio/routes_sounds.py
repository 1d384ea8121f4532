"""The sounds that a page plays notes with."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from descant.errors import BusyError
from descant.studio.context import Here
from descant.studio.ranged_file import RangedFile
from descant.studio.sounds import DRUM_SECONDS, DRUMS, PITCHES, SECONDS, sprite

router = APIRouter(prefix="/sounds", tags=["sounds"])
MOST_WAITING = 8
_waiting = BoundedSemaphore(MOST_WAITING)


class Sprite(BaseModel):
    """What follows what in a file: pitch `i` begins at `i * seconds`."""

    pitches: list[int] = Field(description="MIDI numbers.")
    seconds: float


class Sounds(Sprite):
    """The files of the programmes, and that of the drums."""

    drums: Sprite


@router.get("", summary="What the sounds hold")
def sounds() -> Sounds:
    """The pitches of `/api/sounds/{program}.flac` and of `/api/sounds/drums.flac`."""
    drums = Sprite(pitches=list(DRUMS), seconds=DRUM_SECONDS)
    return Sounds(pitches=list(PITCHES), seconds=SECONDS, drums=drums)


@router.get(
    "/{name}.flac",
    summary="The sound of a programme",
    response_class=FileResponse,
    responses={200: {"content": {"audio/flac": {"schema": {"type": "string", "format": "binary"}}}}, 206: {}},
)
def sound(
    here: Here,
    name: Annotated[
        str, Path(description="A General MIDI programme, 0 to 127, or drums.", pattern="^(drums|[0-9]{1,3})$")
    ],
) -> FileResponse:
    """Its pitches one after another, mono at 44.1 kHz, played by the sampler on this machine's SoundFont."""
    if not _waiting.acquire(blocking=False):
        raise BusyError("many sounds are being rendered; ask again in a moment")
    try:
        path = sprite(here.settings.home, here.apart, name)
    finally:
        _waiting.release()
    return RangedFile(path, media_type="audio/flac", headers={"Cache-Control": "private, max-age=604800, immutable"})
