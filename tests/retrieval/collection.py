"""A made-up library: what it holds is written down here, so that what is to be found is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from descant.library.item import FULL, Entry, FileStamp
from descant.library.spaces import Space
from descant.library.store import Library, open_library

SIZE = 8  # dimensions of the space that stands in for the shared one
SPACE = Space("mulan", "stand-in 1", SIZE, (), (), lambda sound, piece: np.zeros(SIZE, np.float32))


def axis(number: int) -> np.ndarray:
    """A direction of the stand-in space."""
    return np.eye(SIZE, dtype=np.float32)[number]


def entry(number: int, **facts: Any) -> Entry:
    """An item with what is not said of it left unknown."""
    given: dict[str, Any] = {"content": f"content {number}", "kind": "audio", "level": FULL, "duration": 60.0}
    return Entry(**{**given, **facts})


ENTRIES = (
    entry(
        1,
        title="Nocturne in D minor",
        artist="Ada Byron",
        year=1985,
        tempo=60.0,
        tempo_confidence=0.9,
        key="D minor",
        key_confidence=0.9,
        meter="3/4",
        instruments=(("piano", 0.95),),
        vectors={"mulan": axis(0)},
    ),
    entry(
        2,
        title="Rock on",
        artist="The Quarries",
        genre="rock",
        year=1991,
        tempo=120.0,
        key="E major",
        meter="4/4",
        duration=200.0,
        instruments=(("drums", 0.9), ("distorted guitar", 0.8), ("bass", 0.7), ("voice", 0.5)),
        vectors={"mulan": axis(1)},
    ),
    entry(
        3,
        title="Nearly there",
        artist="The Quarries",
        genre="rock",
        year=1992,
        tempo=123.0,
        key="A minor",
        meter="4/4",
        duration=300.0,
        instruments=(("drums", 0.9), ("piano", 0.3)),
        vectors={"mulan": axis(1) * np.float32(0.6) + axis(0) * np.float32(0.8)},
    ),
    entry(
        4,
        title="Sonata",
        artist="Bob Cantor",
        composer="Bach",
        tempo=119.0,
        key="F major",
        meter="3/4",
        instruments=(("solo strings", 0.9), ("keyboard", 0.6)),
        vectors={"mulan": axis(2)},
    ),
    entry(5, title="Suite in D minor", artist="Bob Cantor", composer="Bach", key="F major", meter="6/8"),
    entry(6, title="Half speed", artist="Ada Byron", tempo=60.2, instruments=(("piano", 0.5),)),
    entry(7, kind="midi", level=0, title="Áedán's <b>reel</b>", duration=30.0),
)


def made(path: Path, entries: tuple[Entry, ...] = ENTRIES) -> Path:
    """The library, written to a file."""
    with open_library(path, write=True) as library:
        library.adopt([SPACE])
        for number, one in enumerate(entries, 1):
            library.put(one, FileStamp(path.parent / "music" / f"{number:03d}.wav", 1, 1))
    return path


def titles(library: Library, items: list[int]) -> list[str]:
    """What items are called."""
    return [one.title or "" for one in library.items(items)]
