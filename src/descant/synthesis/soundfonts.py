"""SoundFonts: the sampled instruments that notes are played on, found on this machine or named by the user.

TimGM6mb (6 MB, by Tim Brechbill, GPL-2) comes inside the pretty_midi package, so there is always one. A better one is
taken where the system has it. Compressed SoundFonts (.sf3) cannot be played and are passed over.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from descant.errors import MissingDataError, UnreadableFileError, UnsupportedFormatError
from descant.io.files import readable

# General MIDI banks that sound better than the one we always have, the best first.
BETTER = ("MuseScore_General.sf2", "FluidR3_GM.sf2", "FluidR3 GM.sf2", "FluidR3GM.sf2")
ALWAYS = "TimGM6mb.sf2"


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
    better = [path for name in BETTER for folder in _folders() if (path := folder / name).is_file()]
    packaged = _packaged()
    first_of: dict[str, Path] = {}  # each font once, from the first folder that has it
    for path in [*better, packaged] if packaged else better:
        first_of.setdefault(path.name, path)
    return tuple(first_of.values())


def read(path: Path) -> bytes:
    """A SoundFont's bytes, once its header says that it is one that can be played."""
    path = readable(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{path}: cannot be read ({error.strerror})") from None
    if data[:4] != b"RIFF" or data[8:12] != b"sfbk":
        raise UnreadableFileError(f"{path}: is not a SoundFont; name a .sf2 file")
    if len(data) < 8 + int.from_bytes(data[4:8], "little"):
        raise UnreadableFileError(f"{path}: is cut off; download or copy the SoundFont again")
    version = data.find(b"ifil", 12, 4096)
    if version >= 0 and int.from_bytes(data[version + 8 : version + 10], "little") == 3:
        raise UnsupportedFormatError(
            f"{path}: is a compressed SoundFont (.sf3), which cannot be played; name a .sf2 file"
        )
    return data


def _packaged() -> Path | None:
    """TimGM6mb within pretty_midi, found without importing it, which is slow."""
    spec = importlib.util.find_spec("pretty_midi")
    path = Path(spec.origin).parent / ALWAYS if spec and spec.origin else None
    return path if path and path.is_file() else None


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
        yield from (base / "soundfonts", base / "sounds" / "sf2")
