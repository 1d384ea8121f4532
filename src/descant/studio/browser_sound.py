"""Which sound files browsers play as they are; of the others a copy is made while they are listened to."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from descant.io.audio import open_audio
from descant.types import AudioFile

COPY = "copy"  # the copy's name, without its ending
FLAC_SECONDS = 1_800.0  # of longer ones the copy is Vorbis: FLAC of ten hours fills a disk
_PLAYED = {"MP3": "audio/mpeg", "OGG": "audio/ogg", "FLAC": "audio/flac", "WAV": "audio/wav", "WAVEX": "audio/wav"}
_PLAYED_WAV = ("PCM_U8", "PCM_16", "PCM_24", "FLOAT")


def played_as(sound: AudioFile) -> str | None:
    """The media type under which browsers play a file; None where they do not."""
    if sound.format.startswith("WAV"):
        import soundfile

        if sound.channels > 2 or soundfile.info(str(sound.path)).subtype not in _PLAYED_WAV:
            return None
    return _PLAYED.get(sound.format)


def copy_name(sound: AudioFile) -> str:
    """What the copy of a file that browsers do not play is called."""
    return f"{COPY}.ogg" if sound.duration > FLAC_SECONDS else f"{COPY}.flac"


@lru_cache(maxsize=4_096)
def browser_sound(source: Path) -> tuple[str, str]:
    """(name of the copy, or empty where the file itself is played; media type). A source never changes."""
    sound = open_audio(source)
    if (kind := played_as(sound)) is not None:
        return "", kind
    name = copy_name(sound)
    return name, "audio/ogg" if name.endswith(".ogg") else "audio/flac"
