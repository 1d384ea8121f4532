"""SoundFonts: the sampled instruments that notes are played on, found on this machine or named by the user.

TimGM6mb (6 MB, by Tim Brechbill, GPL-2) comes inside the pretty_midi package, so there is always one. FluidR3 is taken
where the system has it. MuseScore General is found too, but comes last: its file is ten times as large as it sounds.
A compressed SoundFont (.sf3) is played from a plain copy, made once under the cache folder.
"""

from __future__ import annotations

import hashlib
import importlib.util
import mmap
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from pathlib import Path

from descant.errors import MissingDataError, UnreadableFileError, UnwritableFileError
from descant.io.cache import cache_folder
from descant.io.files import readable, write_bytes
from descant.synthesis import sf3

# General MIDI banks that sound better than the one we always have, the best first; then those that do not, here.
BETTER = ("FluidR3_GM.sf2", "FluidR3 GM.sf2", "FluidR3GM.sf2")
ALWAYS = "TimGM6mb.sf2"
OTHERS = ("MuseScore_General.sf2", "MuseScore_General.sf3", "sonivox.sf2", "sf_GMbank.sf2")


# Where those come from that training and tuning name.
PUBLISHED = {
    "FluidR3_GM": "Debian's package fluid-soundfont-gm",
    "MuseScore_General": "Debian's package musescore-general-soundfont",
    "sonivox": "in the npm package @coderline/alphatab",
    "sf_GMbank": "Debian's package csound-soundfont",
    "TimGM6mb": "pip install --force-reinstall pretty_midi brings it",
}


def choose(soundfont: str = "") -> Path:
    """The SoundFont to play on: the one named, or else the best one found on this machine.

    Raises MissingDataError where there is none, UnreadableFileError where the one named cannot be read.
    """
    if soundfont:
        return readable(soundfont)
    found = installed()
    if not found:
        raise MissingDataError(
            f"no SoundFont was found: {ALWAYS} is missing from the pretty_midi package; "
            "name one with --soundfont FILE.sf2, or reinstall with: pip install --force-reinstall pretty_midi"
        )
    return found[0]


def installed() -> tuple[Path, ...]:
    """The known SoundFonts on this machine, the best first."""
    better, others = (
        [path for name in names for folder in _folders() if (path := folder / name).is_file()]
        for names in (BETTER, OTHERS)
    )
    packaged = _packaged()
    first_of: dict[str, Path] = {}  # each font once, from the first folder that has it
    for path in (*better, *([packaged] if packaged else []), *others):
        first_of.setdefault(path.name, path)
    return tuple(first_of.values())


def named(name: str) -> Path:
    """The installed SoundFont of this file name, or of this name without its ending.

    Raises MissingDataError where it is not there, saying where it is published.
    """
    for path in installed():
        if name in (path.name, path.stem):
            return path
    source = PUBLISHED.get(Path(name).stem, "see its publisher")
    raise MissingDataError(f"the SoundFont {name} is not installed ({source}); put it into one of: {_some_folders()}")


def read(path: Path) -> mmap.mmap | bytes:
    """A SoundFont's bytes, once its header says that it is one; a compressed one's are those of its plain twin.

    They are mapped, not copied: only what is used of a font takes memory, and a font in use is read once.
    Raises UnreadableFileError where the file is missing, damaged or no SoundFont.
    """
    path = readable(path)
    state = path.stat()
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int, size: int) -> mmap.mmap | bytes:  # noqa: ARG001  # a changed file is read again
    data = _mapped(path)
    if data[:4] != b"RIFF" or data[8:12] != b"sfbk":
        raise UnreadableFileError(f"{path}: is not a SoundFont; name a .sf2 or .sf3 file")
    if len(data) < 8 + int.from_bytes(data[4:8], "little"):
        raise UnreadableFileError(f"{path}: is cut off; download or copy the SoundFont again")
    return _plain(data, path) if sf3.is_compressed(data) else data


def _plain(packed: mmap.mmap, path: Path) -> mmap.mmap | bytes:
    """A compressed SoundFont unpacked: from the cache folder, or written there, where that is possible."""
    kept = cache_folder() / "soundfonts" / f"{path.stem}-{hashlib.sha256(packed).hexdigest()[:16]}.sf2"
    if kept.is_file():
        return _mapped(kept)
    try:
        plain = sf3.decompressed(packed)
    except UnreadableFileError as error:
        raise UnreadableFileError(
            f"{path}: cannot be unpacked ({error}); download or copy the SoundFont again"
        ) from None
    with suppress(UnwritableFileError):
        return _mapped(write_bytes(kept, plain))
    return plain


def _mapped(path: Path) -> mmap.mmap:
    try:
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise UnreadableFileError(f"{path}: cannot be read ({error.strerror})") from None


def _packaged() -> Path | None:
    """TimGM6mb within pretty_midi, found without importing it, which is slow."""
    spec = importlib.util.find_spec("pretty_midi")
    path = Path(spec.origin).parent / ALWAYS if spec and spec.origin else None
    return path if path and path.is_file() else None


def _some_folders() -> str:
    return ", ".join(str(folder) for folder in islice(_folders(), 2))


def _folders() -> Iterator[Path]:
    """Where this system and its users keep SoundFonts: the user's folders before the system's."""
    home = Path.home()
    if sys.platform == "win32":
        for name in ("LOCALAPPDATA", "APPDATA", "PROGRAMDATA"):
            if base := os.environ.get(name):
                yield from (Path(base) / "descant" / "soundfonts", Path(base) / "soundfonts")
        yield Path("C:/soundfonts")
        return
    if sys.platform == "darwin":
        for base in (home, Path("/")):
            yield base / "Library" / "Audio" / "Sounds" / "Banks"
        yield from (Path(brew) / "share" / "soundfonts" for brew in ("/opt/homebrew", "/usr/local"))
    data = os.environ.get("XDG_DATA_HOME") or str(home / ".local" / "share")
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    for base in map(Path, (data, *shared.split(":"))):
        yield from (base / "soundfonts", base / "sounds" / "sf2", base / "sounds" / "sf3")
