"""Composing as a job: a chorale, a song or a performance, several takes of it, each with what was asked and reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from descant.errors import InvalidValueError
from descant.studio.given_music import given_music, notes_of
from descant.studio.pieces import PieceStore
from descant.studio.takes import Wanted, written_takes
from descant.types import Notes, Score

if TYPE_CHECKING:
    from descant.pipelines.written import Written

CHORALE, POP, PERFORMANCE = STYLES = ("chorale", "pop", "performance")
CALLED = {CHORALE: "Chorale", POP: "Song", PERFORMANCE: "Performance"}

Progress = Callable[[float], None]


def work(argument: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Compose. argument: what `routes_compose.ToCompose` holds, with `home` and the takes' `batch`."""
    store = PieceStore(Path(argument["home"]))
    style, parent = argument["style"], argument["continue"]
    given = None
    if parent is not None:
        given = notes_of(store, parent) if style == PERFORMANCE else given_music(store, parent)
    return composed(store, argument, style, given, parent, progress)


def composed(
    store: PieceStore,
    argument: Mapping[str, Any],
    style: str,
    given: Score | Notes | None,
    parent: str | None,
    progress: Progress,
) -> dict[str, Any]:
    """Takes of a style, after given music where there is any."""
    from descant.pipelines.compose import compose
    from descant.pipelines.compose_performance import compose_performance
    from descant.pipelines.compose_song import compose_song

    systems: dict[str, Callable[..., Written]] = {
        CHORALE: compose,
        POP: compose_song,
        PERFORMANCE: compose_performance,
    }
    asked = {name: argument[name] for name in ("bars", "key", "tempo", "chords")}
    if argument["best_of"] is not None:
        asked["best_of"] = argument["best_of"]
    if style == PERFORMANCE:
        asked["seconds"] = argument["seconds"]
    elif argument["seconds"] is not None:
        raise InvalidValueError(f"seconds are for performances; how long a {style} goes on is said in bars")

    def write(seed: int, told: Progress) -> Written:
        return systems[style](given, **asked, seed=seed, progress=told)

    name = store.about(parent).name if parent is not None else ""

    def called(found: Written) -> str:
        return f"{Path(name).stem}, gone on with" if name else f"{CALLED[style]}{_key(found)}"

    made = {"what": "continue" if name else "compose", "style": style, **asked}
    wanted = Wanted(argument["batch"], argument["takes"], argument["seed"], called, parent, name, made)
    as_score = style == CHORALE and not isinstance(given, Notes)
    return written_takes(store, wanted, write, as_score=as_score, progress=progress)


def _key(found: Written) -> str:
    """The key that a piece is heard in, as its name says it."""
    told = next((one.reached for one in found.told if one.what == "key"), "")
    _, said, key = told.partition("heard in ")
    return f" in {key}" if said else ""
