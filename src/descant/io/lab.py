"""Label files as MIREX writes them: `start end label` for chords, keys and sections, `time position` for beats."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from descant.errors import UnreadableFileError, UnsupportedFormatError
from descant.io.files import read_text, write_text
from descant.io.tables import from_lines, table
from descant.types import Beats, Chords, Keys, Sections

Labelled = Beats | Chords | Keys | Sections


def write_lab(annotation: Labelled, path: str | os.PathLike[str]) -> Path:
    """Write a label file, whole or not at all. Confidences are left out: the format has no place for them."""
    return write_text(Path(path), lab_text(annotation))


def lab_text(annotation: Labelled) -> str:
    """The lines of a label file, tab-separated, times in seconds."""
    if isinstance(annotation, Beats):
        return "".join(f"{time_text(time)}\t{position}\n" for time, position, _ in table(annotation).rows())
    return "".join(
        f"{time_text(start)}\t{time_text(end)}\t{label}\n" for start, end, label, _ in table(annotation).rows()
    )


def read_lab(path: str | os.PathLike[str], kind: type[Any]) -> Any:
    """The `Beats`, `Chords`, `Keys` or `Sections` in a label file, columns apart by tabs or spaces.

    A key may be written `D:minor` or `D minor`; a beat without a position has position 0 (unknown). Raises
    UnreadableFileError with the number of a line that does not fit.
    """
    if kind is Beats:
        return _read_beats(path)
    if kind not in (Chords, Keys, Sections):
        raise UnsupportedFormatError(f"{path}: a label file holds beats, chords, keys or sections, not {kind.__name__}")
    columns: dict[str, list[Any]] = {"start": [], "end": [], "label": []}
    numbers = []
    for number, line in numbered_lines(path):
        words = line.split(None, 2)
        if len(words) < 3:
            raise UnreadableFileError(f"{path}: line {number}: needs a start, an end and a label, got {line!r:.80}")
        columns["start"].append(parsed_time(words[0], path, number))
        columns["end"].append(parsed_time(words[1], path, number))
        columns["label"].append(words[2].replace(":", " ") if kind is Keys else words[2])
        numbers.append(number)
    return from_lines(kind, columns, numbers, path)


def _read_beats(path: str | os.PathLike[str]) -> Any:
    columns: dict[str, list[Any]] = {"time": [], "position": []}
    numbers = []
    for number, line in numbered_lines(path):
        words = line.split()
        if len(words) > 2:
            raise UnreadableFileError(f"{path}: line {number}: needs a time and a position, got {line!r:.80}")
        columns["time"].append(parsed_time(words[0], path, number))
        columns["position"].append(parsed_position(words[1] if len(words) == 2 else "0", path, number))
        numbers.append(number)
    return from_lines(Beats, columns, numbers, path)


def numbered_lines(path: str | os.PathLike[str]) -> Iterator[tuple[int, str]]:
    """The lines of a text file that are not blank, with their numbers from 1, without spaces around them."""
    for number, line in enumerate(read_text(path).splitlines(), 1):
        if line.strip():
            yield number, line.strip()


def time_text(seconds: float) -> str:
    """A time with six decimals, or with all it takes where those would change it."""
    text = f"{seconds:.6f}"
    return text if float(text) == seconds else repr(seconds)


def parsed_time(text: str, path: str | os.PathLike[str], number: int) -> float:
    """A time in seconds from line `number` of a file."""
    try:
        return float(text)
    except ValueError:
        raise UnreadableFileError(f"{path}: line {number}: {text!r:.40} is not a time in seconds") from None


def parsed_position(text: str, path: str | os.PathLike[str], number: int) -> float:
    """A beat's position in its measure from line `number` of a file."""
    try:
        return float(text)
    except ValueError:
        raise UnreadableFileError(f"{path}: line {number}: {text!r:.40} is not a beat's position") from None
