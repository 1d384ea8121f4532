"""What the recipes of `TokenTransformer` have in common: excerpts of token rows, their loss, score and graph."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from descant.composition.token_transformer_model import TokenTransformer
from descant.composition.vocabulary import Grammar
from descant.training.recipe import MASK, Batch, Example, Recipe, Size, cut
from descant.types.arrays import IntArray

UNKNOWN = 16  # tokens at the head of an excerpt that are not learned: what came before is not there to be read
EDGE = 128  # tokens before a piece among which an excerpt may start: so often it is the opening


class TokenRecipe(Recipe):
    """Cross entropy of every next token, in nats."""

    grammar: ClassVar[Grammar[Any]]
    target: ClassVar[str] = "logits of the next token, after each; keys and values of these tokens"
    paper: ClassVar[str] = (
        "Huang, Vaswani, Uszkoreit, Shazeer, Simon, Hawthorne, Dai, Hoffman, Dinculescu and Eck: Music Transformer, "
        "ICLR 2019"
    )
    context: ClassVar[int] = 0  # keys and values are handed on
    outputs: ClassVar[tuple[str, ...]] = ("logits", "present")

    def build(self, size: Size) -> torch.nn.Module:
        return TokenTransformer(self.grammar.size, **size.model)

    @abstractmethod
    def tokens(self, example: Example, rng: np.random.Generator) -> IntArray:
        """The tokens of a whole piece, in a key and at a tempo that are drawn."""

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
        """A random stretch of a piece."""
        tokens = self.tokens(example, rng)
        start = max(0, int(rng.integers(-EDGE, max(1, len(tokens) - frames + 1))))
        return self.stretch(tokens, start, frames)

    def stretch(self, tokens: IntArray, start: int, frames: int) -> dict[str, npt.NDArray[Any]]:
        """What is read and what is to come; of a stretch within a piece the head is not learned."""
        read = np.concatenate([[self.grammar.size], tokens])[: len(tokens)]
        found = cut({"tokens": read, "target": tokens}, start, frames)
        found[MASK][: UNKNOWN * (start > 0)] = 0
        return found

    def stretches(self, pieces: Sequence[IntArray], size: Size) -> list[Example]:
        """As many as the size says, a stretch of each piece: from its beginning, its middle and so on."""
        pieces = pieces[:: max(1, len(pieces) // size.validation)][: size.validation]
        starts = [(at % 4) * max(0, len(one) - size.frames) // 3 for at, one in enumerate(pieces)]
        return [self.stretch(one, start, size.frames) for one, start in zip(pieces, starts, strict=True)]

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        assert isinstance(model, TokenTransformer)
        with torch.autocast("cpu", torch.bfloat16, enabled=batch["tokens"].device.type == "cpu" and model.training):
            logits, _ = model(batch["tokens"], model.no_past(len(batch["tokens"])))
        return {"loss": (nats(logits, batch["target"]) * batch[MASK]).sum() / batch[MASK].sum()}

    @torch.no_grad()
    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """Nats a token over all stretches."""
        assert isinstance(model, TokenTransformer)
        total, count = 0.0, 0.0
        for one in examples:
            batch = {name: torch.from_numpy(np.asarray(rows))[None] for name, rows in one.items()}
            logits, _ = model(batch["tokens"], model.no_past())
            total += float((nats(logits, batch["target"]) * batch[MASK]).sum())
            count += float(batch[MASK].sum())
        return {"nll": total / count, "score": -total / count}

    def graph_inputs(self, size: Size) -> dict[str, tuple[torch.Tensor, dict[int, str]]]:
        """Tokens after some past."""
        model = self.build(size)
        assert isinstance(model, TokenTransformer)
        layers, two, heads, width = model.shape
        numbers = torch.Generator().manual_seed(0)
        tokens = torch.randint(self.grammar.size, (1, 16), generator=numbers)
        past = torch.randn(layers, two, 1, heads, 8, width, generator=numbers)
        return {"tokens": (tokens, {0: "pieces", 1: "tokens"}), "past": (past, {2: "pieces", 4: "past"})}

    def graph_outputs(self) -> dict[str, dict[int, str]]:
        return {"logits": {0: "pieces", 1: "tokens"}, "present": {2: "pieces", 4: "tokens"}}


def nats(logits: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """Of tokens (...) under logits (..., size)."""
    return functional.cross_entropy(logits.float().flatten(0, -2), tokens.flatten(), reduction="none").view_as(tokens)
