"""One pass over the sound: every feature that is wanted is computed from the same decoded blocks.

A feature is a small frozen description (hashable: equal descriptions are the same feature); `start` gives the
stream that eats blocks and, at the end, hands over the result. `measure` decodes once, mixes to mono once,
resamples once for each rate, and feeds everyone. Results are kept as long as their source object lives, so
transforms that ask one after another, or together through `prepare`, never decode or transform twice.

Some features are made from spectra that others need too. Such a feature names its `source`, a `FrameSource`: the pass
makes that one's frames once, hands them to everyone who named it, and keeps none of them.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from descant.features.mono import mono
from descant.io.audio import blocks
from descant.types import Audio, AudioFile

Sound = Audio | AudioFile
Samples = npt.NDArray[np.float32]

BLOCK_SECONDS = 20.0
TIDY_BLOCKS = 15  # blocks after which memory is tidied
RATE = 22_050  # Hz: what the musical features listen at
HOP = 441  # samples at RATE: 50 frames a second, the grid that harmony and onset strength share
FRAME_RATE = RATE / HOP  # frames a second


class Stream(Protocol):
    """Eats consecutive blocks and gives the finished feature."""

    def push(self, block: Any) -> None:
        """Take the next samples, (n,) for a mono feature, (channels, n) for a native one; or a source's frames."""

    def finish(self) -> Any:
        """The result, after the last block."""


class SourceStream(Protocol):
    """Eats blocks of sound and gives the frames that have become complete, however it bundles them."""

    def push(self, block: Samples) -> Any:
        """The frames complete after these samples; none as an empty bundle."""

    def finish(self) -> Any:
        """The last frames."""


class FrameSource(Protocol):
    """A hashable description of frames that several features are made from."""

    @property
    def rate(self) -> int:
        """The rate in Hz at which it hears a mono mix."""

    def start(self) -> SourceStream:
        """A new stream of frames."""


class Feature(Protocol):
    """A hashable description of something measured from sound."""

    @property
    def rate(self) -> int | None:
        """The rate in Hz at which it hears a mono mix; None: the file's own rate and channels.

        A feature with a `source` has no rate of its own (None); its stream is pushed the source's frames.
        """

    def start(self, sample_rate: int, channels: int) -> Stream:
        """A new stream for sound of this rate and number of channels."""


_known: WeakKeyDictionary[Sound, dict[Feature, Any]] = WeakKeyDictionary()


def get(sound: Sound, feature: Feature) -> Any:
    """The feature of this sound, computed now unless it is known already."""
    prepare(sound, [feature])
    return _known[sound][feature]


def prepare(
    sound: Sound, features: Iterable[Feature], progress: Callable[[float], None] | None = None
) -> list[Feature]:
    """Compute, in one pass, all of `features` that are not known yet, and give these back.

    `progress` hears the seconds done.
    """
    known = _known.setdefault(sound, {})
    missing = [feature for feature in dict.fromkeys(features) if feature not in known]
    if missing:
        known.update(measure(sound, missing, progress))
    return missing


def forget(sound: Sound, features: Iterable[Feature]) -> None:
    """Let go of what nothing will ask for any more: hours of sound have features of hundreds of megabytes."""
    for feature in features:
        _known.get(sound, {}).pop(feature, None)


def measure(
    sound: Sound, features: Iterable[Feature], progress: Callable[[float], None] | None = None
) -> dict[Feature, Any]:
    """The features of a sound, from a single pass over its blocks."""
    from threadpoolctl import threadpool_limits

    wanted = list(features)
    streams = {one: one.start(one.rate or sound.sample_rate, 1 if one.rate else sound.channels) for one in wanted}
    origin: dict[Feature, FrameSource] = {one: one.source for one in wanted if hasattr(one, "source")}
    sources = {one: one.start() for one in dict.fromkeys(origin.values())}
    direct = [one for one in wanted if one not in origin]
    rates = sorted({one.rate for one in direct if one.rate} | {one.rate for one in sources})
    resamplers = {rate: Resampler(sound.sample_rate, rate) for rate in rates}
    done = 0
    # The streams run side by side; a matrix product that took every core for itself as well would triple its cost.
    with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(max_workers=2) as pool:

        def feed(native: Samples, last: bool) -> None:
            one = mono(native)
            heard = {rate: resamplers[rate].push(one, last) for rate in rates}
            # Streams are independent of each other and NumPy's transforms release the GIL.
            made = {one: pool.submit(sources[one].push, heard[one.rate]) for one in sources}
            list(pool.map(lambda one: streams[one].push(heard[one.rate] if one.rate else native), direct))
            list(pool.map(lambda one: streams[one].push(made[origin[one]].result()), origin))

        for number, block in enumerate(blocks(sound, BLOCK_SECONDS), start=1):
            feed(block, last=False)
            done += block.shape[1]
            if number % TIDY_BLOCKS == 0:
                tidy()
            if progress:
                progress(done / sound.sample_rate)
        feed(np.zeros((sound.channels, 0), dtype=np.float32), last=True)
        rest = {one: stream.finish() for one, stream in sources.items()}
        list(pool.map(lambda one: streams[one].push(rest[origin[one]]), origin))
        found = dict(zip(wanted, pool.map(lambda one: streams[one].finish(), wanted), strict=True))
    streams.clear()
    tidy()
    return found


def tidy() -> None:
    """Give memory that was freed back to the system, where the C library is one that keeps it (glibc).

    What is kept of each block lies between what was needed to make it, so that hours of sound would hold a gigabyte
    of holes.
    """
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


class Resampler:
    """Resamples a mono stream; passes it through where the rates agree. Rates in Hz."""

    def __init__(self, source_rate: int, rate: int) -> None:
        import soxr

        self.stream = None if source_rate == rate else soxr.ResampleStream(source_rate, rate, 1, dtype="float32")

    def push(self, mono: Samples, last: bool) -> Samples:
        """What is complete after these samples; `last`: and nothing follows."""
        if self.stream is None:
            return mono
        resampled: Samples = self.stream.resample_chunk(mono, last=last)
        return resampled


class Frames:
    """Cuts a mono stream into overlapping frames, frame `i` centred on sample `i * hop` (zeros beyond the ends).

    `push` and `finish` give the frames that have become complete, shape (frames, size): a read-only view.
    In all, n samples give 1 + n // hop frames.
    """

    def __init__(self, size: int, hop: int) -> None:
        self.size = size
        self.hop = hop
        self.buffer: Samples = np.zeros(size // 2, dtype=np.float32)
        self.samples = 0
        self.given = 0

    def push(self, block: Samples) -> Samples:
        self.samples += len(block)
        self.buffer = np.concatenate([self.buffer, block])
        return self._cut((len(self.buffer) - self.size) // self.hop + 1)

    def finish(self) -> Samples:
        left = 1 + self.samples // self.hop - self.given
        missing = max(0, (left - 1) * self.hop + self.size - len(self.buffer))
        self.buffer = np.concatenate([self.buffer, np.zeros(missing, dtype=np.float32)])
        return self._cut(left)

    def _cut(self, count: int) -> Samples:
        if count <= 0:
            return np.zeros((0, self.size), dtype=np.float32)
        frames = np.lib.stride_tricks.sliding_window_view(self.buffer, self.size)[: count * self.hop : self.hop]
        self.buffer = self.buffer[count * self.hop :]
        self.given += count
        return frames
