"""The library as it is written: all of one file in one transaction, so that a file is there wholly or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from descant import __version__
from descant.library.database import connect_to_write, faults_told
from descant.library.item import FINGERPRINT, FULL, Entry, FileStamp
from descant.library.lock import writer_lock
from descant.library.store import Library, span_under
from descant.types._check import require

if TYPE_CHECKING:
    from descant.library.spaces import Space

PLACE_PARTS = 3  # of a file's path that are searched as words: two folders and its own name
_FACTS = (
    "content, kind, level, duration, title, artist, album, year, genre, composer, source, tempo, tempo_confidence, "
    "key, key_confidence, meter, loudness, warnings"
)
_WORDS = ("title", "artist", "album", "genre", "composer")


class LibraryWriter(Library):
    """A library opened for writing, by one process at a time."""

    def __init__(self, path: Path) -> None:
        with ExitStack() as undone:
            undone.enter_context(writer_lock(path))
            super().__init__(path, connect_to_write(path))
            self._lock = undone.pop_all()

    def close(self) -> None:
        """Let go of the database and of the right to write."""
        super().close()
        self._lock.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is written, or nothing of it."""
        with faults_told(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("UPDATE change SET number = number + 1")
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def adopt(self, spaces: Iterable[Space]) -> None:
        """Make these the spaces that items have vectors of.

        Vectors of a space that another model made are dropped. Items that lack vectors of a space are no longer full,
        so that indexing them makes what is missing; what is known of them stays.
        """
        wanted = {one.name: (one.model, one.dimensions) for one in spaces}
        if wanted == self.spaces():
            return
        with self.transaction():
            for name, made in self.spaces().items():
                if wanted.get(name) != made:
                    self.connection.execute("DELETE FROM space WHERE name = ?", [name])
            for name, (model, size) in wanted.items():
                if name not in self.spaces():
                    self.connection.execute("INSERT INTO space VALUES (?, ?, ?)", [name, model, size])
                    self.connection.execute(
                        "UPDATE item SET level = ? WHERE level = ? AND kind <> 'tune'", [FINGERPRINT, FULL]
                    )

    def put(self, entry: Entry, file: FileStamp | None = None) -> int:
        """Write an item and, where it has one, its file; what was known of the same content is replaced.

        Where more was known of it, that stays, and the file becomes one more name of it.
        """
        for name, vector in entry.vectors.items():
            size = self.spaces().get(name, ("", -1))[1]
            require(size >= 0, f"no space is named {name!r} in {self.path}; adopt it first")
            require(vector.shape == (size,), f"a vector of {name} has {size} dimensions, not shape {vector.shape}")
            require(bool(np.all(np.isfinite(vector))), f"a vector of {name} must be finite")
        with self.transaction():
            item, level = self.known(entry.content)
            if item is None or level <= entry.level:
                item = self._put_facts(entry)
                self._put_parts(item, entry)
            if file is not None:
                self._put_file(file, item)
            self._put_words(item)
        return item

    def link(self, file: FileStamp, content: str) -> int | None:
        """A file whose content is known already becomes one more name of its item; None where it is not known."""
        item, _ = self.known(content)
        if item is not None:
            with self.transaction():
                self._put_file(file, item)
                self._put_words(item)
        return item

    def fail(self, file: FileStamp, level: int, message: str) -> None:
        """A file could not be learnt at a level; it is not tried again until it changes.

        What is known of the file as it stands stays; what it held before is no longer found by it.
        """
        path, said = os.fsencode(file.path), message.encode("utf-8", errors="backslashreplace").decode()
        with self.transaction():
            self._drop_file("path = ? AND (size, mtime_ns) <> (?, ?)", [path, file.size, file.mtime_ns])
            self.connection.execute(
                "REPLACE INTO failure VALUES (?, ?, ?, ?, ?, ?)",
                [path, file.size, file.mtime_ns, level, __version__, said],
            )

    def forget_files(self, paths: Iterable[Path]) -> int:
        """These files are gone. Their items stay, unseen, for when they come back. Gives how many files there were."""
        with self.transaction():
            gone = 0
            for path in map(os.fsencode, paths):
                self.connection.execute("DELETE FROM failure WHERE path = ?", [path])
                gone += self._drop_file("path = ?", [path])
        return gone

    def remove(self, items: Iterable[int]) -> int:
        """Forget items altogether. Gives how many there were."""
        with self.transaction():
            return sum(self.connection.execute("DELETE FROM item WHERE id = ?", [int(item)]).rowcount for item in items)

    def forget_under(self, root: Path) -> int:
        """Forget a file, or all files in a folder, and the items that have no other file. Gives how many items.

        The files themselves stay where they are.
        """
        first, last = span_under(root)
        mine = "path = ? OR (path > ? AND path < ?)"
        names = [os.fsencode(root), first, last]
        with self.transaction():
            self.connection.execute(f"DELETE FROM failure WHERE {mine}", names)
            rows = self.connection.execute(f"DELETE FROM file WHERE {mine} RETURNING item", names).fetchall()
            items = {item for (item,) in rows}
            gone = 0
            for item in items:
                lost = "DELETE FROM item WHERE id = ? AND id NOT IN (SELECT id FROM present)"
                removed = self.connection.execute(lost, [item]).rowcount
                gone += removed
                if not removed:
                    self._put_words(item)
        return gone

    def renew_words(self) -> None:
        """Make anew what items are found by in words."""
        with self.transaction():
            self.connection.execute("DELETE FROM words")
            for (item,) in self.connection.execute("SELECT id FROM item").fetchall():
                self._put_words(item)

    def _put_facts(self, entry: Entry) -> int:
        names = _FACTS.split(", ")
        values = [getattr(entry, name) for name in names[:-1]] + [json.dumps(entry.warnings)]
        renewed = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
        ((item,),) = self.connection.execute(
            f"INSERT INTO item ({_FACTS}) VALUES ({', '.join('?' * len(names))}) "
            f"ON CONFLICT (content) DO UPDATE SET {renewed}, compared = 0 RETURNING id",
            values,
        ).fetchall()
        return int(item)

    def _put_parts(self, item: int, entry: Entry) -> None:
        write = self.connection.execute
        for table in ("instrument", "vector", "fingerprint", "melody", "analysis"):
            write(f"DELETE FROM {table} WHERE item = ?", [item])
        for label, share in entry.instruments:
            write("INSERT INTO instrument VALUES (?, ?, ?)", [item, label, share])
        for space, vector in entry.vectors.items():
            write("INSERT INTO vector VALUES (?, ?, ?)", [space, item, np.asarray(vector, dtype="<f2").tobytes()])
        if entry.fingerprint is not None:
            write("INSERT INTO fingerprint VALUES (?, ?)", [item, entry.fingerprint])
        for number, (label, melody) in enumerate(entry.melodies):
            write("INSERT INTO melody VALUES (?, ?, ?, ?)", [item, number, label, melody])
        if entry.analysis is not None:
            write("INSERT INTO analysis VALUES (?, ?)", [item, entry.analysis])

    def _put_file(self, file: FileStamp, item: int) -> None:
        """Point a file's name to an item; the item that it was before stays, with one name less."""
        path = os.fsencode(file.path)
        before = self.connection.execute("SELECT item FROM file WHERE path = ?", [path]).fetchall()
        self.connection.execute("DELETE FROM failure WHERE path = ?", [path])
        self.connection.execute(
            "INSERT INTO file (path, size, mtime_ns, item) VALUES (?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET "
            "size = excluded.size, mtime_ns = excluded.mtime_ns, item = excluded.item",
            [path, file.size, file.mtime_ns, item],
        )
        for (other,) in before:
            if other != item:
                self._put_words(other)

    def _drop_file(self, where: str, values: Sequence[Any]) -> int:
        rows = self.connection.execute(f"DELETE FROM file WHERE {where} RETURNING item", values).fetchall()
        for (item,) in rows:
            self._put_words(item)
        return len(rows)

    def _put_words(self, item: int) -> None:
        """The words that an item is found by, made anew from its facts and its files' names."""
        facts = self.connection.execute(f"SELECT {', '.join(_WORDS)} FROM item WHERE id = ?", [item]).fetchall()
        paths = self.connection.execute("SELECT path FROM file WHERE item = ? ORDER BY path", [item]).fetchall()
        place = dict.fromkeys(word for (path,) in paths for word in _place(path))
        self.connection.execute("DELETE FROM words WHERE rowid = ?", [item])
        self.connection.execute(
            f"INSERT INTO words (rowid, {', '.join(_WORDS)}, place) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [item, *facts[0], " ".join(place)],
        )


def _place(path: bytes) -> list[str]:
    """The folders that a file is in and its name without the ending, in text that can be stored."""
    parts = Path(path.decode("utf-8", errors="replace")).parts
    *folders, name = parts[-PLACE_PARTS:]
    return [*(folder for folder in folders if folder != "/"), Path(name).stem]
