"""Which files of a folder are music: walked one by one, so that a million of them need no list in memory.

Links to folders are followed once all real folders have been walked, and no folder is entered twice, so that loops end
and a file that can be reached in two ways goes by its real name. Hidden files and folders are passed over.
"""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from descant.errors import UnreadableFileError
from descant.io.audio import AUDIO_ENDINGS
from descant.io.open import MIDI_ENDINGS, SCORE_ENDINGS
from descant.library.item import FileStamp

# RomanText and chord charts are scores without notes.
SCORES = SCORE_ENDINGS | {".abc", ".krn", ".jianpu"}
_KIND_OF_ENDING = {
    **dict.fromkeys(AUDIO_ENDINGS, "audio"),
    **dict.fromkeys(MIDI_ENDINGS, "midi"),
    **dict.fromkeys(SCORES, "score"),
}
XML_HEAD = 4_096  # bytes, within which an XML file names what it is

Fault = Callable[[str], None]


def kind_of(path: Path) -> str | None:
    """What a file is by its name: audio, midi or score; None for anything else."""
    return _KIND_OF_ENDING.get(path.suffix.lower())


def absolute(path: str | os.PathLike[str]) -> Path:
    """The whole name that a file goes by in the library: links keep their names."""
    return Path(os.path.abspath(Path(path).expanduser()))  # noqa: PTH100


def roots(arguments: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """Files and folders to index, absolute, each once. Raises UnreadableFileError for one that cannot be reached."""
    found = []
    for argument in arguments:
        path = absolute(argument)
        if not str(argument):
            raise UnreadableFileError("a name of a file or a folder is empty; write . for the folder that you are in")
        try:
            there = path.exists()
        except OSError as error:  # a folder on the way is closed to us, or the name is too long
            raise UnreadableFileError(f"{argument}: cannot be read ({error.strerror})") from None
        if not there:
            raise UnreadableFileError(f"{argument}: no such file or folder")
        if path.is_dir() and not os.access(path, os.R_OK | os.X_OK):
            raise UnreadableFileError(f"{argument}: no permission to read this folder")
        found.append(path)
    return list(dict.fromkeys(found))


def walk(root: Path, fault: Fault = lambda _: None, within: Sequence[Path] = ()) -> Iterator[FileStamp]:
    """Every music file under a folder, or the file itself. `fault` hears of folders that cannot be read.

    within: folders, named without links, that no link is followed out of.
    """
    if not root.is_dir():
        with suppress(FileNotFoundError):  # it vanished
            facts = root.stat()
            yield FileStamp(root, facts.st_size, facts.st_mtime_ns)
        return
    entered: set[tuple[int, int]] = set()
    linked = deque([root])
    while linked:
        folders = [linked.popleft()]
        while folders:
            folder = folders.pop()
            try:
                facts = folder.stat()
                if (facts.st_dev, facts.st_ino) in entered:
                    continue
                entered.add((facts.st_dev, facts.st_ino))
                inner: list[Path] = []
                with os.scandir(folder) as entries:
                    yield from _files((one for one in entries if _inside(one, within)), inner, linked)
            except FileNotFoundError:  # it vanished
                continue
            except OSError as error:
                fault(f"{folder}: this folder cannot be read ({error.strerror})")
                continue
            folders += sorted(inner, reverse=True)


def _inside(entry: os.DirEntry[str], within: Sequence[Path]) -> bool:
    """Whether an entry may be looked at."""
    if not within or not entry.is_symlink():
        return True
    with suppress(OSError, RuntimeError):  # a link that leads nowhere, or round in a circle
        real = Path(entry.path).resolve(strict=True)
        return any(real.is_relative_to(one) for one in within)
    return False


def _files(entries: Iterable[os.DirEntry[str]], inner: list[Path], linked: deque[Path]) -> Iterator[FileStamp]:
    """The music files of one folder; the folders in it go to `inner`, or to `linked` where they are links."""
    for entry in entries:
        if entry.name.startswith("."):
            continue
        path = Path(entry.path)
        with suppress(OSError):  # it vanished, or leads nowhere
            if entry.is_dir():
                (linked if entry.is_symlink() else inner).append(path)
            elif kind_of(path) is not None:
                facts = entry.stat()
                if stat.S_ISREG(facts.st_mode) and (path.suffix.lower() != ".xml" or _is_score(path)):
                    yield FileStamp(path, facts.st_size, facts.st_mtime_ns)


def _is_score(path: Path) -> bool:
    """Whether an XML file says that it is MusicXML; most are something else."""
    with path.open("rb") as file:
        head = file.read(XML_HEAD).replace(b"\0", b"")  # in UTF-16 too
    return b"<score-partwise" in head or b"<score-timewise" in head
