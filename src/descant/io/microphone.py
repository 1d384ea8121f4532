"""What a microphone hears, in blocks, as it hears it. Needs the extra `live` (sounddevice, over PortAudio)."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.errors import MissingExtraError, UnreadableFileError

Samples = npt.NDArray[np.float32]

NAME = "the microphone"


class Microphone:
    """The input that the system has chosen, mono. It listens as long as its blocks are asked for.

    Raises MissingExtraError, or UnreadableFileError where there is none.
    """

    def __init__(self) -> None:
        sounddevice = _sounddevice()
        self.heard: queue.SimpleQueue[tuple[Samples, bool]] = queue.SimpleQueue()  # and whether some was lost before
        try:
            self.rate = round(sounddevice.query_devices(kind="input")["default_samplerate"])  # Hz
            self.stream = sounddevice.InputStream(
                samplerate=self.rate, channels=1, dtype="float32", callback=self._take
            )
        except (sounddevice.PortAudioError, ValueError) as error:
            raise UnreadableFileError(
                f"no microphone can be opened ({error}); plug one in, or send its sound through --stdin"
            ) from None

    def blocks(self, give_up: float, say: Callable[[str], None]) -> Iterator[Samples]:
        """Blocks, (1, n), without end. Raises UnreadableFileError after `give_up` seconds without one."""
        said = False
        with self.stream:
            while True:
                try:
                    block, lost = self.heard.get(timeout=give_up)
                except queue.Empty:
                    raise UnreadableFileError(
                        f"{NAME}: nothing has come for {give_up:g} s, so this is the end"
                    ) from None
                if lost and not said:
                    say(f"{NAME}: some sound was lost; this machine is too busy")
                    said = True
                yield block

    def _take(self, data: Samples, frames: int, time: Any, status: Any) -> None:  # noqa: ARG002 (sounddevice's call)
        self.heard.put((data.T.copy(), bool(status.input_overflow)))


def _sounddevice() -> Any:
    try:
        import sounddevice
    except ImportError:
        raise MissingExtraError(
            f"{NAME} needs the live extra; install it with: pip install 'descant[live]' (or: pip install sounddevice)"
        ) from None
    except OSError:
        raise MissingExtraError(
            f"{NAME} needs the PortAudio library; install it with: apt install libportaudio2"
        ) from None
    return sounddevice
