"""A library of made-up items, to time searches by: names, facts, instruments and vectors are drawn by lot.

It is written in one transaction, straight into the tables, for what is timed is searching and not writing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from descant.library.item import FULL
from descant.library.spaces import SPACES
from descant.library.store import open_library
from descant.types.instruments import INSTRUMENTS

NOUNS = ("river", "winter", "mirror", "harbour", "garden", "letter", "shadow", "morning", "city", "engine", "summer")
QUALITIES = ("blue", "silent", "broken", "golden", "distant", "electric", "slow", "endless", "paper", "hidden", "last")
GENRES = ("pop", "rock", "jazz", "classical", "folk", "ambient", "soul", "hip hop")
TONICS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
ARTISTS = 2_000
CLUSTERS = 1_000  # of vectors in each space
SPREAD = 0.8  # the expected distance of a vector from its cluster's centre, which has length 1
SEED = 8
AT_ONCE = 10_000  # items made at once


def made_up_library(path: Path, count: int) -> Path:
    """Write a library of `count` items to `path`."""
    rng = np.random.default_rng(SEED)
    with open_library(path, write=True) as library:
        library.adopt(SPACES)
        write = library.connection.executemany
        with library.transaction():
            for low in range(0, count, AT_ONCE):
                ids = np.arange(low, min(low + AT_ONCE, count)) + 1
                items = [_item(number, rng) for number in ids.tolist()]
                write(f"INSERT INTO item VALUES ({', '.join('?' * 21)})", items)
                write(
                    "INSERT INTO file VALUES (?, ?, 1, 1, ?)",
                    ((one[0], f"/music/{one[0]}.mp3".encode(), one[0]) for one in items),
                )
                write(
                    "INSERT INTO words (rowid, title, artist, album, genre, place) VALUES (?, ?, ?, ?, ?, ?)",
                    ((one[0], one[5], one[6], one[7], one[9], f"music {one[0]}") for one in items),
                )
                write("INSERT INTO instrument VALUES (?, ?, ?)", _instruments(ids, rng))
            for space in SPACES:
                centres = rng.standard_normal((CLUSTERS, space.dimensions))
                for low in range(0, count, AT_ONCE):
                    ids = np.arange(low, min(low + AT_ONCE, count)) + 1
                    vectors = _vectors(centres, len(ids), rng)
                    rows = zip(ids.tolist(), vectors, strict=True)
                    write(
                        "INSERT INTO vector VALUES (?, ?, ?)", ((space.name, item, one.tobytes()) for item, one in rows)
                    )
    return path


def _item(number: int, rng: np.random.Generator) -> tuple[object, ...]:
    """A row of the table of items."""
    key = f"{TONICS[rng.integers(12)]} {('major', 'minor')[rng.integers(2)]}"
    artist = int(rng.integers(ARTISTS))
    return (
        number,
        f"made up {number}",
        "audio",
        FULL,
        float(rng.uniform(60.0, 400.0)),
        f"{rng.choice(QUALITIES)} {rng.choice(NOUNS)} {number}".capitalize(),
        f"{QUALITIES[artist % len(QUALITIES)]} {NOUNS[artist % len(NOUNS)]} {artist}".title(),
        f"{rng.choice(NOUNS)} {artist}".capitalize(),
        int(rng.integers(1950, 2026)),
        str(rng.choice(GENRES)),
        None,
        None,
        float(rng.uniform(60.0, 180.0)),
        0.9,
        key,
        0.8,
        ("4/4", "3/4", "6/8")[rng.integers(3)],
        float(rng.uniform(-24.0, -8.0)),
        "[]",
        None,
        1,
    )


def _instruments(ids: np.ndarray, rng: np.random.Generator) -> list[tuple[int, str, float]]:
    """Three instruments of each item."""
    drawn = rng.random((len(ids), len(INSTRUMENTS))).argsort(axis=1)[:, :3]
    return [
        (item, INSTRUMENTS[one], 0.9 - 0.3 * place)
        for item, row in zip(ids.tolist(), drawn.tolist(), strict=True)
        for place, one in enumerate(row)
    ]


def _vectors(centres: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Vectors scattered round the centres, of length 1, float16 (count, dimensions)."""
    size = centres.shape[1]
    chosen = centres[rng.integers(len(centres), size=count)] / np.sqrt(size)
    found = chosen + SPREAD / np.sqrt(size) * rng.standard_normal((count, size))
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype="<f2")
