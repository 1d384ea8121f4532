"""What a library holds of one piece of music, and the columns that it is filtered by.

An item is one content: two files of the same bytes are one item, and a file that is renamed stays the item it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.types._check import require
from descant.types.annotations import KEY, METER
from descant.types.arrays import IntArray
from descant.types.names import pitch_class

KINDS = ("audio", "midi", "score", "tune")  # a tune is a melody of a collection, without a file
TAGS, FINGERPRINT, FULL = range(3)
LEVELS = ("tags", "fingerprint", "full")  # how much is learnt of an item

NO_KEY = -1


@dataclass(frozen=True)
class FileStamp:
    """A file, and what tells that it is still the same: its size in bytes and its time of change."""

    path: Path
    size: int
    mtime_ns: int


@dataclass(frozen=True, kw_only=True)
class Described:
    """What is known of an item; None where it is not known."""

    content: str  # the hash of its bytes, or what stands for it
    kind: str
    level: int
    duration: float  # seconds
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    year: int | None = None
    genre: str | None = None
    composer: str | None = None
    source: str | None = None  # of a tune: the collection it is from
    tempo: float | None = None  # beats a minute
    tempo_confidence: float | None = None
    key: str | None = None  # such as "D minor"
    key_confidence: float | None = None
    meter: str | None = None  # such as "3/4"
    loudness: float | None = None  # LUFS
    warnings: tuple[str, ...] = ()
    instruments: tuple[tuple[str, float], ...] = ()  # and the share of the duration that each sounds, longest first

    def __post_init__(self) -> None:
        require(bool(self.content), "an item needs the hash of its content")
        require(self.kind in KINDS, f"an item is one of {', '.join(KINDS)}, not {self.kind!r}")
        require(self.level in range(len(LEVELS)), f"an item's level is 0 to {len(LEVELS) - 1}, not {self.level}")
        numbers = (self.duration, self.tempo, self.loudness, self.tempo_confidence, self.key_confidence)
        require(all(one is None or bool(np.isfinite(one)) for one in numbers), "an item's figures must be finite")
        require(self.duration >= 0.0, f"a duration cannot be {self.duration} s")
        require(self.key is None or key_number(self.key) != NO_KEY, f"a key looks like D minor, not {self.key!r}")
        require(self.meter is None or METER.fullmatch(self.meter) is not None, f"no metre looks like {self.meter!r}")
        require(all(0.0 <= share <= 1.0 for _, share in self.instruments), "an instrument's share is from 0 to 1")


@dataclass(frozen=True, kw_only=True)
class Item(Described):
    """An item as it stands in the library."""

    id: int
    recording: int | None = None  # the lowest item of its group of re-encodings, where it has one
    paths: tuple[Path, ...] = ()

    @property
    def name(self) -> str:
        """What a list of results calls it."""
        by = self.artist or self.composer
        if self.title:
            return f"{by}: {self.title}" if by else self.title
        return self.paths[0].stem if self.paths else f"item {self.id}"


@dataclass(frozen=True, kw_only=True)
class Entry(Described):
    """An item to be written, with all that is kept of it."""

    vectors: Mapping[str, npt.NDArray[np.float32]] = field(default_factory=dict)  # (dimensions,) of each space
    fingerprint: bytes | None = None
    melodies: tuple[tuple[str, bytes], ...] = ()  # a label, such as a part's name, and the melody
    analysis: bytes | None = None  # as `library.analysis` packs a piece


@dataclass(frozen=True, eq=False)
class Facts:
    """What items are filtered by, a column each; entry `i` of every column is of item `id[i]`, in rising order."""

    id: IntArray
    kind: npt.NDArray[np.int8]  # an index into KINDS
    tempo: npt.NDArray[np.float32]  # beats a minute; NaN where unknown
    key: npt.NDArray[np.int8]  # as `key_number` says; NO_KEY where unknown
    meter: npt.NDArray[Any]  # text; empty where unknown
    loudness: npt.NDArray[np.float32]  # LUFS; NaN where unknown
    year: npt.NDArray[np.int32]  # 0 where unknown
    duration: npt.NDArray[np.float32]  # seconds
    recording: IntArray  # its group of re-encodings, or the item itself

    def __len__(self) -> int:
        return len(self.id)


def key_number(label: str | None) -> int:
    """A key as a number: its tonic's pitch class, and 12 more where it is minor. NO_KEY for none."""
    if label is None or KEY.fullmatch(label) is None or label == "N":
        return NO_KEY
    tonic, mode = label.split()
    return pitch_class(tonic) + 12 * (mode == "minor")
