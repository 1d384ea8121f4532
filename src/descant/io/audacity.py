"""Audacity label tracks: `start TAB end TAB label`, a point in time where both are equal."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from descant.errors import UnreadableFileError, UnsupportedFormatError
from descant.io.files import write_text
from descant.io.lab import numbered_lines, parsed_position, parsed_time, time_text
from descant.io.tables import from_lines, table
from descant.types import Beats, Chords, Keys, Notes, Sections

_PITCH_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def write_audacity(annotation: Beats | Chords | Keys | Sections | Notes, path: str | os.PathLike[str]) -> Path:
    """Write a label track, whole or not at all. Confidences are left out: the format has no place for them."""
    return write_text(Path(path), audacity_text(annotation))


def audacity_text(annotation: Beats | Chords | Keys | Sections | Notes) -> str:
    """The lines of a label track: a beat's label is its position, a note's its name (`C4` is middle C, `drum 38`)."""
    return "".join(f"{time_text(start)}\t{time_text(end)}\t{label}\n" for start, end, label in _labels(annotation))


def _labels(annotation: Beats | Chords | Keys | Sections | Notes) -> list[tuple[float, float, str]]:
    if isinstance(annotation, Beats):
        return [(time, time, str(position)) for time, position, _ in table(annotation).rows()]
    if isinstance(annotation, Notes):
        return [
            (row["onset"], row["offset"], f"drum {row['pitch']}" if row["drum"] else pitch_name(row["pitch"]))
            for row in table(annotation)
        ]
    return [(start, end, label) for start, end, label, _ in table(annotation).rows()]


def pitch_name(pitch: int) -> str:
    """A MIDI pitch's name with sharps and octave: 60 is C4."""
    return f"{_PITCH_CLASSES[pitch % 12]}{pitch // 12 - 1}"


def read_audacity(path: str | os.PathLike[str], kind: type[Any]) -> Any:
    """The `Beats`, `Chords`, `Keys` or `Sections` in a label track; lines about frequency ranges are passed over.

    Raises UnreadableFileError with the number of a line that does not fit; UnsupportedFormatError for other types
    (labels of notes say nothing of their velocity).
    """
    if kind not in (Beats, Chords, Keys, Sections):
        raise UnsupportedFormatError(
            f"{path}: a label track can be read as beats, chords, keys or sections, not as {kind.__name__}"
        )
    columns: dict[str, list[Any]] = {name: [] for name in (("time", "position") if kind is Beats else _SEGMENT)}
    numbers = []
    for number, line in numbered_lines(path):
        if line.startswith("\\"):  # Audacity's second line of a label made in a spectrogram
            continue
        parts = [part.strip() for part in line.split("\t", 2)]
        if len(parts) < 3 and kind is not Beats:
            raise UnreadableFileError(
                f"{path}: line {number}: needs a start, an end and a label, apart by tabs, got {line!r:.80}"
            )
        start, *rest = parts
        label = rest[1] if len(rest) == 2 else ""
        columns["time" if kind is Beats else "start"].append(parsed_time(start, path, number))
        if kind is Beats:
            columns["position"].append(parsed_position(label or "0", path, number))
        else:
            columns["end"].append(parsed_time(rest[0], path, number))
            columns["label"].append(label.replace(":", " ") if kind is Keys else label)
        numbers.append(number)
    return from_lines(kind, columns, numbers, path)


_SEGMENT = ("start", "end", "label")
