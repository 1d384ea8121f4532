"""How long the recording is: the one end that everything heard in it keeps to."""

from __future__ import annotations

from dataclasses import dataclass

from descant.features.stream import Samples

SCRAP_SECONDS = 0.5  # a shorter recording is too little to hear harmony or notes in: it is hardly one beat


@dataclass(frozen=True)
class Extent:
    """The feature: seconds of sound that were decoded, whatever the file's header says.

    Counted in the file's own samples: after resampling the count is rounded, and frames end on their own grid.
    """

    @property
    def rate(self) -> None:
        return None

    def start(self, sample_rate: int, channels: int) -> _ExtentStream:  # noqa: ARG002 (part of the protocol)
        return _ExtentStream(sample_rate)


class _ExtentStream:
    def __init__(self, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self.frames = 0

    def push(self, block: Samples) -> None:
        self.frames += block.shape[1]

    def finish(self) -> float:
        return self.frames / self.sample_rate
