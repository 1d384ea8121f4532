"""The notes of a piano as it is played: blocks of sound in, the keys that were struck out, a moment later."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.features.stream import RATE
from descant.transcription.autoregressive_multistate import LATENCY, MultistateTranscriber, NoteEvent

__all__ = ["LATENCY", "HeardNotes", "NoteEvent"]


class HeardNotes:
    """Feed sound at any rate, of any number of channels: blocks of shape (channels, frames), however long.

    A stroke is told of LATENCY seconds after it at most, and the length of a block; short blocks are told of sooner.
    """

    def __init__(self, sample_rate: int) -> None:
        import soxr

        self.resampler = None if sample_rate == RATE else soxr.ResampleStream(sample_rate, RATE, 1, dtype="float32")
        self.transcriber = MultistateTranscriber()

    def push(self, block: npt.NDArray[np.float32]) -> list[NoteEvent]:
        """The keys that turn out to have been struck, in order of time."""
        return _struck(self.transcriber.push(self._at_rate(block.mean(axis=0, dtype=np.float32), last=False)))

    def finish(self) -> list[NoteEvent]:
        """What is left, after the last block."""
        rest = self._at_rate(np.zeros(0, dtype=np.float32), last=True)
        return _struck([*self.transcriber.push(rest), *self.transcriber.finish()])

    def _at_rate(self, mono: npt.NDArray[np.float32], *, last: bool) -> npt.NDArray[np.float32]:
        if self.resampler is None:
            return mono
        found: npt.NDArray[np.float32] = self.resampler.resample_chunk(mono, last=last)
        return found


def _struck(events: list[NoteEvent]) -> list[NoteEvent]:
    return [one for one in events if one.on]
