"""What an item of the library sounds like: its own file where browsers play it, else a file that is made once and kept.

Sound in another format is decoded; MIDI, scores and tunes are played by the sampler, so what is heard of them is
synthesised.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from descant.errors import BusyError, MissingDataError
from descant.io.audio import open_audio
from descant.library.books import Titled, tune_called
from descant.library.walker import kind_of
from descant.studio.apart import Apart
from descant.studio.browser_sound import played_as
from descant.studio.locks import locked
from descant.types import AudioFile, Melody, Notes, Part, Score

if TYPE_CHECKING:
    from descant.library.item import Item

LONGEST = 600.0  # seconds of an item that are made to be heard
MOST_KEPT = 300  # files that were made
AT_ONCE = 4
AT_HAND = 2_000  # notes, some tenths of a second of the sampler; it lets no other thread run meanwhile
QUARTER = 0.5  # seconds of a tune's quarter, where it is written in quarters: 120 a minute


@dataclass(frozen=True)
class Heard:
    """A file to be played."""

    path: Path
    media_type: str
    synthesised: bool


class LibraryAudio:
    """The files that were made, under `home`."""

    def __init__(self, home: Path, apart: Apart) -> None:
        self._apart = apart
        self._folder = home / "heard"
        self._free = threading.BoundedSemaphore(AT_ONCE)

    def of(self, item: Item, melodies: tuple[tuple[str, bytes], ...], tune: str = "") -> Heard:
        """What an item sounds like. melodies: as the library keeps them, for a tune, which has no file.

        tune: of a book the title of the one that is wanted. Raises MissingDataError where there is none of that title
        or its file is gone, BusyError where too many are being made already.
        """
        source = file_of(item)
        recorded = source is not None and kind_of(source) == "audio"
        if source is not None and recorded and (media_type := played_as(open_audio(source))) is not None:
            return Heard(source, media_type, synthesised=False)
        mark = hashlib.blake2b(f"{item.content}{tune}".encode(), digest_size=12).hexdigest()
        target = self._folder / f"{mark}.flac"
        if not target.exists():
            with self._turn(), locked(self._folder / ".lock" / target.stem):
                if not target.exists():
                    self._make(_music(source, item, melodies, tune), target)
        return Heard(target, "audio/flac", synthesised=not recorded)

    def _make(self, music: Notes | AudioFile, target: Path) -> None:
        if isinstance(music, AudioFile):
            _copy(music, target)
        elif len(music) > AT_HAND:
            self._apart(f"{__name__}:render", (music, target))
        else:
            _play(music, target)
        kept = sorted(self._folder.glob("*.flac"), key=lambda one: one.stat().st_mtime_ns)
        for old in kept[:-MOST_KEPT]:
            old.unlink(missing_ok=True)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._free.acquire(blocking=False):
            raise BusyError(f"{AT_ONCE} pieces are being made ready to be heard; try again in a moment")
        try:
            yield
        finally:
            self._free.release()


def file_of(item: Item) -> Path | None:
    """The first of an item's files that is there; None for a tune, which has none.

    Raises MissingDataError where it had files and all are gone.
    """
    for path in item.paths:
        if path.is_file() and kind_of(path) is not None:
            return path
    if item.paths:
        raise MissingDataError(f"{item.paths[0].name}: is gone from where it was; index its folder again")
    return None


def tune_notes(item: Item, melodies: tuple[tuple[str, bytes], ...]) -> Notes:
    """A tune that has no file, as notes. Raises MissingDataError where nothing is kept of it."""
    import numpy as np

    if not melodies:
        raise MissingDataError(f"{item.name}: the library keeps no notes of it, so that it cannot be heard")
    label, data = melodies[0]
    melody = Melody.from_bytes(data, label)
    scale = QUARTER if melody.unit == "quarters" else 1.0
    onset = melody.onset * scale
    count = len(melody)
    return Notes(
        onset,
        onset + melody.duration * scale,
        np.round(melody.pitch),
        np.full(count, 80),
        np.zeros(count, dtype=np.int64),
        (Part(item.title or label or "tune", 0),),
    )


def render(given: tuple[Notes, Path], progress: Callable[[float], None]) -> None:
    """Write notes as a file of sound."""
    _play(*given)
    progress(1.0)


def book_tune(source: Path, title: str) -> Titled:
    """A tune of a book. Raises MissingDataError where it has none of this title."""
    found = tune_called(source, title)
    if found is None:
        raise MissingDataError(f"{source.name}: has no tune {title[:80]!r}; index its folder again")
    return found


def _music(source: Path | None, item: Item, melodies: tuple[tuple[str, bytes], ...], tune: str) -> Notes | AudioFile:
    """At most LONGEST of it, if it is notes."""
    from descant.io.open import open as open_file
    from descant.registry import find

    music: Any
    if source is None:
        music = tune_notes(item, melodies)
    else:
        music = book_tune(source, tune).score if tune else open_file(source)
    if isinstance(music, AudioFile):
        return music
    notes: Notes = find("as-written")(music) if isinstance(music, Score) else music
    return notes.only(notes.offset <= LONGEST) if notes.duration > LONGEST else notes


def _play(notes: Notes, target: Path) -> None:
    """Write notes as the sampler plays them."""
    from descant.io.audio import write_audio
    from descant.registry import find

    write_audio(find("sampler")(notes), target)


def _copy(sound: AudioFile, target: Path) -> None:
    """Write at most LONGEST of a recording as it is decoded; more than two channels are mixed to one."""
    from descant.features.waveform import SoundCopy
    from descant.io.audio import blocks
    from descant.io.files import write_beside

    left = round(LONGEST * sound.sample_rate)
    with write_beside(target) as temporary:
        copy = SoundCopy(temporary).start(sound.sample_rate, sound.channels)
        for block in blocks(sound, 10.0):
            copy.push(block[:, :left])
            if (left := left - block.shape[1]) <= 0:
                break
        copy.finish()
