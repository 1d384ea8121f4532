"""One score and who plays it: blocks of sound come in, places in the score go back, and the take is written down.

The take is 16-bit FLAC, at the rate of the first block: what is beyond full scale is cut off there.
"""

from __future__ import annotations

import shutil
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError, UnwritableFileError

if TYPE_CHECKING:
    import soundfile

    from descant.features.stream import Resampler
    from descant.pipelines.listeners import Listener
    from descant.studio.followed import Followed, Teller

MOST_BYTES = 4 << 20  # of a block
MOST_BLOCK = 20.0  # seconds
LONGEST = 4 * 3_600.0  # seconds of a take
SHORTEST = 0.5  # seconds that are worth keeping
LEFT = "take.flac"  # what a session writes in its folder
LOUDEST = 100.0  # times full scale; what reaches further is no sound

Samples = npt.NDArray[np.float32]


class LiveSession:
    """Its methods are called by whoever holds its lock."""

    def __init__(self, score: Followed, ear: Listener, teller: Teller, folder: Path, heard_of: float) -> None:
        """ear: hears `features.stream.RATE`. folder: of its own, for the take. heard_of: as below."""
        self.score, self.teller, self.heard_of = score, teller, heard_of  # when the player was, by the steady clock
        self.lock = threading.Lock()
        self.ended = False
        self._finished = False
        self._ear, self._folder = ear, folder
        self._rate, self._frames = 0, 0
        self._resampler: Resampler | None = None
        self._file: soundfile.SoundFile | None = None

    def push(self, samples: Samples, rate: int) -> list[dict[str, Any]]:
        """Hear a block, (n,), and tell the new positions."""
        if not len(samples):
            return []
        self._write(samples, rate)
        assert self._resampler is not None
        return self._told(self._ear.push(self._resampler.push(samples, last=False)[np.newaxis]))

    def finish(self) -> list[dict[str, Any]]:
        """The last positions, once."""
        if self._resampler is None or self._finished:
            return []
        self._finished = True
        rest = self._resampler.push(np.zeros(0, dtype=np.float32), last=True)[np.newaxis]
        return self._told([*self._ear.push(rest), *self._ear.finish()])

    def take(self) -> Path | None:
        """The file of what was played, whole now; None where that is not worth keeping."""
        if self._file is None:
            return None
        try:
            self._file.close()
        except RuntimeError as error:  # libsndfile's
            raise UnwritableFileError(f"what was played cannot be kept: {error}") from None
        return self._path if self._frames >= SHORTEST * self._rate else None

    def remove(self) -> None:
        """Remove what was written, unless somebody has taken it."""
        if self._file is not None:
            with suppress(RuntimeError):
                self._file.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _path(self) -> Path:
        return self._folder / LEFT

    def _write(self, samples: Samples, rate: int) -> None:
        import soundfile

        from descant.features.stream import RATE, Resampler
        from descant.io.files import reason_of

        if not self._rate:
            self._rate, self._resampler = rate, Resampler(rate, RATE)
        if rate != self._rate:
            raise InvalidValueError(f"this session began at {self._rate} Hz, and a block came at {rate} Hz")
        if (self._frames + len(samples)) / rate > LONGEST:
            raise InvalidValueError(f"a take lasts {LONGEST / 3_600:g} hours at most; finish this one")
        try:
            if self._file is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._file = soundfile.SoundFile(self._path, "w", rate, 1, "PCM_16", format="FLAC")
            self._file.write(np.clip(samples, -1.0, 1.0))
        except OSError as error:
            raise UnwritableFileError(f"what is played cannot be kept: {reason_of(error)}") from None
        except RuntimeError as error:  # libsndfile's
            raise UnwritableFileError(f"what is played cannot be kept: {error}") from None
        self._frames += len(samples)

    def _told(self, heard: list[Any]) -> list[dict[str, Any]]:
        from descant.types import Position

        rows = (self.teller.push(one) for one in heard if isinstance(one, Position))
        return [one for one in rows if one is not None]


def samples_of(body: bytes, rate: int) -> Samples:
    """A block of little-endian 32-bit floats. Raises InvalidValueError for what is none."""
    if len(body) % 4:
        raise InvalidValueError(f"{len(body)} bytes are no 32-bit floats; send raw samples, four bytes each")
    samples: Samples = np.frombuffer(body, "<f4").astype(np.float32)
    if len(samples) > MOST_BLOCK * rate:
        raise InvalidValueError(
            f"a block of {len(samples) / rate:.1f} s is longer than {MOST_BLOCK:g} s; send shorter ones"
        )
    if not np.isfinite(samples).all() or np.abs(samples).max(initial=0.0) > LOUDEST:
        raise InvalidValueError("these samples are no sound: they lie far beyond full scale, or are no numbers")
    return samples


def whole_take(path: Path) -> Path:
    """A take whose writer was killed, written anew beside it: its header says nothing of its length.

    Raises UnreadableFileError where it holds less than a second.
    """
    from descant.features.waveform import SoundCopy
    from descant.io.audio import blocks, open_audio
    from descant.io.files import write_beside

    sound, whole = open_audio(path), path.with_name("whole.flac")
    with write_beside(whole) as temporary:
        copy = SoundCopy(temporary).start(sound.sample_rate, sound.channels)
        for block in blocks(sound, MOST_BLOCK):
            copy.push(block)
        copy.finish()
    return whole
