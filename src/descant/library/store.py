"""The library as it is read: items, their facts in columns, their vectors, fingerprints, melodies and words.

The database is the one source of truth; indexes in memory are made from it and know by `version` when to be made anew.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, overload

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError, MissingDataError
from descant.library.database import connect_to_read, faults_told
from descant.library.item import KINDS, Facts, Item, key_number
from descant.types.arrays import IntArray

if TYPE_CHECKING:
    from descant.library.writer import LibraryWriter

VARIABLE = "DESCANT_LIBRARY"
CHUNK = 500  # rows asked for at once
LAST = 2**63 - 1  # what SQLite can number
COLUMNS = (
    "id, content, kind, level, duration, title, artist, album, year, genre, composer, source, tempo, "
    "tempo_confidence, key, key_confidence, meter, loudness, warnings, recording"
)


def library_path(path: Path | str | None = None) -> Path:
    """Where the library is: at `path`, else where DESCANT_LIBRARY says, else in the platform's own place for data."""
    if path is not None:
        return Path(path).expanduser()
    if named := os.environ.get(VARIABLE, ""):
        return Path(named).expanduser()
    if sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support"
    elif sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA") or Path.home())
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return folder / "descant" / "library.db"


@overload
def open_library(path: Path | str | None = None, *, write: Literal[False] = False) -> Library: ...
@overload
def open_library(path: Path | str | None = None, *, write: Literal[True]) -> LibraryWriter: ...


def open_library(path: Path | str | None = None, *, write: bool = False) -> Library | LibraryWriter:
    """The library at `library_path(path)`; a context manager, which closes it.

    It is opened for reading, which works while another process writes, or for writing, which makes it where there is
    none. Raises MissingDataError where there is no library to read, UnwritableFileError where another process writes
    or nothing can be written, UnsupportedFormatError for a newer descant's library, UnreadableFileError where it is
    damaged.
    """
    if write:
        from descant.library.writer import LibraryWriter

        return LibraryWriter(library_path(path))
    return Library(library_path(path))


class Library:
    """A library opened for reading. One of them belongs to one thread."""

    def __init__(self, path: Path, connection: sqlite3.Connection | None = None) -> None:
        self.path = path
        self.connection = connection or connect_to_read(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.connection.close()

    def version(self) -> int:
        """A number that goes up with every committed write; no two libraries share one."""
        return int(self.value("SELECT number FROM change"))

    def __len__(self) -> int:
        """The items that can be found."""
        return int(self.value("SELECT count(*) FROM present"))

    def items(self, ids: Iterable[int]) -> list[Item]:
        """These items, in this order; those that are not there are left out."""
        wanted = [number for one in ids if (number := int(one)) <= LAST]
        found: dict[int, Item] = {}
        for start in range(0, len(wanted), CHUNK):
            some = wanted[start : start + CHUNK]
            where = f"IN ({', '.join('?' * len(some))})"
            paths = self._grouped(f"SELECT item, path FROM file WHERE item {where} ORDER BY path", some)
            played = self._grouped(
                f"SELECT item, label, share FROM instrument WHERE item {where} ORDER BY share DESC, label", some
            )
            for row in self.rows(f"SELECT {COLUMNS} FROM item WHERE id {where}", some):
                files = tuple(Path(os.fsdecode(path)) for (path,) in paths.get(row[0], ()))
                found[row[0]] = _item(row, files, tuple(played.get(row[0], ())))
        return [found[one] for one in wanted if one in found]

    def ids(self) -> IntArray:
        """The items that can be found, in rising order."""
        return np.array([one for (one,) in self.rows("SELECT id FROM present ORDER BY id")], dtype=np.int64)

    def find_file(self, path: Path) -> int | None:
        """The item that a file is, if the library has it under this name."""
        rows = list(self.rows("SELECT item FROM file WHERE path = ?", [os.fsencode(path.absolute())]))
        return int(rows[0][0]) if rows else None

    def item_of(self, like: Path | int) -> int | None:
        """The item that a file is, whatever its name, or that has a number; None where the library has none.

        A file that has changed since it was indexed is another item, or none; one that is away is what it was. Raises
        UnreadableFileError where a file that has to be looked into cannot be read.
        """
        if isinstance(like, int):
            return like if self.items([like]) else None
        from descant.library.describe import content_hash

        named = list(self.rows("SELECT item, size, mtime_ns FROM file WHERE path = ?", [os.fsencode(like.absolute())]))
        with suppress(OSError):
            facts = like.stat()
            named = [row for row in named if row[1:] == (facts.st_size, facts.st_mtime_ns)]
        return int(named[0][0]) if named else self.known(content_hash(like))[0]

    def known(self, content: str) -> tuple[int | None, int]:
        """The item of this content and its level; None where there is none."""
        rows = list(self.rows("SELECT id, level FROM item WHERE content = ?", [content]))
        return rows[0] if rows else (None, 0)

    def facts(self) -> Facts:
        """The columns that items are filtered by."""
        rows = list(
            self.rows(
                "SELECT id, kind, tempo, key, meter, loudness, year, duration, coalesce(recording, id) "
                "FROM item JOIN present USING (id) ORDER BY id"
            )
        )
        ids, kinds, tempos, keys, meters, loudness, years, durations, recordings = (
            zip(*rows, strict=True) if rows else ((),) * 9
        )
        number = {kind: at for at, kind in enumerate(KINDS)}
        return Facts(
            id=np.array(ids, dtype=np.int64),
            kind=np.array([number[kind] for kind in kinds], dtype=np.int8),
            tempo=np.array(tempos, dtype=np.float32),  # None becomes NaN
            key=np.array([key_number(key) for key in keys], dtype=np.int8),
            meter=np.array([meter or "" for meter in meters], dtype=np.str_),
            loudness=np.array(loudness, dtype=np.float32),
            year=np.array([year or 0 for year in years], dtype=np.int32),
            duration=np.array(durations, dtype=np.float32),
            recording=np.array(recordings, dtype=np.int64),
        )

    def instruments(self) -> tuple[IntArray, npt.NDArray[Any], npt.NDArray[np.float32]]:
        """(item, label, share of the duration) of every instrument of every item."""
        rows = list(
            self.rows("SELECT item, label, share FROM instrument JOIN present ON id = item ORDER BY item, label")
        )
        items, labels, shares = zip(*rows, strict=True) if rows else ((), (), ())
        return np.array(items, dtype=np.int64), np.array(labels, dtype=np.str_), np.array(shares, dtype=np.float32)

    def spaces(self) -> dict[str, tuple[str, int]]:
        """The model and the dimensions of every space that has vectors here."""
        return {name: (model, size) for name, model, size in self.rows("SELECT name, model, dimensions FROM space")}

    def vectors(self, space: str) -> tuple[IntArray, npt.NDArray[np.float32]]:
        """(items (n,), their vectors (n, dimensions)) of a space, in rising order of the items."""
        if space not in (spaces := self.spaces()):
            raise MissingDataError(f"{self.path}: holds no vectors of the space {space!r}; `descant index` makes them")
        _, size = spaces[space]
        ids: list[int] = []
        parts: list[bytes] = []
        for item, data in self.rows(
            "SELECT item, data FROM vector JOIN present ON id = item WHERE space = ? ORDER BY item", [space]
        ):
            ids.append(item)
            parts.append(data)
        vectors = np.frombuffer(b"".join(parts), dtype="<f2").reshape(-1, size).astype(np.float32)
        return np.array(ids, dtype=np.int64), vectors

    def fingerprints(self) -> Iterator[tuple[int, bytes]]:
        """(item, fingerprint) of every item that has one."""
        yield from self.rows("SELECT item, data FROM fingerprint JOIN present ON id = item ORDER BY item")

    def melodies(self) -> Iterator[tuple[int, int, str, bytes]]:
        """(item, number, label, melody) of every melody."""
        yield from self.rows(
            "SELECT item, number, label, data FROM melody JOIN present ON id = item ORDER BY item, number"
        )

    def melodies_of(self, item: int) -> tuple[tuple[str, bytes], ...]:
        """(label, melody) of every melody of an item."""
        found = self.rows("SELECT label, data FROM melody WHERE item = ? ORDER BY number", [item])
        return tuple((label, data) for label, data in found)

    def analysis(self, item: int) -> bytes | None:
        """What was heard in an item, packed; None where it was not listened to."""
        rows = list(self.rows("SELECT data FROM analysis WHERE item = ?", [item]))
        return bytes(rows[0][0]) if rows else None

    def failures(self, root: Path | None = None) -> Iterator[tuple[Path, str]]:
        """(file, what is wrong) of those, under a root if one is named, that could not be read."""
        first, last = span_under(root) if root is not None else (b"", b"\xff" * 9)
        own = os.fsencode(root) if root is not None else b""
        for path, message in self.rows(
            "SELECT path, message FROM failure WHERE path = ? OR (path > ? AND path < ?) ORDER BY path",
            [own, first, last],
        ):
            yield Path(os.fsdecode(path)), message

    def words(self, expression: str) -> list[tuple[int, float]]:
        """(item, rank) of the items whose words match an FTS5 expression, the best (lowest rank, bm25) first."""
        try:
            with_rank = self.connection.execute(
                "SELECT words.rowid, bm25(words) AS rank FROM words JOIN present ON id = words.rowid "
                "WHERE words MATCH ? ORDER BY rank, words.rowid",
                [expression],
            )
            return [(int(item), float(rank)) for item, rank in with_rank]
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorname", "") != "SQLITE_ERROR":
                with faults_told(self.path):
                    raise
            raise InvalidValueError(f"{expression!r} cannot be searched for: {error}") from None

    def rows(self, statement: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """What a statement gives, row by row, SQLite's faults told in words."""
        with faults_told(self.path):
            yield from self.connection.execute(statement, values)

    def value(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """The one value that a statement gives."""
        ((value,),) = self.rows(statement, values)
        return value

    def _grouped(self, statement: str, values: Sequence[Any]) -> dict[int, list[tuple[Any, ...]]]:
        """Rows by their first column."""
        groups: dict[int, list[tuple[Any, ...]]] = {}
        for first, *rest in self.rows(statement, values):
            groups.setdefault(first, []).append(tuple(rest))
        return groups


def span_under(root: Path) -> tuple[bytes, bytes]:
    """Between which bytes lie the names of all that is in a folder, both ends left out."""
    inside = os.fsencode(root).rstrip(b"/")
    return inside + b"/", inside + b"0"  # 0 comes next after the slash


def _item(row: tuple[Any, ...], paths: tuple[Path, ...], instruments: tuple[tuple[str, float], ...]) -> Item:
    values = dict(zip(COLUMNS.split(", "), row, strict=True))
    values["warnings"] = tuple(json.loads(values["warnings"]))
    return Item(**values, paths=paths, instruments=instruments)
