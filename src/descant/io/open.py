"""Any supported file opened as the type it holds: its content decides, the ending only where content cannot."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from descant.errors import UnreadableFileError, UnsupportedFormatError
from descant.io.audio import decode, open_audio
from descant.io.files import readable
from descant.io.save import part_of, wanted_type
from descant.types import FIELDS, Audio, AudioFile, Piece

MIDI_ENDINGS = frozenset({".mid", ".midi", ".kar", ".rmi"})
SCORE_ENDINGS = frozenset({".musicxml", ".mxl", ".xml"})
SCORE_TEXT_ENDINGS = frozenset({".krn", ".rntxt", ".rntext"})
CHORD_CHART_ENDINGS = frozenset({".cho", ".chordpro"})
LABEL_ENDINGS = frozenset({".lab", ".txt", ".csv"})


def open(path: str | os.PathLike[str], as_: type[Any] | None = None) -> Any:  # noqa: A001 (`descant.open` is its name)
    """The file as a value: sound as `AudioFile`, MIDI as `Notes`, MusicXML, ABC, Humdrum, RomanText, jianpu and
    ChordPro as `Score`, JSON and JAMS as `Piece`, labels and tables as what they hold.

    as_: the type wanted. It says what labels hold (else a double ending, `song.beats.lab`, a table's header, or
        `Chords` for .lab), picks one annotation from a `Piece`, and decodes sound where it is `Audio`.

    Raises UnreadableFileError, UnsupportedFormatError, MissingExtraError or NoRouteError with the file and the remedy.
    """
    path = readable(path)
    value = reader_of(path, as_)(path)
    if as_ is None or isinstance(value, as_):
        return value
    if isinstance(value, Piece):
        return part_of(value, as_)
    if isinstance(value, AudioFile) and as_ is Audio:
        return decode(value)
    raise UnsupportedFormatError(
        f"{path}: holds {type(value).__name__}, not {as_.__name__}; "
        "descant.convert makes one of the other where a way leads there"
    )


def source_name(source: object) -> str:
    """What a message calls a source: by its file, or by its type where it has none."""
    if isinstance(source, AudioFile):
        return str(source.path)
    return str(source) if isinstance(source, str | os.PathLike) else f"the {type(source).__name__}"


def reader_of(path: Path, as_: type[Any] | None = None) -> Callable[[Path], Any]:
    """The function that reads a file, by its content and, where that does not tell, by its ending."""
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise UnreadableFileError(f"{path}: cannot be read ({error.strerror})") from None
    ending = path.suffix.lower()
    if head[:4] == b"MThd" or (head[:4] == b"RIFF" and head[8:12] == b"RMID"):
        from descant.io.midi import read_midi

        return read_midi
    if ending in SCORE_TEXT_ENDINGS:
        from descant.io.score.read_others import read_score_text

        return read_score_text
    if ending == ".abc":
        from descant.io.score.read_abc import read_abc

        return read_abc
    if ending == ".jianpu":
        from descant.io.score.jianpu import read_jianpu

        return read_jianpu
    if ending in CHORD_CHART_ENDINGS:
        from descant.io.score.read_chordpro import read_chordpro

        return read_chordpro
    if ending in LABEL_ENDINGS:
        return lambda path: _read_labels(path, as_)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if ending == ".jams":
        from descant.io.jams import read_jams

        return read_jams
    if ending in SCORE_ENDINGS or text.startswith((b"<?xml", b"<score-")):
        from descant.io.score.read_musicxml import read_musicxml

        return read_musicxml
    if ending == ".json" or text.startswith(b"{"):
        return _read_document
    if ending in MIDI_ENDINGS:
        from descant.io.midi import read_midi

        return read_midi
    return open_audio


def _read_document(path: Path) -> Piece:
    """A piece from JSON of descant's own schema; JAMS under another ending is told by its annotations."""
    from descant.io.jams import read_jams
    from descant.io.json_piece import load_json, read_json

    document = load_json(path)
    jams = isinstance(document, dict) and "annotations" in document and "schema" not in document
    return read_jams(path) if jams else read_json(path)


def _read_labels(path: Path, as_: type[Any] | None) -> Any:
    from descant.io.audacity import read_audacity
    from descant.io.csv_tables import header_kind, read_csv
    from descant.io.lab import read_lab

    ending = path.suffix.lower()
    kind = as_ if as_ in FIELDS.values() else None
    if kind is None and ending == ".csv":
        kind = header_kind(path)
    try:
        kind = kind or wanted_type(path)
    except UnsupportedFormatError:
        raise UnsupportedFormatError(
            f"{path}: nothing says what it holds; give it a name like {path.stem}.chords{ending}"
        ) from None
    return {".lab": read_lab, ".txt": read_audacity, ".csv": read_csv}[ending](path, kind)
