"""A model run over a stream of frames, so that memory is bounded by the chunk and not by the file.

Each chunk is shown to the model with `context` frames on either side, whose outputs are dropped. Where the model's
receptive field is not wider than the context, the result equals that of the whole file at once; a card says by how
much it differs otherwise.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Outputs = dict[str, Array]


class Chunked:
    """Cuts a stream into chunks with context. `run` maps (n, ...) frames to outputs with n rows each."""

    def __init__(self, run: Callable[[Array], Outputs], context: int, chunk: int) -> None:
        self.run = run
        self.context = context
        self.chunk = chunk
        self.held: Array | None = None
        self.left = 0  # held frames at the start that are context only

    def push(self, frames: Array) -> list[Outputs]:
        """Take frames; give the outputs, in order, of those that have become settled."""
        self.held = frames if self.held is None else np.concatenate([self.held, frames])
        settled = []
        while len(self.held) >= self.left + self.chunk + self.context:
            heard = self.run(self.held[: self.left + self.chunk + self.context])
            settled.append({name: rows[self.left : self.left + self.chunk] for name, rows in heard.items()})
            end = self.left + self.chunk
            start = max(0, end - self.context)
            self.held, self.left = self.held[start:], end - start
        return settled

    def finish(self) -> list[Outputs]:
        """The outputs of the frames that are left."""
        if self.held is None or len(self.held) <= self.left:
            return []
        heard = self.run(self.held)
        return [{name: rows[self.left :] for name, rows in heard.items()}]
