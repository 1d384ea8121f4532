"""What one training consists of: a model in several sizes, its examples, its loss and its score."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch

Example = Mapping[str, npt.NDArray[Any]]  # arrays of one length in frames: (frames, ...)
Batch = dict[str, torch.Tensor]  # (batch, frames, ...)

MASK = "mask"  # (frames,): 1 where an excerpt is real, 0 where it was filled up


@dataclass(frozen=True)
class Size:
    """One size of a model and its training."""

    model: Mapping[str, Any] = field(default_factory=dict)  # keyword arguments of the model
    examples: int = 4  # training items
    validation: int = 2  # items
    steps: int = 20
    batch: int = 4
    frames: int = 100  # length of an excerpt
    learning_rate: float = 1e-3
    weight_decay: float = 0.01
    check_every: int = 10  # steps between validations
    patience: int = 8  # validations without a better score before training stops


class Recipe(ABC):
    """A training. The harness calls these methods; the randomness comes from it."""

    name: ClassVar[str]  # of the weights
    sizes: ClassVar[Mapping[str, Size]]  # debug, small, base
    # for the card
    system: ClassVar[str]
    source: ClassVar[str]
    target: ClassVar[str]
    paper: ClassVar[str]
    data: ClassVar[tuple[str, ...]]
    licence: ClassVar[str] = "Apache-2.0"
    # for inference in chunks, in frames
    context: ClassVar[int]
    chunk: ClassVar[int] = 1500
    chunk_parity: ClassVar[float] = 1e-4  # greatest difference allowed between chunked and whole-file inference
    outputs: ClassVar[tuple[str, ...]]  # names of what the model's graph gives, in the order of `forward`

    @abstractmethod
    def build(self, size: Size) -> torch.nn.Module:
        """The model with new weights; `forward(frames (batch, n, bins))` gives the tensors named in `outputs`."""

    @abstractmethod
    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:
        """All examples of a split (`train`, `valid`), whole. With `debug` they are made up, without any data set."""

    @abstractmethod
    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        """The parts of the loss; `loss` is what is minimised."""

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
        """A random stretch of `frames`, filled up with zeros where the example is shorter."""
        total = len(next(iter(example.values())))
        start = int(rng.integers(0, max(1, total - frames + 1)))
        return cut(example, start, frames)

    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """Figures on validation examples; `score` decides, larger is better. Here: minus the mean loss."""
        losses = []
        for example in examples:
            batch = collate([cut(example, 0, len(next(iter(example.values()))))])
            losses.append({name: float(value) for name, value in self.loss(model, batch).items()})
        means = {name: float(np.mean([one[name] for one in losses])) for name in losses[0]}
        return {**means, "score": -means["loss"]}

    def graph_inputs(self, size: Size) -> dict[str, tuple[torch.Tensor, dict[int, str]]]:
        """What the model's graph takes: by name an example and its axes of any length."""
        return {"frames": (self.example_input(size), {1: "frames"})}

    def graph_outputs(self) -> dict[str, dict[int, str]]:
        """What the model's graph gives: by name its axes of any length."""
        return {name: {1: "frames"} for name in self.outputs}

    def example_input(self, size: Size) -> torch.Tensor:
        """An input for tracing and for the parity tests, (1, n, bins)."""
        example = self.examples("valid", size, debug=True)[0]
        return torch.from_numpy(np.asarray(example["frames"], dtype=np.float32))[None]


def cut(example: Example, start: int, frames: int) -> dict[str, npt.NDArray[Any]]:
    """`frames` frames from `start`, as float32 or the labels' integers, and the mask of what is real."""
    found: dict[str, npt.NDArray[Any]] = {}
    real = 0
    for name, rows in example.items():
        part = np.asarray(rows[start : start + frames])
        part = part.astype(np.float32) if part.dtype.kind == "f" else part.astype(np.int64)
        real = len(part)
        found[name] = np.pad(part, [(0, frames - real)] + [(0, 0)] * (part.ndim - 1))
    found[MASK] = (np.arange(frames) < real).astype(np.float32)
    return found


def collate(excerpts: Sequence[Mapping[str, npt.NDArray[Any]]]) -> Batch:
    """Excerpts of one length as a batch."""
    return {name: torch.from_numpy(np.stack([one[name] for one in excerpts])) for name in excerpts[0]}
