"""The journal of an output folder: which file's results carry which name, and what an interrupted run had finished.

One JSON object a line, appended and synced when a file's outputs are all in place, so whatever a line says is true
even after a crash; a half-written last line is ignored. A run that ends by itself says so; a run whose end is
missing was interrupted, and the next run with the same settings goes on where it stopped.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from descant.errors import UnwritableFileError

NAME = ".descant-journal.jsonl"


@dataclass
class Journal:
    """Made with `read`; `names` maps each source to its output name, `finished` holds what need not be done again."""

    path: Path
    names: dict[str, str] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)

    def begin(self, settings: str) -> None:
        """A run with these settings starts (or goes on)."""
        self._append({"run": settings})

    def done(self, source: Path, name: str) -> None:
        """All outputs of `source` are in place under `name`."""
        self.names[str(source)] = name
        self._append({"done": str(source), "name": name, "stamp": stamp(source)})

    def end(self) -> None:
        """The run came to its end; nothing is left to resume."""
        self._append({"end": True})

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
    """The journal of a folder. `finished` is filled only if its last run had these settings and was interrupted."""
    journal = Journal(folder / NAME)
    try:
        lines = journal.path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return journal
    ours = False
    for line in filter(None, lines):
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            continue
        if not isinstance(entry, dict):
            continue
        if "run" in entry:
            ours = entry["run"] == settings
            if not ours:
                journal.finished.clear()
        elif "end" in entry:
            journal.finished.clear()
        elif "done" in entry:
            source = str(entry["done"])
            journal.names[source] = str(entry.get("name", ""))
            if ours and stamp(Path(source)) == entry.get("stamp"):
                journal.finished.add(source)
            else:
                journal.finished.discard(source)
    return journal


def stamp(source: Path) -> list[int]:
    """What tells that a source is still the same file: its size in bytes and its time of change."""
    try:
        facts = source.stat()
    except OSError:
        return []
    return [facts.st_size, facts.st_mtime_ns]
