"""A recording's fingerprint: its spectral peaks as a few bytes, from which all else about it can be worked out.

The peaks, not the hashes of their pairs, are stored: they take a tenth of the room, verify what an index of hashes has
found, and a new kind of hash needs no recording to be heard again. Layout: a version byte, the numbers of frames and of
peaks, and compressed: how many sixteenths of a frame each peak comes after the one before it, then places on the
frequency axis in sixteenths of a cell; all low bytes first.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

from descant.errors import InvalidValueError
from descant.features import Sound, get
from descant.features.spectral_peaks import Peaks, SpectralPeaks, hertz

VERSION = 1
RANKS = 5  # peaks kept of those near each other
STEPS = 16  # of a frame, and of a cell of the frequency axis
HEADER = struct.Struct("<BII")  # version, frames, peaks
NEW = "; index the file again"


def fingerprint(sound: Sound) -> bytes:
    """The fingerprint of a recording, some 150 kilobytes an hour."""
    return to_bytes(get(sound, SpectralPeaks()))


def to_bytes(peaks: Peaks) -> bytes:
    """The best peaks as bytes."""
    kept = peaks.best(RANKS)
    time = np.maximum(np.round(kept.frame.astype(np.float64) * STEPS), 0.0)
    gap = np.diff(time, prepend=0.0).astype("<u4")
    place = np.round(kept.cell * STEPS).astype("<u2")
    columns = (*gap.view(np.uint8).reshape(-1, 4).T, *place.view(np.uint8).reshape(-1, 2).T)
    return HEADER.pack(VERSION, kept.frames, len(kept)) + zlib.compress(np.concatenate(columns).tobytes(), 9)


def from_bytes(data: bytes) -> Peaks:
    """The peaks of a fingerprint; of their ranks nothing is known but that they are the best.

    Raises InvalidValueError where the bytes are no fingerprint, or one of another version.
    """
    if len(data) < HEADER.size or data[0] != VERSION:
        raise InvalidValueError(f"this is no fingerprint of version {VERSION}{NEW}")
    _, frames, count = HEADER.unpack_from(data)
    try:
        columns = np.frombuffer(zlib.decompress(data[HEADER.size :]), dtype=np.uint8)
    except zlib.error:
        raise InvalidValueError(f"a fingerprint is damaged{NEW}") from None
    if len(columns) != 6 * count:
        raise InvalidValueError(f"a fingerprint is cut off{NEW}")
    columns = columns.reshape(6, count)
    gap = np.ascontiguousarray(columns[:4].T).view("<u4").ravel()
    place = np.ascontiguousarray(columns[4:].T).view("<u2").ravel()
    frame = (np.cumsum(gap, dtype=np.int64) / STEPS).astype(np.float32)
    return Peaks(frame, hertz(place / STEPS).astype(np.float32), np.zeros(count, dtype=np.int16), frames)
