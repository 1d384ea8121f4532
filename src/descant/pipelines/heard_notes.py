"""The notes of a piano as it is played, a moment later, and the place in a score that they tell.

Blocks of sound go in; out come the keys that were struck, or where the player is by now.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.alignment.symbolic_follower import SymbolicFollower
from descant.alignment.written import Written
from descant.features.mono import mono
from descant.features.stream import RATE, Resampler
from descant.transcription.autoregressive_multistate import LATENCY, MultistateTranscriber, NoteEvent
from descant.types import Position

__all__ = ["LATENCY", "HeardFollower", "HeardNotes", "NoteEvent"]

HOP = 0.02  # seconds: a block's length, which comes on top of the latency


class HeardNotes:
    """Feed sound at any rate, of any number of channels: blocks of shape (channels, frames), however long.

    A stroke is told of LATENCY seconds after it at most, and the length of a block; short blocks are told of sooner.
    """

    def __init__(self, sample_rate: int) -> None:
        self.resampler = Resampler(sample_rate, RATE)
        self.transcriber = MultistateTranscriber()

    def push(self, block: npt.NDArray[np.float32]) -> list[NoteEvent]:
        """The keys that turn out to have been struck, in order of time."""
        return _struck(self.transcriber.push(self.resampler.push(mono(block), last=False)))

    def finish(self) -> list[NoteEvent]:
        """What is left, after the last block."""
        rest = self.resampler.push(np.zeros(0, dtype=np.float32), last=True)
        return _struck([*self.transcriber.push(rest), *self.transcriber.finish()])


class HeardFollower:
    """Follows a piano's sound through a score: transcribe, then track. Blocks as for `HeardNotes`."""

    def __init__(self, written: Written, sample_rate: int) -> None:
        self.rate, self.frames = sample_rate, 0
        self.ear = HeardNotes(sample_rate)
        self.follower = SymbolicFollower(written, LATENCY + HOP)

    def push(self, block: npt.NDArray[np.float32]) -> Position:
        """Where the player is at the end of a block, from all that was heard so far."""
        self.frames += block.shape[1]
        return self._follow(self.ear.push(block))

    def finish(self) -> Position:
        """Where he is in the end."""
        return self._follow(self.ear.finish())

    def _follow(self, struck: list[NoteEvent]) -> Position:
        for one in struck:
            self.follower.push(one.time, one.pitch)
        return self.follower.at(self.frames / self.rate)


def _struck(events: list[NoteEvent]) -> list[NoteEvent]:
    return [one for one in events if one.on]
