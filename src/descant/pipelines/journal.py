"""The journal of an output folder: which file's results carry which name, and what an interrupted run had finished.

One JSON object a line. A line claims a name when work on a file begins, so that no other file's results take it; a line
says `done` when all of a file's outputs are in place, so whatever it says is true even after a crash; a half-written
last line is ignored. A run that comes to its end says so. Where that is missing the run was interrupted, and the next
run with the same settings goes on where it stopped, whatever other runs did in the folder meanwhile.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from descant.errors import UnwritableFileError

NAME = ".descant-journal.jsonl"


@dataclass
class Journal:
    """Made with `read`; `names` maps each source to its output name, `finished` holds what need not be done again."""

    path: Path
    settings: str  # what tells runs of different settings apart
    names: dict[str, str] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)

    def claim(self, source: Path, name: str) -> None:
        """The results of `source` will carry `name`."""
        if self.names.get(str(source)) != name:
            self.names[str(source)] = name
            self._append({"claim": str(source), "name": name})

    def done(self, source: Path, name: str) -> None:
        """All outputs of `source` are in place under `name`."""
        self.names[str(source)] = name
        self._append({"done": str(source), "name": name, "stamp": stamp(source), "run": self.settings})

    def end(self) -> None:
        """The run came to its end; nothing is left to resume."""
        self._append({"end": self.settings})

    def _append(self, entry: dict[str, Any]) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                # The line's end in front, too, closes off a line that a crash left half written.
                file.write("\n" + json.dumps(entry) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise UnwritableFileError(f"{self.path.parent}: cannot be written to: {error.strerror}") from None


def read(folder: Path, settings: str) -> Journal:
    """The journal of a folder. `finished` holds what the last run with these settings did, if it was interrupted."""
    journal = Journal(folder / NAME, settings)
    for entry in _entries(journal.path):
        if entry.get("end") == settings:
            journal.finished.clear()
        source = entry.get("done") or entry.get("claim")
        if source is None:
            continue
        journal.names[str(source)] = str(entry.get("name", ""))
        if "done" in entry:
            same = entry.get("run") == settings and entry.get("stamp") == stamp(Path(source))
            (journal.finished.add if same else journal.finished.discard)(str(source))
    return journal


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in filter(None, lines):
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            continue
        if isinstance(entry, dict):
            yield entry


def stamp(source: Path) -> list[int]:
    """What tells that a source is still the same file: its size in bytes and its time of change."""
    try:
        facts = source.stat()
    except OSError:
        return []
    return [facts.st_size, facts.st_mtime_ns]
