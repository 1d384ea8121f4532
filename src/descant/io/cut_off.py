"""Whether a sound file ends before its own end: a download or copy that was interrupted, which decoders pass over."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, Literal

_OGG_TAIL = 65_536  # bytes: no page of Ogg is longer than 65,307
_MOST_CHUNKS = 1_000  # of a damaged WAV or AIFF file that are looked at
_UNKNOWN_SIZE = 0x7FFF_F000  # programs that write to a pipe put 0, or this much and more, for a size not known yet


def cut_off(path: Path, head: bytes) -> bool:
    """Whether a WAV, AIFF or Ogg file says that more must follow where it ends."""
    with path.open("rb") as file:
        if head[:4] == b"OggS":
            return _ogg_cut_off(file)
        if head[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64", b"FORM"):
            return _end_of_samples(file, head) > path.stat().st_size
    return False


def _ogg_cut_off(file: BinaryIO) -> bool:
    """Whether the last page is incomplete or lacks the mark of a stream's end."""
    file.seek(max(0, file.seek(0, os.SEEK_END) - _OGG_TAIL))
    tail = file.read()
    at = tail.rfind(b"OggS")
    if at < 0:
        return False  # something else follows the sound
    page = tail[at:]
    segments = page[26] if len(page) > 26 else 0
    complete = len(page) >= 27 + segments + sum(page[27 : 27 + segments]) and len(page) > 26
    return not (complete and page[5] & 4)


def _end_of_samples(file: BinaryIO, head: bytes) -> int:
    """The byte at which the samples of a WAV or AIFF file end by its own account; 0 where it does not say."""
    order: Literal["little", "big"] = "big" if head[:4] in (b"FORM", b"RIFX") else "little"
    long_size = 0
    at = 12
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        chunk = file.read(8)
        size = int.from_bytes(chunk[4:], order)
        if len(chunk) < 8:
            return 0
        if chunk[:4] == b"ds64":  # of RF64, for more than 4 GiB: the size of the whole, then of the samples
            long_size = int.from_bytes(file.read(16)[8:], order)
        if chunk[:4] in (b"data", b"SSND"):
            if size == 0xFFFF_FFFF and long_size:
                return at + 8 + long_size
            return at + 8 + size if 0 < size < _UNKNOWN_SIZE else 0
        at += 8 + size + size % 2
    return 0
