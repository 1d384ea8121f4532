"""A damaged library: what is wrong with it, and what of it can be carried over into a new one.

A file that was cut off or overwritten in places still has whole pages. Each table is read in the order of its numbers;
where a page cannot be read, greater numbers are tried until one can. What was read is checked, what has lost its
item is dropped, and items that have lost a part are put down a level, so that the next indexing makes it anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from descant.errors import DescantError, MissingDataError, UnreadableFileError
from descant.library import analysis, fingerprints
from descant.library.database import check_there, connect_to_read
from descant.library.item import FINGERPRINT, FULL, TAGS
from descant.library.lock import writer_lock
from descant.library.writer import LibraryWriter
from descant.types import Melody

MOST_FAULTS = 20
NEAR = 64  # numbers that are tried one by one after one that cannot be read
FARTHEST = 1 << 40
COMMIT_AFTER = 5_000  # rows
ANEW = "move it away, and index your folders anew"
TABLES = ("item", "file", "failure", "instrument", "space", "fingerprint", "melody", "analysis", "vector")
_OF_ITEMS = ("file", "instrument", "fingerprint", "melody", "analysis", "vector")


@dataclass
class Rescued:
    """What was carried over."""

    rows: dict[str, int] = field(default_factory=dict)  # of each table
    torn: list[str] = field(default_factory=list)  # tables of which something could not be read
    to_do: int = 0  # items that have lost a part, which indexing makes anew


def faults(path: Path) -> list[str]:
    """What is wrong with a library, in SQLite's words; none where it is sound.

    Raises MissingDataError where there is no library, UnreadableFileError where a folder is named or is in the way,
    UnsupportedFormatError where it is another descant's.
    """
    check_there(path)
    try:
        with closing(connect_to_read(path)) as connection:
            found = [str(line) for (line,) in connection.execute(f"PRAGMA integrity_check({MOST_FAULTS})")]
            if found != ["ok"]:
                return found
            lost = connection.execute("PRAGMA foreign_key_check").fetchall()
            return [f"{table} {row} belongs to nothing" for table, row, *_ in lost[:MOST_FAULTS]]
    except (UnreadableFileError, sqlite3.DatabaseError) as error:
        return [str(error)]


def rescue(damaged: Path, target: Path) -> Rescued:
    """Carry over what can be read of a damaged library into a new one at `target`, which must not exist.

    Raises UnreadableFileError where not even the list of tables can be read.
    """
    with ExitStack() as opened:
        try:
            source = sqlite3.connect(f"{damaged.absolute().as_uri()}?mode=ro", uri=True)
            opened.enter_context(closing(source))
            source.text_factory = lambda text: text.decode("utf-8", errors="replace")
            source.execute("PRAGMA writable_schema = ON")  # or a file that is too short is not looked at
            there = {name for (name,) in source.execute("SELECT name FROM sqlite_master")}
        except sqlite3.DatabaseError as error:
            raise UnreadableFileError(f"{damaged}: nothing of it can be saved ({error}); {ANEW}") from None
        if not there.issuperset(TABLES):
            raise UnreadableFileError(f"{damaged}: nothing of it can be saved; {ANEW}")
        with LibraryWriter(target) as library:
            return _carried_over(source, library)


def repair(path: Path) -> Rescued:
    """Put in place of a damaged library what can be saved of it; the damaged one stays beside it as `.damaged`."""
    if not path.is_file():
        raise MissingDataError(f"{path}: there is no library")
    new, old = (path.with_name(f"{path.name}.{ending}") for ending in ("rescued", "damaged"))
    with writer_lock(path):
        _remove(new)
        saved = rescue(path, new)
        _remove(old)
        path.rename(old)
        # A log of the damaged library must not be taken for the new one's.
        with suppress(FileNotFoundError):
            _log(path).rename(_log(old))
        path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
        new.rename(path)
        _remove(new)
    return saved


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", ".lock"):
        path.with_name(f"{path.name}{ending}").unlink(missing_ok=True)


def _carried_over(source: sqlite3.Connection, library: LibraryWriter) -> Rescued:
    write = library.connection
    saved = Rescued()
    write.execute("PRAGMA foreign_keys = OFF")
    for table in TABLES:
        have = {name for _, name, *_ in source.execute(f"PRAGMA table_info({table})")}
        columns = [name for _, name, *_ in write.execute(f"PRAGMA table_info({table})") if name in have]
        rows = _Rows(source, table, columns, library)
        marks = ", ".join("?" * len(columns))
        write.execute("BEGIN")
        for number, row in enumerate(filter(_check_of(table, columns), rows)):
            write.execute(f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})", row)
            if number % COMMIT_AFTER == COMMIT_AFTER - 1:
                write.execute("COMMIT")
                write.execute("BEGIN")
        write.execute("COMMIT")
        if rows.torn:
            saved.torn.append(table)
    for table in _OF_ITEMS:
        write.execute(f"DELETE FROM {table} WHERE item NOT IN (SELECT id FROM item)")
    write.execute("DELETE FROM vector WHERE length(data) <> 2 * (SELECT dimensions FROM space WHERE name = space)")
    write.execute("UPDATE item SET recording = NULL, compared = 0 WHERE recording NOT IN (SELECT id FROM item)")
    saved.to_do = _put_down(write, saved.torn)
    library.renew_words()
    write.execute("PRAGMA foreign_keys = ON")
    saved.rows = {table: library.value(f"SELECT count(*) FROM {table}") for table in TABLES}
    return saved


class _Rows:
    """All rows of a table that can be read; `torn` where there were some that could not."""

    def __init__(self, source: sqlite3.Connection, table: str, columns: list[str], library: LibraryWriter) -> None:
        self.source, self.table, self.columns, self.torn = source, table, ", ".join(columns), False
        # Vectors are in order of their space, then of their item; all other tables have numbers of their own.
        self.number = "item" if table == "vector" else "rowid"
        spaces = [name for (name,) in library.rows("SELECT name FROM space")]
        self.parts: list[str | None] = [*spaces] if table == "vector" else [None]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for space in self.parts:
            at: int | None = 0
            while at is not None:
                at = yield from self._run(space, at)

    def _run(self, space: str | None, start: int) -> Generator[tuple[Any, ...], None, int | None]:
        """The rows from a number on, up to what cannot be read; gives from where on there is more to be read."""
        at = start
        try:
            for row in self._from(space, start, -1):
                at = row[0] + 1
                yield row[1:]
            return None
        except sqlite3.DatabaseError:
            self.torn = True
        # The row before what cannot be read is lost with it, so rows are now asked for one by one.
        bad, step = at - 1, 0
        while step < FARTHEST:
            if (row := self._one(space, bad + 1 + step)) is not None:
                number: int = row[0]
                if step > NEAR:  # leapt over; what can be read may begin before
                    number, row = self._first(space, bad + 1 + step // 2, number, row)
                yield row[1:]
                return number + 1
            step = step + 1 if step < NEAR else 2 * step
        return None

    def _first(self, space: str | None, low: int, high: int, row: tuple[Any, ...]) -> tuple[int, tuple[Any, ...]]:
        """Where, between a number that cannot be read and one that can, reading becomes possible."""
        while low + 1 < high:
            middle = (low + high) // 2
            found = self._one(space, middle)
            if found is None:
                low = middle
            else:
                high, row = middle, found
        return int(row[0]), row

    def _one(self, space: str | None, start: int) -> tuple[Any, ...] | None:
        """The first row from a number on; None where it cannot be read."""
        try:
            found: tuple[Any, ...] | None = self._from(space, start, 1).fetchone()
        except sqlite3.DatabaseError:
            return None
        return found

    def _from(self, space: str | None, start: int, count: int) -> sqlite3.Cursor:
        where = "" if space is None else "space = :space AND"
        return self.source.execute(
            f"SELECT {self.number}, {self.columns} FROM {self.table} WHERE {where} {self.number} >= :start "
            f"ORDER BY {self.number} LIMIT :count",
            {"space": space, "start": start, "count": count},
        )


def _check_of(table: str, columns: list[str]) -> Callable[[tuple[Any, ...]], bool]:
    """What tells whether a row of a table is whole, so that no search stumbles over it."""
    reads: dict[str, Callable[[bytes], object]] = {
        "fingerprint": fingerprints.from_bytes,
        "melody": Melody.from_bytes,
        "analysis": analysis.unpacked,
    }

    def whole(row: tuple[Any, ...]) -> bool:
        try:
            return table not in reads or reads[table](row[columns.index("data")]) is not None
        except (DescantError, TypeError):
            return False

    return whole


def _put_down(connection: sqlite3.Connection, torn: list[str]) -> int:
    """Put items that have lost a part down to the level that they still have. Gives how many."""
    connection.execute("CREATE TEMP TABLE was AS SELECT id, level FROM item")
    for table in ("instrument", "melody"):
        if table in torn:  # what was heard is heard again, and they are made with it
            connection.execute(f"DELETE FROM analysis WHERE item NOT IN (SELECT item FROM {table})")
    connection.execute(
        f"UPDATE item SET level = {FINGERPRINT} WHERE level = {FULL} AND kind <> 'tune' "
        "AND (id NOT IN (SELECT item FROM analysis) "
        "OR (SELECT count(*) FROM vector WHERE vector.item = item.id) < (SELECT count(*) FROM space))"
    )
    connection.execute(
        f"UPDATE item SET level = {TAGS} WHERE level >= {FINGERPRINT} AND kind = 'audio' "
        "AND id NOT IN (SELECT item FROM fingerprint)"
    )
    ((down,),) = connection.execute("SELECT count(*) FROM item JOIN was USING (id) WHERE item.level < was.level")
    return int(down)
