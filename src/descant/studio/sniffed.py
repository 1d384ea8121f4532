"""What an uploaded file is, told by its content before it is kept: sound, notes, or a score.

Only what costs little is looked at here, in the server; the whole is read by a job, in a process of its own. So a file
that is made to be slow, or to unpack to more than there is, harms nobody else.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from descant.errors import UnreadableFileError
from descant.io.audio import open_audio
from descant.io.files import readable
from descant.io.midi import read_midi
from descant.io.open import SCORE_TEXT_ENDINGS, reader_of
from descant.io.score.musicxml_tree import BAD_ARCHIVE, MOST_BYTES

SCORE_READERS = ("read_musicxml", "read_abc", "read_score_text", "read_jianpu", "read_chordpro")
HEAD = 65_536  # bytes that are looked at
MOST_TEXT = 50_000_000  # bytes; no score or table in text is larger
MOST_MIDI = 100_000_000
MOST_ASKED = 300_000  # bytes of notes that are searched by, here in the server: some 50,000 of them
MOST_ASKED_XML = 20_000_000  # the same in MusicXML, which says more of each


def kind_of(path: Path) -> str:
    """The kind of piece that a file makes. Raises UnreadableFileError, UnsupportedFormatError or MissingExtraError."""
    read = reader_of(readable(path))
    if read is open_audio:
        open_audio(path)
        return "sound"
    size = path.stat().st_size
    if read is read_midi:
        if size > MOST_MIDI:
            raise UnreadableFileError(f"{path}: has over {MOST_MIDI / 1e6:g} MB; no MIDI file is so large")
        return "notes"
    _check_text(path, size)
    return "score" if getattr(read, "__name__", "") in SCORE_READERS or path.suffix in SCORE_TEXT_ENDINGS else "notes"


def check_query(path: Path) -> None:
    """Raises what `kind_of` does, and UnreadableFileError for notes that are too many to search by."""
    if kind_of(path) == "sound":
        return
    most = MOST_ASKED_XML if getattr(reader_of(path), "__name__", "") == "read_musicxml" else MOST_ASKED
    if path.stat().st_size > most:
        raise UnreadableFileError(f"{path}: has over {most / 1e6:g} MB; search by a part of it, or by its sound")


def _check_text(path: Path, size: int) -> None:
    """Raises UnreadableFileError for what is neither text nor a compressed score of a size that can be."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if size > MOST_TEXT:  # an archive, too: its list of files may be all that it holds
        raise UnreadableFileError(f"{path}: has over {MOST_TEXT / 1e6:g} MB; no score or table is so large")
    if head.startswith(b"PK\x03\x04"):
        _check_archive(path)
        return
    if head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"<") and b"<score-" not in head.replace(b"\0", b""):
        raise UnreadableFileError(f"{path}: is XML or a web page, not a MusicXML score")
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFileError(f"{path}: is not text, whatever its name says")


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = [one.file_size for one in archive.infolist()]
    except BAD_ARCHIVE as error:
        raise UnreadableFileError(f"{path}: is a damaged compressed file ({error}); copy or export it again") from None
    if max(sizes, default=0) > MOST_BYTES:
        raise UnreadableFileError(f"{path}: unpacks to over {MOST_BYTES / 1e6:g} MB; no score is so large")
