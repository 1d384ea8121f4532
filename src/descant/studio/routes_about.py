"""What this studio is and can do."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from descant import __version__
from descant.io.save import ENDINGS
from descant.registry import transforms
from descant.studio.context import Here
from descant.studio.work_compose import STYLES

router = APIRouter(tags=["about"])


class TransformTold(BaseModel):
    """One system of the registry."""

    name: str
    sources: list[str]
    target: str
    rank: int
    summary: str


class Limits(BaseModel):
    """What is refused beyond."""

    upload_bytes: int


class About(BaseModel):
    """Version, formats, styles, limits and every installed transform."""

    version: str
    formats: list[str]
    styles: list[str]
    limits: Limits
    transforms: list[TransformTold]


@router.get("/about", summary="What this studio is and can do")
def about(here: Here) -> About:
    """The version, the endings that can be exported, the styles that can be composed in, and the registry."""
    return About(
        version=__version__,
        formats=[one.removeprefix(".") for one in ENDINGS],
        styles=list(STYLES),
        limits=Limits(upload_bytes=here.settings.most_bytes),
        transforms=[
            TransformTold(
                name=one.name,
                sources=[source.__name__ for source in one.source],
                target=one.target.__name__,
                rank=one.rank,
                summary=one.summary,
            )
            for one in transforms()
        ],
    )
