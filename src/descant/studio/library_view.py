"""The library as the API tells of it: figures, folders, items in lists and one by one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field

from descant.library.books import is_book

if TYPE_CHECKING:
    from descant.library.item import Item as LibraryItem


class About(BaseModel):
    """The library in figures."""

    path: str
    exists: bool
    count: int = Field(description="Items that can be found.")
    kinds: dict[str, int]
    hours: float
    failures: int = Field(description="Files that could not be read.")
    roots: list[str] = Field(description="Folders that may be indexed, with all that is in them.")


class Failure(BaseModel):
    """A file that could not be read."""

    file: str
    message: str


class Folder(BaseModel):
    """A folder to choose."""

    name: str
    path: str


class Folders(BaseModel):
    """The folders in a folder."""

    path: str | None
    parent: str | None
    folders: list[Folder]


class ToIndex(BaseModel):
    """What is to be indexed."""

    folder: str = Field(max_length=4_096)
    level: Literal["tags", "fingerprint", "full"] = "full"


class Item(BaseModel):
    """An item in a list."""

    id: int
    name: str
    kind: str
    artist: str | None
    title: str | None
    duration: float
    tempo: float | None
    key: str | None
    meter: str | None
    year: int | None
    percentile: float | None = Field(
        description="The share of the library that it beats, 0 to 100; null in a plain list."
    )
    reasons: list[str] = Field(description="Why it was found.")
    at: float | None = Field(description="Seconds at which a clip was heard in it.")
    tune: str | None = Field(description="The tune of a book that was found: pass it on to hear or open that one.")


class Items(BaseModel):
    """A page of items, best first."""

    count: int = Field(description="On all pages.")
    page: int
    pages: int
    told: list[str] = Field(description="How the words were read, and what is to be known beside the result.")
    items: list[Item]


class Details(Item):
    """All that is known of an item."""

    album: str | None
    genre: str | None
    composer: str | None
    source: str | None
    loudness: float | None
    tempo_confidence: float | None
    key_confidence: float | None
    warnings: list[str]
    instruments: dict[str, float] = Field(description="And the share of the duration that each sounds.")
    files: list[str]


def item_json(item: LibraryItem) -> dict[str, Any]:
    """An item in a list."""
    return {
        "id": item.id,
        "name": item.title or (shown(item.paths[0].with_suffix("")) if item.paths else f"item {item.id}"),
        "kind": item.kind,
        "artist": item.artist or item.composer,
        "title": item.title,
        "duration": round(item.duration, 3),
        "tempo": None if item.tempo is None else round(item.tempo, 2),
        "key": item.key,
        "meter": item.meter,
        "year": item.year,
        "percentile": None,
        "reasons": [],
        "at": None,
        "tune": None,
    }


def tune_of(item: LibraryItem, melody: str) -> str | None:
    """The tune of a book that a melody's label names; None where the item is no book."""
    return melody if melody and item.paths and is_book(item.paths[0]) else None


def details(item: LibraryItem) -> dict[str, Any]:
    """All facts of an item, and what its files are called; where on the disk they are stays untold."""
    more = ("album", "genre", "composer", "source", "loudness", "tempo_confidence", "key_confidence")
    return {
        **item_json(item),
        **{name: getattr(item, name) for name in more},
        "warnings": list(item.warnings),
        "instruments": {label: round(share, 3) for label, share in item.instruments},
        "files": [shown(path) for path in item.paths],
    }


def shown(path: Path) -> str:
    """A file's name as text; bytes that are none become a sign that says so."""
    return os.fsencode(path.name).decode("utf-8", errors="replace")
