"""The bytes of a MusicXML file, plain or compressed, as a tree of elements of bounded size.

Nothing outside the file is ever fetched, and a file that defines entities is refused: expat, which parses it, opens no
file and no connection by itself. Names are taken without their namespaces.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from descant.errors import UnreadableFileError
from descant.io.files import readable
from descant.io.said import Said

MOST_BYTES = 200_000_000  # of a score, uncompressed
MOST_ELEMENTS = 5_000_000
DEEPEST = 64  # of elements within one another; MusicXML's own go ten deep
CONTAINER = "META-INF/container.xml"
ENDINGS = (".musicxml", ".xml")
BAD_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)


def read_tree(path: Path, said: Said) -> Element:
    """The root of the file's tree. Raises UnreadableFileError; `said` is told which score of an archive is read."""
    path = readable(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableFileError(f"{path}: has over {MOST_BYTES / 1e6:g} MB; no score is so large")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{path}: cannot be read ({error.strerror})") from None
    if data[:4] == b"PK\x03\x04":
        data = _unpacked(path, data, said)
    return _tree(path, data)


def _tree(path: Path, data: bytes) -> Element:
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = count = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > DEEPEST:
            raise UnreadableFileError(f"{path}: has elements nested over {DEEPEST} deep, so it is no MusicXML")
        if count > MOST_ELEMENTS:
            raise UnreadableFileError(f"{path}: has over {MOST_ELEMENTS:,} elements; no score is so large")
        if " " in tag or attributes:
            tag = tag.rpartition(" ")[2]
            attributes = {name: value for name, value in attributes.items() if " " not in name}
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag.rpartition(" ")[2])

    def entity(*_: object) -> None:
        raise UnreadableFileError(f"{path}: defines XML entities, which MusicXML has no use for; it is not read")

    def skipped(name: str, _: bool) -> None:
        raise UnreadableFileError(f"{path}: is not well-formed XML (undefined entity &{name};); export it again")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = entity
    parser.SkippedEntityHandler = skipped
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UnreadableFileError(f"{path}: is not well-formed XML ({error}); export it again") from None
    root: Element = builder.close()
    return root


def _unpacked(path: Path, data: bytes, said: Said) -> bytes:
    """The score in an archive: the one that its container names, else the first."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            scores = [one for one in archive.namelist() if one.lower().endswith(ENDINGS)]
            scores = [one for one in scores if not one.startswith("META-INF/")]
            named = _root_files(path, archive)
            held = set(archive.namelist())
            found = [one for one in named if one in held] or scores
            if not found:
                raise UnreadableFileError(f"{path}: a compressed file without a MusicXML score in it")
            if named and named[0] != found[0]:
                said.add(f"its container names {named[0]!r}, which is not in it; {found[0]!r} is read")
            elif not named and len(scores) > 1:
                said.add(f"holds {len(scores):,} scores and does not say which is meant; {found[0]!r} is read")
            return _extracted(path, archive, found[0])
    except BAD_ARCHIVE as error:
        raise UnreadableFileError(f"{path}: is a damaged compressed file ({error}); copy or export it again") from None


def _root_files(path: Path, archive: zipfile.ZipFile) -> list[str]:
    """What the archive's container names; nothing where it has none, or one that cannot be read."""
    if CONTAINER not in archive.namelist():
        return []
    container = _extracted(path, archive, CONTAINER)
    try:
        tree = _tree(path, container)
    except UnreadableFileError:
        return []
    return [one.get("full-path", "") for one in tree.iter("rootfile")]


def _extracted(path: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    """A file of the archive, which may say less of its size than is true."""
    if archive.getinfo(name).flag_bits & 1:
        raise UnreadableFileError(f"{path}: is locked with a password; save it without one")
    with archive.open(name) as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UnreadableFileError(f"{path}: unpacks to over {MOST_BYTES / 1e6:g} MB; no score is so large")
    return data
