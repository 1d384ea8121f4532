"""A piece, corrections applied, as a file of any format that can be written.

As sound it is its notes, played by the sampler: synthesised, and the file's name says so.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from descant.errors import DescantError, DescantWarning, InvalidValueError
from descant.io.files import write_beside
from descant.io.save import ENDINGS, save, wanted_type
from descant.pipelines.harmonic_analysis import harmonic_analysis
from descant.pipelines.in_bars import in_bars
from descant.pipelines.tempo_map import with_tempo_map
from descant.registry import find
from descant.studio.apart import Apart
from descant.studio.pieces import PieceStore
from descant.types import FIELDS, Audio, Beats, Meter, Notes, Piece, Score

TYPES: Mapping[str, str] = {
    ".json": "application/json",
    ".jams": "application/json",
    ".svg": "image/svg+xml",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".mid": "audio/midi",
    ".midi": "audio/midi",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".aif": "audio/aiff",
    ".aiff": "audio/aiff",
    ".musicxml": "application/vnd.recordare.musicxml+xml",
    ".xml": "application/vnd.recordare.musicxml+xml",
    ".mxl": "application/vnd.recordare.musicxml",
    ".csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class Export:
    """A file to be sent."""

    path: Path
    name: str
    media_type: str
    synthesised: bool


def export(store: PieceStore, apart: Apart, piece_id: str, ending: str, what: str | None) -> Export:
    """A piece as a file. ending: with its dot; what: the field, where a format holds one.

    Raises DescantError where the format cannot hold it, or the piece has no such thing.
    """
    about = store.about(piece_id)
    stem = Path(about.name).stem
    name = f"{stem}.{what}{ending}" if what else f"{stem}{ending}"
    kinds = ENDINGS.get(ending, {})
    if what is None and len(kinds) > 1 and ending != ".lab":
        fields = ", ".join(field for field, kind in FIELDS.items() if kind in kinds)
        raise InvalidValueError(f"{name}: such a file holds one field; say which with ?what=, one of {fields}")
    kind = wanted_type(Path(name), what)  # refuses before anything is made
    if kind is Audio:
        name = f"{stem} (synthesised){ending}"

    def make(path: Path) -> None:
        if kind is Audio:
            apart(f"{__name__}:render", (store.folder.parent, piece_id, path))
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DescantWarning)
            first = save(_value(store, piece_id, kind, ending), path, what)
        if first != path:
            _bind(path)

    inner = f".{what}" if what else ""
    try:
        path = store.derived(piece_id, f"export{inner}{ending}", make)
    except DescantError as error:
        words = str(error).replace(str(store.derived_path(piece_id, f"export{inner}{ending}")), name)
        raise type(error)(words) from None
    media_type = TYPES.get("." + ending.rpartition(".")[2], "text/plain; charset=utf-8")
    if ending.endswith(".png") and zipfile.is_zipfile(path):
        return Export(path, f"{name}.zip", "application/zip", synthesised=False)
    return Export(path, name, media_type, kind is Audio)


def _bind(path: Path) -> None:
    """Put pictures of pages, NAME-1.png and so on, into one archive of the name `path`."""
    count = 0
    with write_beside(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        while (page := path.with_stem(f"{path.stem}-{count + 1}")).exists():
            count += 1
            archive.writestr(zipfile.ZipInfo(f"{count}{path.suffix}"), page.read_bytes())
            page.unlink()


def _value(store: PieceStore, piece_id: str, kind: type[Any], ending: str) -> Any:
    """What is written of a piece."""
    piece = store.piece(piece_id)
    if kind is Piece:
        return piece
    if kind is Score:
        score = store.score(piece_id)
        return harmonic_analysis(score).score if ending == ".rntxt" and not score.numerals else score
    if kind is Notes and ending in (".mid", ".midi"):
        return _sounding(piece)
    return piece  # `save` takes the field from it


def render(argument: tuple[Path, str, Path], progress: Callable[[float], None]) -> None:
    """Write the sound of a piece's notes. argument: the store's home, the piece, the file."""
    home, piece_id, path = argument
    save(find("sampler")(_sounding(PieceStore(home).piece(piece_id))), path)
    progress(1.0)


def _sounding(piece: Piece) -> Notes:
    """The notes, with the beats as their tempo map where these were heard or corrected rather than the file's own."""
    notes, beats = in_bars(piece)
    said = {type(one) for one in piece.corrections}
    return notes if notes.tempos and Beats not in said else with_tempo_map(notes, beats, piece.get(Meter))
