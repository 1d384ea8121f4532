"""Any value written in the format of a file's ending: the table of what can be written, and the choice from it."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from descant.errors import NoRouteError, UnsupportedFormatError
from descant.types import FIELDS, Audio, Beats, Chords, Keys, Notes, Piece, Score, Sections

_AUDIO = {Audio: "descant.io.audio:write_audio"}
_MUSICXML = {Score: "descant.io.score.write_musicxml:write_musicxml"}
_CHORDPRO = {Score: "descant.io.score.write_chordpro:write_chordpro"}
_MIDI = {Notes: "descant.io.midi:write_midi"}

# What each ending can hold, and the function `write(value, path)` that writes it, imported on first use. The type
# named first is the ending's own; `song.beats.lab` or `what="beats"` asks for another.
ENDINGS: dict[str, dict[type[Any], str]] = {
    ".json": {Piece: "descant.io.json_piece:write_json"},
    ".jams": {Piece: "descant.io.jams:write_jams"},
    ".musicxml": _MUSICXML,
    ".mxl": _MUSICXML,
    ".xml": _MUSICXML,
    ".abc": {Score: "descant.io.score.write_abc:write_abc"},
    ".cho": _CHORDPRO,
    ".chordpro": _CHORDPRO,
    ".jianpu": {Score: "descant.io.score.jianpu:write_jianpu"},
    ".rntxt": {Score: "descant.io.score.write_romantext:write_romantext"},
    ".svg": {Score: "descant.io.score.engrave:write_svg"},
    ".pdf": {Score: "descant.io.score.paper:write_pdf"},
    ".png": {Score: "descant.io.score.paper:write_png"},
    ".jianpu.svg": {Score: "descant.io.score.jianpu_page:write_jianpu_svg"},
    ".jianpu.pdf": {Score: "descant.io.score.jianpu_page:write_jianpu_pdf"},
    ".jianpu.png": {Score: "descant.io.score.jianpu_page:write_jianpu_png"},
    ".mid": _MIDI,
    ".midi": _MIDI,
    ".wav": _AUDIO,
    ".flac": _AUDIO,
    ".ogg": _AUDIO,
    ".opus": _AUDIO,
    ".mp3": _AUDIO,
    ".aif": _AUDIO,
    ".aiff": _AUDIO,
    ".lab": dict.fromkeys((Chords, Keys, Sections, Beats), "descant.io.lab:write_lab"),
    ".txt": dict.fromkeys((Chords, Keys, Sections, Beats, Notes), "descant.io.audacity:write_audacity"),
    ".csv": dict.fromkeys(FIELDS.values(), "descant.io.csv_tables:write_csv"),
}

# The formats of `descant listen --format`: one file for the piece, or one for each of its annotations.
FORMATS = {"jams": ".jams", "lab": ".lab", "audacity": ".txt", "csv": ".csv"}


def wanted_type(path: str | os.PathLike[str], what: str | None = None) -> type[Any]:
    """The type that a file of this name holds: `what` names it, or a double ending (`song.beats.lab`), or the ending.

    Raises UnsupportedFormatError where the ending is not known, cannot hold that, or leaves it open.
    """
    path = Path(path)
    ending = ending_of(path)
    if ending not in ENDINGS:
        raise UnsupportedFormatError(
            f"{path}: {ending or 'a file without an ending'} is not a format that can be written; "
            f"use one of {', '.join(ENDINGS)}"
        )
    kinds = ENDINGS[ending]
    what = what or _inner_ending(path)
    if what is None:
        if len(kinds) > 1 and ending != ".lab":
            raise UnsupportedFormatError(
                f"{path}: a {ending} file can hold {_names(kinds)}; say which, by --what chords "
                f"or by a name like {path.stem}.chords{ending}"
            )
        return next(iter(kinds))
    if what not in FIELDS:
        raise UnsupportedFormatError(f"nothing is named {what!r}; choose from {', '.join(FIELDS)}")
    if FIELDS[what] not in kinds:
        raise UnsupportedFormatError(f"{path}: a {ending} file holds {_names(kinds)}, not {what}")
    return FIELDS[what]


def ending_of(path: Path) -> str:
    """The ending that says a file's format: the last one, or a double one that is in the table."""
    double = "".join(path.suffixes[-2:]).lower()
    return double if double in ENDINGS else path.suffix.lower()


def save(value: Any, path: str | os.PathLike[str], what: str | None = None) -> Path:
    """Write a value in the format of the file's ending, whole or not at all.

    From a `Piece`, formats that hold one annotation get the one that `what` or the name asks for.
    Raises UnsupportedFormatError where the format cannot hold the value, UnwritableFileError where writing fails.
    """
    path = Path(path)
    kind = type(value)
    if what is not None or isinstance(value, Piece) or kind not in ENDINGS.get(ending_of(path), {}):
        kind = wanted_type(path, what)
    if isinstance(value, Piece) and kind is not Piece:
        value = part_of(value, kind)
    if type(value) is not kind:
        raise UnsupportedFormatError(f"{path}: is to hold {kind.__name__}, and was given {type(value).__name__}")
    module, _, name = ENDINGS[ending_of(path)][kind].partition(":")
    write: Callable[[Any, Path], Path] = getattr(importlib.import_module(module), name)
    return write(value, path)


def save_all(piece: Piece, base: str | os.PathLike[str], form: str) -> Iterator[Path]:
    """Write a piece in one of `FORMATS` and give each file's name: BASE.jams, or BASE.chords.lab, BASE.beats.lab...

    Where a format takes one file an annotation, every annotation that the piece holds and the format takes is written.
    """
    if form not in FORMATS:
        raise UnsupportedFormatError(f"no format is named {form!r}; choose from {', '.join(FORMATS)}")
    base, ending = Path(base), FORMATS[form]
    if Piece in ENDINGS[ending]:
        yield save(piece, base.with_name(base.name + ending))
        return
    for name, kind in FIELDS.items():
        if kind in ENDINGS[ending] and (annotation := piece.get(kind)) is not None:
            yield save(annotation, base.with_name(f"{base.name}.{name}{ending}"))


def part_of(piece: Piece, kind: type[Any]) -> Any:
    """The annotation of a type that the piece holds. Raises NoRouteError where it holds none."""
    annotation = piece.get(kind) if kind in FIELDS.values() else None
    if annotation is None:
        held = [one for one in FIELDS.values() if piece.get(one) is not None]
        raise NoRouteError(
            f"{piece.file or 'the piece'}: holds no {kind.__name__}; it holds {_names(held) or 'nothing'}"
        )
    return annotation


def _inner_ending(path: Path) -> str | None:
    """`beats` of `song.beats.lab`; None where what stands before the ending is just a dot in the name."""
    inner = Path(path.stem).suffix.lower().removeprefix(".")
    return inner if inner in FIELDS and FIELDS[inner] in ENDINGS[ending_of(path)] else None


def _names(kinds: Any) -> str:
    return ", ".join(kind.__name__ for kind in kinds)
