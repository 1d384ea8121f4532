"""How long a FLAC file is whose header does not say: one that was written to a pipe, or whose writer was killed.

Every frame tells its number, or that of its first sample, so the last whole header near the end tells the length.

RFC 9639: Free Lossless Audio Codec, 2024, sections 8.2 and 9.1.
"""

from __future__ import annotations

from pathlib import Path

TAIL = 1 << 20  # bytes: no frame is longer, but for a few of many channels
_LONGEST_HEADER = 16
_MOST_A_BYTE = 6_000  # samples: a frame of 65,535 equal ones takes 11 bytes or more


def flac_frames(path: Path) -> int:
    """The samples of each channel, or, where no frame is found, more than the file can hold."""
    with path.open("rb") as file:
        file.seek(8)  # after `fLaC` and the first block's own header
        info = file.read(18)
        size = file.seek(0, 2)
        file.seek(max(0, size - TAIL))
        tail = file.read()
    at = len(tail)
    while (at := tail.rfind(b"\xff", 0, at)) >= 0:
        if (end := _end_of_frame(tail[at : at + _LONGEST_HEADER], info)) is not None:
            return end
    return size * _MOST_A_BYTE


def _end_of_frame(header: bytes, info: bytes) -> int | None:
    """The samples up to the end of the frame with this header; None where it is none.

    info: the STREAMINFO block, which tells the size of the blocks where frames are counted.
    """
    if len(header) < 6 or header[1] & 0xFE != 0xF8 or header[3] & 1:
        return None
    code, rate = header[2] >> 4, header[2] & 15
    number, at = _number(header, 4)
    if code == 0 or rate == 15 or header[3] >> 4 > 10 or number is None:
        return None
    extra = {6: 1, 7: 2}.get(code, 0)
    block = int.from_bytes(header[at : at + extra]) + 1 if extra else 192 if code == 1 else _power(code)
    at += extra + {12: 1, 13: 2, 14: 2}.get(rate, 0)
    if at >= len(header) or _crc8(header[:at]) != header[at]:
        return None
    counted_in_samples = header[1] & 1
    return block + number * (1 if counted_in_samples else int.from_bytes(info[:2]))


def _power(code: int) -> int:
    return 576 << (code - 2) if code < 6 else 256 << (code - 8)


def _number(header: bytes, at: int) -> tuple[int | None, int]:
    """A number that is coded as UTF-8 codes letters, up to 36 bits, and where it ends."""
    first = header[at]
    if first < 0x80:
        return first, at + 1
    more = next((count for count in range(1, 7) if not first & (0x40 >> count)), None) if first >= 0xC0 else None
    rest = header[at + 1 : at + 1 + more] if more else b""
    if more is None or len(rest) < more or any(one & 0xC0 != 0x80 for one in rest):
        return None, at
    number = first & (0x3F >> more)
    for one in rest:
        number = number << 6 | one & 0x3F
    return number, at + 1 + more


def _crc8(data: bytes) -> int:
    value = 0
    for one in data:
        value ^= one
        for _ in range(8):
            value = (value << 1 ^ 0x07 if value & 0x80 else value << 1) & 0xFF
    return value
