"""Compose a performance: so many seconds on a piano, after given music or from nothing, by the Music Transformer.

Seconds and the notes that are given are exact by how the piece is made. A performance has neither bars nor a page; what
the model cannot be told (tempo, chords) is refused, with the style that knows of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from descant import __version__, weights
from descant.composition.music_transformer_performance import WEIGHTS, continued, key_heard
from descant.errors import InvalidValueError, UnsupportedFormatError
from descant.io.open import open as open_file
from descant.io.open import source_name
from descant.pipelines.compose import key_name, key_number, key_spelled
from descant.pipelines.written import Told
from descant.types import Notes, Provenance, Score

SECONDS = 30.0
ROUNDS = 6  # of playing, where a key is asked for
REFUSED = {
    "bars": "a performance has no bars: ask for --seconds",
    "tempo": "nobody tells the player a tempo: ask for --style pop, which keeps to one",
    "chords": "nobody tells the player chords: ask for --style pop, which plays them",
    "best_of": "one performance is played, not several to choose from: leave --best-of out",
}


@dataclass(frozen=True, eq=False)
class Performance:
    """What was played, and what is to be said of it."""

    notes: Notes
    told: tuple[Told, ...]
    said: tuple[str, ...]
    faults: dict[str, int]
    nats: None = None
    drawn: int = 1

    @property
    def made_by(self) -> Provenance | None:
        return self.notes.made_by

    @property
    def score(self) -> Score:
        raise UnsupportedFormatError(
            "a performance has no page: write .mid, .wav or .flac; `descant transcribe` makes a page of the MIDI"
        )


def compose_performance(
    given: str | os.PathLike[str] | Notes | None = None,
    *,
    seconds: float | None = None,
    key: str = "",
    seed: int = 0,
    progress: Callable[[float], None] = lambda _: None,
    **others: Any,
) -> Performance:
    """So many seconds of piano, else SECONDS, after given MIDI, which comes back as it is, or from nothing.

    key: such as `D minor`: what is played is moved to it, where it is heard in major or minor as asked, else played
    anew. What is given is gone on with in its own key.
    others: what other styles are asked for; refused, with the reason, where any is given.
    Raises InvalidValueError with the reason where that cannot be, MissingDataError where the model is not there.
    """
    for name, value in others.items():
        if value not in (None, ""):
            raise InvalidValueError(REFUSED[name])
    if seed < 0:
        raise InvalidValueError(f"a seed is a whole number from 0 on, got {seed}")
    before = _given(given) if given is not None else None
    wanted = SECONDS if seconds is None else seconds
    card, _ = weights.find(WEIGHTS)
    name = source_name(given) if given is not None else ""
    request = {
        "style": "performance",
        "continue": name,
        "seconds": seconds,
        "key": key,
        "seed": seed,
        "weights": card.sha256,
    }
    number = key_number(key_spelled(key)) if key else None
    if number is not None and before is not None:
        raise InvalidValueError("what is given is gone on with in its own key: leave --key out, or transpose it")
    try:
        if number is None:
            notes = continued(before, wanted, seed, progress=progress)
        else:
            notes = _in_key(number, wanted, seed, progress)
    except InvalidValueError as error:
        raise InvalidValueError(f"{name}: {error}" if name else str(error)) from None
    made_by = Provenance(WEIGHTS.replace("_", "-"), __version__, request)
    start = before.duration if before is not None else 0.0
    new = notes.only(notes.onset > start - 1e-6)
    said = []
    if before is not None and len(before) and before.drum.any():
        said.append(
            f"{np.count_nonzero(before.drum)} drum strokes are not heard by the player, and come back as they are"
        )
    return Performance(replace(notes, made_by=made_by), _told(request, before, new, start), tuple(said), {})


def _in_key(key: int, seconds: float, seed: int, progress: Callable[[float], None]) -> Notes:
    """What is played, heard in a key. Raises InvalidValueError where ROUNDS times it was another mode."""
    for played in range(ROUNDS):
        notes = continued(None, seconds, [seed, played], key=key, progress=progress)
        heard = key_heard(notes)
        if heard // 12 == key // 12:
            by = (key - heard + 6) % 12 - 6
            return replace(notes, pitch=np.clip(notes.pitch + by, 0, 127))
    mode = ("major", "minor")[key // 12]
    raise InvalidValueError(f"of {ROUNDS} performances none is heard in {mode}: ask for more seconds, or another seed")


def _given(source: str | os.PathLike[str] | Notes) -> Notes:
    music: Any = open_file(source) if isinstance(source, str | os.PathLike) else source
    if not isinstance(music, Notes):
        raise UnsupportedFormatError(
            f"{source_name(source)}: is no performance to go on with; give MIDI (`descant convert` makes it of a score)"
        )
    if not len(music):
        raise InvalidValueError(f"{source_name(source)}: has no notes to go on with; leave --continue out")
    return music


def _told(request: dict[str, Any], before: Notes | None, new: Notes, start: float) -> tuple[Told, ...]:
    """What was asked for and what is measured of what was played."""
    length = new.duration - start
    heard = key_name(key_heard(new))
    asked = "-" if request["seconds"] is None else f"{request['seconds']:g}"
    rows = [
        Told("seconds", asked, f"{length:g}"),
        Told("key", request["key"] or "-", f"heard in {heard}"),
        Told(
            "notes", "-", f"{len(new)}, {len(new) / length:.1f} a second, MIDI {new.pitch.min()} to {new.pitch.max()}"
        ),
        Told("seed", str(request["seed"]), str(request["seed"])),
    ]
    if before is not None:
        rows.append(Told("given", request["continue"], f"{len(before)} notes as they were"))
    return tuple(rows)
