"""Compressed SoundFonts (.sf3) turned into plain ones (.sf2), which every player reads.

An .sf3 file is a SoundFont 2 whose samples are Ogg Vorbis streams, one after another in the `smpl` chunk: MuseScore's
format, by Werner Schweer. A compressed sample's header has flag 0x10 in its type, byte offsets for its start and end,
and loop points counted from its start. In the plain file samples are 16-bit PCM, each followed by 46 zeros, and all
four points count samples of the chunk (SoundFont Technical Specification 2.01, 6.1 and 7.10).
"""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt

from descant.errors import UnreadableFileError
from descant.synthesis import sf2

COMPRESSED = 0x10  # in a sample's type
VERSION = (2).to_bytes(2, "little") + (4).to_bytes(2, "little")
LARGEST = 2**31  # bytes of PCM


def is_compressed(font: sf2.Data) -> bool:
    """Whether a SoundFont's version says that its samples are compressed."""
    start = bytes(memoryview(font)[:4096])
    version = start.find(b"ifil", 12)
    return version >= 0 and int.from_bytes(start[version + 8 : version + 10], "little") == 3


def decompressed(font: sf2.Data) -> bytes:
    """The plain SoundFont of a compressed one. Raises UnreadableFileError where its parts do not fit together."""
    found = sf2.parts(font)
    lists = sf2.records(found[b"pdta"])
    lists[b"shdr"] = lists[b"shdr"].copy()
    samples = _unpacked(found[b"sdta"][b"smpl"], lists[b"shdr"])
    return sf2.assembled({**found[b"INFO"], b"ifil": VERSION}, samples, lists)


def _unpacked(packed: memoryview, headers: sf2.Records) -> bytes:
    """All samples decoded, int16 in little-endian bytes; the headers' points are set to where they now lie."""
    zeros = np.zeros(sf2.GUARD, "<i2")
    pieces = [zeros]
    position = len(zeros)
    for header in headers[:-1]:
        start, end = int(header["start"]), int(header["end"])
        if header["kind"] & COMPRESSED:
            if not start < end <= len(packed):
                raise UnreadableFileError(f"its sample {_name(header)} lies outside the file")
            pcm = _vorbis(packed[start:end], header)
            header["kind"] &= ~np.uint16(COMPRESSED)
            loop = int(header["loop_start"]), int(header["loop_end"])
        else:
            pcm = np.frombuffer(packed[2 * start : 2 * end], "<i2")
            loop = int(header["loop_start"]) - start, int(header["loop_end"]) - start
        header["start"], header["end"] = position, position + len(pcm)
        header["loop_start"], header["loop_end"] = (position + min(max(point, 0), len(pcm)) for point in loop)
        pieces += [pcm, zeros]
        position += len(pcm) + len(zeros)
        if 2 * position > LARGEST:
            raise UnreadableFileError("it holds more than 2 GB of sound")
    return np.concatenate(pieces).tobytes()


def _vorbis(stream: memoryview, header: np.void) -> npt.NDArray[np.int16]:
    """One sample's stream, decoded to int16 (n,)."""
    import soundfile

    try:
        sound, _ = soundfile.read(io.BytesIO(stream), dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, RuntimeError):
        raise UnreadableFileError(f"its sample {_name(header)} cannot be decoded") from None
    return np.asarray(np.clip(np.rint(sound[:, 0] * 32_768), -32_768, 32_767).astype("<i2"))


def _name(header: np.void) -> str:
    return bytes(header["name"]).split(b"\0")[0].decode("ascii", "replace")
