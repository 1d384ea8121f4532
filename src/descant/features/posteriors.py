"""What a shipped model says of every frame: one feature for all models that look at a spectrum.

The model's graph takes `frames`, float32 (1, n, bins), and gives outputs of shape (1, n, ...). They are kept as
float16. A model that reads the variable-Q transform is shown log(1 + GAIN * magnitude).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant import weights
from descant.features.stream import FrameSource
from descant.features.tuned_vqt import TunedFrames
from descant.features.vqt import Array
from descant.weights.chunked import Chunked, Outputs

GAIN = 1000.0


@dataclass(frozen=True, eq=False)
class PosteriorFrames:
    """Frame `i` is centred on `i / FRAME_RATE` seconds."""

    outputs: dict[str, npt.NDArray[np.float16]]  # by name, (frames, ...)
    tuning_cents: float = 0.0  # that the spectrum was tuned to, where it was


@dataclass(frozen=True)
class Posteriors:
    """The feature: `PosteriorFrames` of the model `name`, which looks at the frames of `source`."""

    name: str
    source: FrameSource

    rate = None

    def start(self, sample_rate: int, channels: int) -> _PosteriorStream:  # noqa: ARG002
        return _PosteriorStream(self.name)


class _PosteriorStream:
    def __init__(self, name: str) -> None:
        model = weights.load(name)
        self.chunked = Chunked(
            lambda frames: {one: rows[0] for one, rows in model.run({"frames": frames[np.newaxis]}).items()},
            model.card.context,
            model.card.chunk,
        )
        self.tuning_cents = 0.0
        self.parts: list[Outputs] = []

    def push(self, heard: Array | TunedFrames) -> None:
        if isinstance(heard, TunedFrames):
            self.tuning_cents = heard.tuning_cents if len(heard.magnitudes) else self.tuning_cents
            heard = compressed(heard.magnitudes)
        self._keep(self.chunked.push(heard))

    def finish(self) -> PosteriorFrames:
        self._keep(self.chunked.finish())
        outputs = {name: np.concatenate([part[name] for part in self.parts]) for name in self.parts[0]}
        return PosteriorFrames(outputs, self.tuning_cents)

    def _keep(self, parts: list[Outputs]) -> None:
        self.parts += [{name: rows.astype(np.float16) for name, rows in part.items()} for part in parts]


def compressed(magnitudes: Array) -> Array:
    """The variable-Q magnitudes as models see them, float32, same shape."""
    return np.asarray(np.log1p(np.float32(GAIN) * magnitudes), dtype=np.float32)
