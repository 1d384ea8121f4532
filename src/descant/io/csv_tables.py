"""Tables as CSV with a header line: one for every type of annotation, under the column names of the JSON."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from descant.errors import DescantError, UnreadableFileError, UnsupportedFormatError
from descant.io.files import read_text, write_beside
from descant.io.tables import COLUMNS, FLAG_COLUMNS, REQUIRED, TEXT_COLUMNS, from_lines, table
from descant.types import Annotation, Beats, Loudness, Meter, Notes, PitchContour, Tempo, Tuning

_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def write_csv(annotation: Annotation, path: str | os.PathLike[str]) -> Path:
    """Write any annotation as a table, whole or not at all. Notes keep programme and part, not bends and controls."""
    target = Path(path)
    with write_beside(target) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        names, rows = _rows(annotation)
        writer.writerow(names)
        writer.writerows(map(_cells, rows))
    return target


def _rows(annotation: Annotation) -> tuple[Sequence[str], Iterator[tuple[Any, ...]]]:
    match annotation:
        case Tempo():
            return ("bpm", "confidence"), iter([(one.bpm, one.confidence) for one in annotation.candidates])
        case Meter():
            return ("signature", "confidence"), iter([(annotation.signature, annotation.confidence)])
        case Tuning():
            return ("cents", "confidence"), iter([(annotation.cents, annotation.confidence)])
        case Loudness():
            names = ("integrated_lufs", "true_peak_dbtp", "range_lu", "confidence")
            return names, iter([tuple(getattr(annotation, name) for name in names)])
        case _:
            whole = table(annotation)
            return whole.names, whole.rows()


def _cells(row: tuple[Any, ...]) -> list[Any]:
    """Flags as true and false; what is None stays empty."""
    return [str(value).lower() if isinstance(value, bool) else value for value in row]


def read_csv(path: str | os.PathLike[str], kind: type[Any]) -> Any:
    """A timed annotation from a table with a header; columns in any order, unknown ones passed over.

    Raises UnreadableFileError with the number of a line that does not fit, UnsupportedFormatError for types that are
    not read from tables.
    """
    if kind not in COLUMNS:
        raise UnsupportedFormatError(
            f"{path}: a table can be read as {', '.join(one.__name__ for one in COLUMNS)}, not as {kind.__name__}"
        )
    reader = csv.reader(io.StringIO(read_text(path), newline=""))
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        for name in REQUIRED[kind]:
            if name not in header:
                raise UnreadableFileError(f"{path}: line 1: the header needs {', '.join(REQUIRED[kind])}")
        known = [(at, name, _parser(name)) for at, name in enumerate(header) if name in COLUMNS[kind]]
        columns: dict[str, list[Any]] = {name: [] for _, name, _ in known}
        numbers = []
        for row in reader:
            if not row:
                continue
            if len(row) != len(header):
                raise UnreadableFileError(f"{path}: line {reader.line_num}: has {len(row)} cells, not {len(header)}")
            for at, name, parse in known:
                try:
                    columns[name].append(parse(row[at].strip()))
                except (ValueError, KeyError):
                    raise UnreadableFileError(
                        f"{path}: line {reader.line_num}: {row[at]!r:.40} is not a value for {name}"
                    ) from None
            numbers.append(reader.line_num)
    except csv.Error as error:
        raise UnreadableFileError(f"{path}: line {reader.line_num}: {error}") from None
    return from_lines(kind, columns, numbers, path)


def header_kind(path: str | os.PathLike[str]) -> type[Any] | None:
    """The type that a table's header alone shows it to hold; None for spans, which three types share."""
    try:
        names = {name.strip().lower() for name in read_text(path).partition("\n")[0].split(",")}
    except DescantError:
        return None
    return next((kind for kind in (Notes, PitchContour, Beats) if names >= set(REQUIRED[kind])), None)


def _parser(name: str) -> Callable[[str], Any]:
    if name in TEXT_COLUMNS:
        return str
    return (lambda text: _FLAGS[text.lower()]) if name in FLAG_COLUMNS else float
