"""What is heard and seen of a piece: its sound, outline, spectrum and melody, each packed as the page draws it."""

from __future__ import annotations

import json
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from descant.errors import MissingDataError, UnreadableFileError
from descant.features import FRAME_RATE
from descant.io.files import write_text
from descant.io.report.data import packed_pitch
from descant.studio.browser_sound import browser_sound
from descant.studio.context import Here
from descant.studio.pictures import SPECTRUM, SPECTRUM_FACTS, WAVEFORM
from descant.studio.ranged_file import RangedFile
from descant.studio.revisions import SOURCE_ONLY
from descant.studio.routes_pieces import PieceId
from descant.types import PitchContour

router = APIRouter(prefix="/pieces/{piece}", tags=["pieces"])
TILE_ROWS = 512
LASTING = {"Cache-Control": "private, max-age=86400"}
BYTES = {"schema": {"type": "string", "format": "binary"}}


class Spectrum(BaseModel):
    """How to read the tiles."""

    frames: int
    bins: int
    frames_per_second: float
    lowest_midi: float = Field(description="The pitch of the first bin's centre, tuned as the recording is.")
    bins_per_semitone: int
    tile_frames: int = Field(description="Frames of a tile; the last one has fewer.")


class Pitch(BaseModel):
    """The melody's contour in runs."""

    step: float = Field(description="Milliseconds between two frames of a run; 0 where there is no contour.")
    runs: list[list[int]] = Field(
        description="Of each its start in ms, its mean confidence in per cent, its first pitch in cents over MIDI 0, "
        "then the change from each frame to the next."
    )


@router.get(
    "/audio",
    summary="Hear a recording",
    response_class=FileResponse,
    responses={200: {"content": {"audio/*": BYTES}}, 206: {"content": {"audio/*": BYTES}}},
)
def audio(here: Here, piece: PieceId) -> FileResponse:
    """The recording, with byte ranges: its own file where browsers play it, else a copy that a job makes."""
    about = here.pieces.about(piece)
    if about.kind != "sound":
        raise MissingDataError(f"{about.name}: is no recording; its notes are played from /api/sounds")
    source = here.pieces.source(piece)
    copy, media_type = browser_sound(source)
    path = here.pieces.derived_path(piece, copy, SOURCE_ONLY) if copy else source
    if not path.exists():
        raise MissingDataError(f"{about.name}: cannot be played yet; it is when it has been listened to")
    return RangedFile(path, media_type=media_type, headers=LASTING)


router.add_api_route("/audio", audio, methods=["HEAD"], include_in_schema=False)


@router.get(
    "/waveform",
    summary="The outline of a recording",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": BYTES}}},
)
def waveform(here: Here, piece: PieceId) -> FileResponse:
    """Pairs of int8, the lowest and the highest sample of each column; X-Columns-Per-Second says how many there are."""
    path = _drawn(here, piece, WAVEFORM)
    headers = {**LASTING, "X-Columns-Per-Second": f"{FRAME_RATE:g}"}
    return FileResponse(path, media_type="application/octet-stream", headers=headers)


@router.get("/spectrum", summary="The spectrum's facts")
def spectrum(here: Here, piece: PieceId) -> Spectrum:
    """How large it is and which pitches it shows."""
    return _spectrum(here, piece)


@router.get(
    "/spectrum/{tile}",
    summary="A stretch of the spectrum",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": BYTES}}},
)
def tile(
    here: Here, piece: PieceId, tile: Annotated[int, Path(description="From 0 on.", ge=0, le=1 << 30)]
) -> Response:
    """A byte for each bin of each frame, frame by frame: 0 is silence, 255 a full-scale tone, by the logarithm."""
    facts = _spectrum(here, piece)
    if tile * TILE_ROWS >= facts.frames:
        raise MissingDataError(f"there is no tile {tile}; there are {-(-facts.frames // TILE_ROWS)}")
    with _drawn(here, piece, SPECTRUM).open("rb") as file:
        file.seek(tile * TILE_ROWS * facts.bins)
        data = file.read(TILE_ROWS * facts.bins)
    return Response(data, media_type="application/octet-stream", headers=LASTING)


@router.get("/pitch", summary="The melody's contour", response_model=Pitch)
def pitch(here: Here, piece: PieceId) -> FileResponse:
    """The fundamental frequency of the voice or the instrument that leads, where it sounds."""

    def make(path: FilePath) -> None:
        contour = here.pieces.piece(piece).get(PitchContour)
        empty: dict[str, Any] = {"step": 0.0, "runs": []}
        found = packed_pitch(contour) if contour is not None and contour.voiced.any() else empty
        write_text(path, json.dumps(found, separators=(",", ":")))

    return FileResponse(here.pieces.derived(piece, "pitch.json", make, of=("pitch",)), media_type="application/json")


def _spectrum(here: Here, piece: str) -> Spectrum:
    path = _drawn(here, piece, SPECTRUM_FACTS)
    try:
        facts = json.loads(path.read_bytes())
    except ValueError:
        raise UnreadableFileError(f"{path}: is damaged; listen to the piece again") from None
    return Spectrum(
        frames=facts["rows"],
        bins=facts["bands"],
        frames_per_second=facts["rows_per_second"],
        lowest_midi=facts["lowest_pitch"],
        bins_per_semitone=facts["bands_per_semitone"],
        tile_frames=TILE_ROWS,
    )


def _drawn(here: Here, piece: str, name: str) -> FilePath:
    """A file that was drawn while the piece was listened to."""
    path = here.pieces.derived_path(piece, name, SOURCE_ONLY)
    if not path.exists():
        about = here.pieces.about(piece)
        why = "is drawn while it is listened to" if about.kind == "sound" else "is no recording"
        raise MissingDataError(f"{about.name}: {why}, so there is nothing to show")
    return path
