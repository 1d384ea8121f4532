"""Small entries for the tests of a library."""

from pathlib import Path

import numpy as np

from descant.library.item import FULL, Entry, FileStamp
from descant.library.spaces import Space


def entry(content="one", **more):
    facts = {
        "kind": "audio",
        "level": FULL,
        "duration": 30.0,
        "title": "Für Elise",
        "artist": "Nobody",
        "year": 1990,
        "tempo": 120.5,
        "tempo_confidence": 0.75,
        "key": "D minor",
        "meter": "3/4",
        "loudness": -14.5,
        "warnings": ("clipped",),
        "instruments": (("piano", 1.0), ("flute", 0.25)),
    }
    return Entry(content=content, **{**facts, **more})


def stamp(path, size=1, mtime_ns=1):
    return FileStamp(Path(path), size, mtime_ns)


def space(name="room", model="1", dimensions=2):
    return Space(name, model, dimensions, (), (), lambda sound, piece: np.zeros(dimensions, dtype=np.float32))
