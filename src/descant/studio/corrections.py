"""The corrections in a piece's folder: a file for each corrected field, read once as long as it stays."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, Generic, TypeVar

from descant.errors import UnreadableFileError
from descant.io.files import write_text
from descant.io.json_piece import load_json
from descant.studio.overlay import correction, fragment_of
from descant.types import FIELDS, Annotation, Piece

V = TypeVar("V")
MOST_KEPT = 40  # annotations held in memory
NAMES = {kind: name for name, kind in FIELDS.items()}


class LastRead(Generic[V]):
    """What was read last, by its key, as long as the state of what it was read from stays. For many threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Any, tuple[str, V]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Any, state: str, read: Callable[[], V]) -> V:
        """The value of a key in this state, read now where it is not kept."""
        with self._lock:
            known = self._kept.get(key)
            if known is not None and known[0] == state:
                self._kept.move_to_end(key)
                return known[1]
        value = read()
        self.put(key, state, value)
        return value

    def put(self, key: Any, state: str, value: V) -> None:
        """Keep a value, and let go of the one that was asked for longest ago."""
        with self._lock:
            self._kept[key] = state, value
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


_read: LastRead[Annotation] = LastRead(MOST_KEPT)


class Corrections:
    """The corrections of the piece in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "corrections"

    def stamps(self) -> dict[str, str]:
        """Which fields are corrected, and the state of each."""
        found = {}
        for field in FIELDS:
            with suppress(FileNotFoundError):
                found[field] = stamp(self._path(field))
        return found

    def over(self, piece: Piece) -> Piece:
        """A piece with these corrections."""
        for field, state in self.stamps().items():
            path = self._path(field)
            piece = piece.corrected(_read.get(path, state, lambda path=path, field=field: _correction(path, field)))  # type: ignore[misc]
        return piece

    def fragments(self) -> dict[str, dict[str, Any]]:
        """The fragments of JSON by field."""
        return {field: load_json(self._path(field)) for field in self.stamps()}

    def members(self) -> bytes:
        """The members of the JSON object that all fragments make together, but for the melody's."""
        texts = [object_text(self._path(field)).strip()[1:-1] for field in self.stamps() if field != "pitch"]
        return b",".join(texts)

    def write(self, annotation: Annotation) -> None:
        """Say this instead of what was heard."""
        path = self._path(NAMES[type(annotation)])
        fragment = fragment_of(annotation)
        write_text(path, json.dumps(fragment, ensure_ascii=False, separators=(",", ":")) + "\n")

    def remove(self, field: str) -> None:
        """Say nothing of a field any more."""
        self._path(field).unlink(missing_ok=True)

    def _path(self, field: str) -> Path:
        return self._folder / f"{field}.json"


def _correction(path: Path, field: str) -> Annotation:
    return correction(Piece("", 0.0), field, load_json(path))


def object_text(path: Path) -> bytes:
    """A file of JSON that is one object, as it is. Raises UnreadableFileError where that is cut off."""
    data = path.read_bytes() if path.is_file() else b""
    if not (data.startswith(b"{") and data.rstrip().endswith(b"}")):
        raise UnreadableFileError(f"{path}: is damaged; listen to the piece again, or correct it again")
    return data


def stamp(path: Path) -> str:
    """Tells a file from what stood there before: clocks tick too seldom to do that alone."""
    state = path.stat()
    return f"{state.st_mtime_ns} {state.st_ino} {state.st_size}"
