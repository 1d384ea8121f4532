"""The training of the Music Transformer on chorales in four voices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch

from descant.composition.frames_before import room_to_move, rows, transposed
from descant.composition.jsb_raster import VOICES, JsbRaster
from descant.composition.music_transformer_model import READERS, WINDOW, MusicTransformer, pooled
from descant.composition.transformer_layers import SCHEMES
from descant.datasets import jsb
from descant.training.recipe import MASK, Batch, Example, Recipe, Size, cut

TOLD = ("frame", "last", "hold", "earlier", "key", "recent", "step")  # as `forward` takes them, before the past
EDGES = 32  # steps beyond a piece among which an excerpt may start or end: so often it is the opening or the close
SHARE = 32  # steps: so often a long piece is drawn more than a short one
UNKNOWN = 8  # steps at the head of an excerpt that are not learned: what came before is not there to be read


class MusicTransformerRecipe(Recipe):
    """Cross entropy of every token to each reader, in nats, over excerpts moved to keys within the voices' ranges."""

    name: ClassVar[str] = "music_transformer"
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size(model={"dim": 16, "layers": 2, "heads": 2, "each": 8}, batch=2, frames=32, learning_rate=1e-2),
        "small": Size(
            steps=5000, batch=4, frames=128, learning_rate=1.5e-3, weight_decay=0.1, check_every=250, patience=100
        ),
        "base": Size(
            model={"dim": 256, "layers": 6, "heads": 8},
            steps=30_000,
            batch=16,
            frames=256,
            learning_rate=1e-3,
            check_every=1000,
        ),
        **{
            scheme: Size(
                model={"scheme": scheme},
                steps=1000,
                batch=4,
                frames=128,
                learning_rate=1.5e-3,
                weight_decay=0.1,
                check_every=250,
                patience=100,
            )
            for scheme in SCHEMES
        },  # three ways to tell places, under one budget
    }
    system: ClassVar[str] = "Music Transformer, chorales in four voices"
    source: ClassVar[str] = "frames of a chorale, what is known before each, and keys and values of what was read"
    target: ClassVar[str] = (
        "logits (n, voices, 47) of a rest and the pitches 36 to 81; keys and values of these frames and tokens"
    )
    paper: ClassVar[str] = (
        "Huang, Vaswani, Uszkoreit, Shazeer, Simon, Hawthorne, Dai, Hoffman, Dinculescu and Eck: Music Transformer, "
        "ICLR 2019"
    )
    data: ClassVar[tuple[str, ...]] = (
        "JSB Chorales, training split (the music is in the public domain, the set states no licence)",
    )
    context: ClassVar[int] = 0  # whole pieces
    outputs: ClassVar[tuple[str, ...]] = ("logits", "contexts", "frames_kept", "tokens_kept")

    def build(self, size: Size) -> torch.nn.Module:
        return MusicTransformer(**size.model)

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:  # noqa: ARG002
        """The rows of whole chorales (`frames_before`); to train on, each once for every SHARE."""
        found = [rows(wandering(seed)) for seed in range(3)] if debug else [rows(one) for one in chorale_frames(split)]
        return [one for one in found for _ in range(len(one["frame"]) // SHARE)] if split == "train" else found

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
        """A random stretch in a random key."""
        down, up = room_to_move(example["frame"], JsbRaster())
        last = max(0, len(example["frame"]) - frames)
        start = int(np.clip(rng.integers(-EDGES, last + EDGES + 1), 0, last))
        part = {name: one[start : start + frames] for name, one in example.items()}
        found = cut(transposed(part, int(rng.integers(down, up + 1))), 0, frames)
        found[MASK][: UNKNOWN * (start > 0)] = 0
        return found

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        assert isinstance(model, MusicTransformer)
        told = {name: batch[name] for name in TOLD}
        with torch.autocast("cpu", torch.bfloat16, enabled=batch["frame"].device.type == "cpu"):
            each = model.whole(told)
        real = batch[MASK][..., None]
        lost = (picked(one, batch["frame"]) * real for one in each)
        losses = {name: one.sum() / (len(VOICES) * real.sum()) for name, one in zip(READERS, lost, strict=True)}
        return {"loss": torch.stack(list(losses.values())).sum(), **losses}

    @torch.no_grad()
    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """Nats a token over whole pieces, of the readers pooled and of each; every token counts, the first too."""
        assert isinstance(model, MusicTransformer)
        tokens, total = 0, dict.fromkeys(("nll", *READERS), 0.0)
        for one in examples:
            told = {name: torch.from_numpy(one[name])[None] for name in TOLD}
            each = model.whole(told)
            for name, chances in zip(total, (pooled(each), *each), strict=True):
                total[name] += float(picked(chances, told["frame"]).sum())
            tokens += told["frame"].numel()
        found = {name: nats / tokens for name, nats in total.items()}
        return {**found, "score": -found["nll"]}

    def graph_inputs(self, size: Size) -> dict[str, tuple[torch.Tensor, dict[int, str]]]:
        """A stretch of a made-up piece after some past, of which the first frame was made something of."""
        model = self.build(size)
        assert isinstance(model, MusicTransformer)
        generator, before, asked = torch.Generator().manual_seed(0), 8, 16
        told = self.examples("valid", size, debug=True)[0]
        columns = {
            "frame": torch.arange(before),
            "token": torch.arange(len(VOICES) * before - WINDOW, len(VOICES) * before),
        }
        given: dict[str, tuple[torch.Tensor, dict[int, str]]] = {
            **{
                name: (torch.from_numpy(told[name][before : before + asked])[None], {0: "pieces", 1: "frames"})
                for name in TOLD
            },
            "voice": (torch.arange(len(VOICES)), {0: "voices"}),
            "first": (torch.tensor([before]), {}),
            "context": (torch.randn(1, 1, model.width, generator=generator), {0: "pieces", 1: "read"}),
            "frame_places": (columns["frame"], {0: "kept"}),
            "token_places": (columns["token"], {}),
        }
        for of, axes in (("frame", {0: "pieces", 2: "kept"}), ("token", {0: "pieces"})):
            for layer in range(model.layers[of]):
                for kind in ("key", "value"):
                    shape = (1, model.heads, len(columns[of]), model.head_width)
                    given[f"{of}_{kind}_{layer}"] = (torch.randn(shape, generator=generator), axes)
        return given

    def graph_outputs(self) -> dict[str, dict[int, str]]:
        return {
            "logits": {0: "pieces", 1: "frames", 2: "voices"},
            "contexts": {0: "pieces", 1: "frames"},
            "frames_kept": {2: "pieces", 4: "new"},
            "tokens_kept": {2: "pieces", 4: "tokens"},
        }


def token_nll(model: torch.nn.Module, batch: Batch) -> torch.Tensor:
    """(B, T, 4) in nats."""
    assert isinstance(model, MusicTransformer)
    return picked(pooled(model.whole({name: batch[name] for name in TOLD})), batch["frame"])


def picked(chances: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """Nats of tokens (...) under log-probabilities (..., SIZE)."""
    return -chances.gather(-1, tokens[..., None])[..., 0]


def chorale_frames(split: str) -> list[npt.NDArray[np.int64]]:
    """The chorales of a split as (steps, 4) of the raster's tokens. Raises MissingDataError."""
    return [JsbRaster().flatten(one.grid).reshape(-1, len(VOICES)) for one in jsb.chorales(split)]


def wandering(seed: int, steps: int = 96) -> npt.NDArray[np.int64]:
    """Four voices that move by a step up or down every quarter, made up."""
    rng = np.random.default_rng(seed)
    moves = np.cumsum(rng.integers(-1, 2, (steps // 4, len(VOICES))), axis=0)
    middle = np.array([np.mean(both) for both in JsbRaster().ranges]).astype(np.int64)
    return np.repeat(middle - JsbRaster().lowest + 1 + np.clip(moves, -6, 6), 4, axis=0)
