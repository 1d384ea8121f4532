"""Raw samples as they come through a pipe, in real time: no header, no file, no end that is known.

What has come is handed on at once, however little it is; samples that are cut in two by the pipe are put together.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError, UnreadableFileError, UnsupportedFormatError
from descant.io.audio import LOUDEST
from descant.types.audio import MAX_SAMPLE_RATE, MIN_SAMPLE_RATE

Samples = npt.NDArray[np.float32]

NAME = "standard input"
FORMATS = {"s16le": ("<i2", 1 / 32_768), "f32le": ("<f4", 1.0)}  # as ffmpeg names them: type and scale
MOST_CHANNELS = 64
AT_ONCE = 65_536  # bytes
PATIENCE = 2.0  # seconds without sound after which it is said
HEADERS = {b"RIFF": "WAV", b"fLaC": "FLAC", b"OggS": "Ogg", b"FORM": "AIFF", b"caff": "CAF", b"ID3": "MP3"}

Say = Callable[[str], None]


@dataclass(frozen=True)
class RawFormat:
    """How samples follow one another: interleaved, so many channels, so many of each a second."""

    rate: int  # Hz
    channels: int
    samples: str  # one of FORMATS

    def __post_init__(self) -> None:
        if self.samples not in FORMATS:
            raise InvalidValueError(f"raw samples are {' or '.join(FORMATS)}, not {self.samples!r}")
        if not MIN_SAMPLE_RATE <= self.rate <= MAX_SAMPLE_RATE:
            raise InvalidValueError(f"a rate is {MIN_SAMPLE_RATE} to {MAX_SAMPLE_RATE} Hz, not {self.rate}")
        if not 1 <= self.channels <= MOST_CHANNELS:
            raise InvalidValueError(f"sound has 1 to {MOST_CHANNELS} channels, not {self.channels}")

    @property
    def size(self) -> int:
        """Bytes of one sample of every channel."""
        return int(np.dtype(FORMATS[self.samples][0]).itemsize) * self.channels


class RawDecoder:
    """Bytes in, in pieces of any length; whole samples out, (channels, n)."""

    def __init__(self, layout: RawFormat) -> None:
        self.layout = layout
        self.kept = b""  # of a sample that is not complete
        self.done = 0  # samples

    def push(self, data: bytes) -> Samples:
        """Raises UnreadableFileError for what cannot be sound in this format."""
        data = self.kept + data
        if not self.done:
            self._no_header(data)
        whole = len(data) // self.layout.size * self.layout.size
        self.kept = data[whole:]
        kind, scale = FORMATS[self.layout.samples]
        read = np.frombuffer(data[:whole], dtype=kind).reshape(-1, self.layout.channels).T
        with np.errstate(invalid="ignore"):  # what is no number is told of below
            block = read.astype(np.float32) * np.float32(scale)
        wrong = np.flatnonzero(~(np.abs(block) <= LOUDEST).all(axis=0))  # NaN is not below anything
        if wrong.size:
            raise UnreadableFileError(
                f"{NAME}: is no sound at {(self.done + int(wrong[0])) / self.layout.rate:.3f} s, but NaN or far beyond "
                f"full scale; is it {self.layout.samples} in {self.layout.channels} channels?"
            )
        self.done += block.shape[1]
        return block

    def _no_header(self, data: bytes) -> None:
        for head, name in HEADERS.items():
            if data.startswith(head):
                raise UnsupportedFormatError(
                    f"{NAME}: is {name}, not raw samples; send them without a header "
                    f"(ffmpeg -f {self.layout.samples}), or give the file with --audio"
                )


def raw_blocks(
    source: int, layout: RawFormat, give_up: float, say: Say, patience: float = PATIENCE
) -> Iterator[Samples]:
    """Blocks, (channels, n), from a file descriptor, as soon as they are there, until the stream ends.

    give_up: seconds without sound after which UnreadableFileError is raised. say: is told, in a line, where the stream
    stalls for `patience` seconds, and where it ends within a sample.
    """
    decoder, stalled, since = RawDecoder(layout), False, time.monotonic()
    while True:
        if not _ready(source, min(patience, give_up)):
            waited = time.monotonic() - since
            if waited >= give_up:
                raise UnreadableFileError(f"{NAME}: nothing has come for {give_up:g} s, so this is the end")
            if not stalled:
                say(f"{NAME}: nothing has come for {waited:.0f} s; waiting")
            stalled = True
            continue
        data = os.read(source, AT_ONCE)
        stalled, since = False, time.monotonic()
        if not data:
            break
        block = decoder.push(data)
        if block.shape[1]:
            yield block
    if decoder.kept:
        say(f"{NAME}: ends within a sample; its last {len(decoder.kept)} bytes are left out")
    if not decoder.done:
        raise UnreadableFileError(f"{NAME}: holds no sound (0 samples)")


def _ready(source: int, seconds: float) -> bool:
    return bool(select.select([source], [], [], seconds)[0])
