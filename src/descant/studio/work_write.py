"""Writing on a piece as a job: it is harmonised, accompanied, gone on with, or some of its bars are written anew.

What is given comes back as it was: as the page that it came as, or as the notes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from descant.errors import InvalidValueError
from descant.studio.given_music import given_music, notes_of
from descant.studio.pieces import PieceStore
from descant.studio.takes import Wanted, written_takes
from descant.studio.work_compose import CHORALE, PERFORMANCE, POP, composed
from descant.types import Notes, Score

if TYPE_CHECKING:
    from descant.pipelines.written import Written

HARMONISE, ACCOMPANY, INPAINT, CONTINUE = ("harmonise", "accompany", "inpaint", "continue")
TAKEN = {  # of each, what may be asked
    HARMONISE: ("key", "chords", "tempo"),
    ACCOMPANY: ("part", "key", "chords", "tempo"),
    INPAINT: ("bars", "tracks"),
    CONTINUE: ("bars", "seconds", "key", "chords", "tempo"),
}
CALLED = {HARMONISE: "{name}, harmonised", ACCOMPANY: "{name}, accompanied", INPAINT: "{name}, bars {bars} anew"}

Progress = Callable[[float], None]


def work(argument: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Write. argument: what `routes_compose.ToWrite` holds, with `home`, `piece` and the takes' `batch`."""
    store = PieceStore(Path(argument["home"]))
    piece, what = argument["piece"], argument["what"]
    music = given_music(store, piece)
    if what == CONTINUE:
        return _continued(store, argument, music, progress)
    name = store.about(piece).name
    asked = {one: argument[one] for one in TAKEN[what]}
    options = {"best_of": argument["best_of"]} if argument["best_of"] is not None else {}
    write = _writer(what, music, {**asked, **options})
    title = CALLED[what].format(name=Path(name).stem, bars=argument["bars"])
    made = {"what": what, **asked}
    wanted = Wanted(argument["batch"], argument["takes"], argument["seed"], lambda _: title, piece, name, made)
    return written_takes(store, wanted, write, as_score=isinstance(music, Score), progress=progress)


def _writer(what: str, music: Score | Notes, asked: dict[str, Any]) -> Callable[[int, Progress], Written]:
    """What writes a take."""
    from descant.pipelines.arrange import arrange
    from descant.pipelines.harmonise import harmonised
    from descant.pipelines.inpaint import inpainted

    systems: dict[str, Callable[..., Written]] = {HARMONISE: harmonised, ACCOMPANY: arrange}
    if what == INPAINT:
        bars, tracks = asked.pop("bars"), ",".join(asked.pop("tracks"))
        return lambda seed, told: inpainted(music, bars, tracks=tracks, **asked, seed=seed, progress=told)
    return lambda seed, told: systems[what](music, **asked, seed=seed, progress=told)


def _continued(
    store: PieceStore, argument: Mapping[str, Any], music: Score | Notes, progress: Progress
) -> dict[str, Any]:
    """Go on in the manner that a piece has: a song, a chorale, and of anything else a performance of its notes."""
    style = style_of(music)
    if style == PERFORMANCE:
        music = notes_of(store, argument["piece"])
    bars = argument["bars"].strip()
    if bars and not (bars.isdecimal() and len(bars) < 6):
        raise InvalidValueError(f"{bars!r}: say how many bars are to be written, such as 8")
    asked = {**argument, "bars": int(bars) if bars else None}
    return composed(store, asked, style, music, argument["piece"], progress)


def style_of(music: Score | Notes) -> str:
    """How a piece is gone on with."""
    from descant.pipelines.given_chorale import given_chorale
    from descant.pipelines.inpaint_song import is_song

    if is_song(music):
        return POP
    try:
        given_chorale(music)
    except InvalidValueError:
        return PERFORMANCE
    return CHORALE
