"""The training of the discrete diffusion on chorales in four voices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from descant.composition.absorbing_state import covered, levels_of, masks
from descant.composition.discrete_diffusion_model import SIZE, DiscreteDiffusion
from descant.composition.frames_around import rows
from descant.composition.frames_before import room_to_move
from descant.composition.jsb_raster import VOICES, JsbRaster
from descant.training.recipe import MASK, Batch, Example, Recipe, Size, collate
from descant.training.recipes.music_transformer import chorale_frames, wandering
from descant.types.arrays import BoolArray, IntArray

TOLD = ("token", "before", "since", "after", "until", "key", "level", "step", "left")  # as `forward` takes them
FRAME, WANTED = "frame", "wanted"
STRETCH = 0.35  # of the masks, cover a stretch of frames alone
SOME = 0.6  # of the masks, cover not all voices
ALL = 0.25  # of the masks, leave nothing uncovered where they cover
ALIKE = 0.5  # of the masks, have one level for all their voices


class DiscreteDiffusionRecipe(Recipe):
    """Cross entropy of the covered tokens, in nats, all of one weight, over excerpts in other keys.

    The paper's bound weighs a token by one over its noise level; without that weight the grids of which much is covered
    count as much as those of which little is, as sampling meets both.
    """

    name: ClassVar[str] = "discrete_diffusion"
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size(model={"dim": 16, "layers": 2, "heads": 2, "each": 8}, batch=2, frames=32, learning_rate=1e-2),
        "small": Size(steps=5000, batch=4, frames=96, learning_rate=1.5e-3, check_every=500, patience=6),
        "base": Size(
            model={"dim": 256, "layers": 6, "heads": 8, "dropout": 0.3},
            steps=30_000,
            batch=16,
            frames=192,
            learning_rate=1e-3,
            check_every=1000,
        ),
    }
    system: ClassVar[str] = "Discrete diffusion (absorbing state), chorales in four voices"
    source: ClassVar[str] = "frames of a chorale that is partly covered, and what is known around each cell"
    target: ClassVar[str] = "logits (n, 4, 47) of a rest and the pitches 36 to 81"
    paper: ClassVar[str] = (
        "Plasser, Peter and Widmer: Discrete Diffusion Probabilistic Models for Symbolic Music Generation, IJCAI 2023"
    )
    data: ClassVar[tuple[str, ...]] = (
        "JSB Chorales, training split (the music is in the public domain, the set states no licence)",
    )
    context: ClassVar[int] = 0  # whole pieces
    outputs: ClassVar[tuple[str, ...]] = ("logits",)

    def build(self, size: Size) -> torch.nn.Module:
        return DiscreteDiffusion(**size.model)

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:  # noqa: ARG002
        """Whole chorales."""
        return [{FRAME: one} for one in ([wandering(seed) for seed in range(3)] if debug else chorale_frames(split))]

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
        """A random stretch in a random key, under a random mask."""
        piece = example[FRAME]
        down, up = room_to_move(piece, JsbRaster())
        start = int(rng.integers(0, max(1, len(piece) - frames + 1)))
        part = np.where(piece > 0, piece + int(rng.integers(down, up + 1)), 0)[start : start + frames]
        return masked(part, random_mask(len(part), rng), start, len(piece), frames)

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        with torch.autocast(batch[FRAME].device.type, dtype=torch.bfloat16):
            lost = covered_nll(model, batch)
        return {"loss": lost.sum() / batch[WANTED].sum()}

    @torch.no_grad()
    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """Nats a covered token over whole pieces, each under a mask of its own."""
        lost, cells = 0.0, 0.0
        for at, one in enumerate(examples):
            piece = one[FRAME]
            batch = collate([masked(piece, random_mask(len(piece), np.random.default_rng(at)), 0, len(piece))])
            lost += float(covered_nll(model, batch).sum())
            cells += float(batch[WANTED].sum())
        return {"nll": lost / cells, "score": -lost / cells}

    def graph_inputs(self, size: Size) -> dict[str, tuple[torch.Tensor, dict[int, str]]]:
        """A made-up piece under a mask."""
        piece = self.examples("valid", size, debug=True)[0][FRAME]
        found = masked(piece, random_mask(len(piece), np.random.default_rng(0)), 0, len(piece))
        return {name: (torch.from_numpy(found[name])[None], {1: "frames"}) for name in TOLD}


def covered_nll(model: torch.nn.Module, batch: Batch) -> torch.Tensor:
    """(B, T, 4) in nats, 0 where nothing is covered."""
    logits = model(*(batch[name] for name in TOLD))
    lost = functional.cross_entropy(logits.reshape(-1, SIZE), batch[FRAME].reshape(-1), reduction="none")
    return lost.reshape(batch[FRAME].shape) * batch[WANTED]


def masked(
    frames: IntArray, mask: BoolArray, start: int, whole: int, length: int | None = None
) -> dict[str, npt.NDArray[Any]]:
    """A part of a piece under a mask, filled up to `length` frames, of which nothing is known nor asked."""
    missing = (0 if length is None else length) - len(frames)
    both = [(0, max(0, missing)), (0, 0)]
    wanted = np.pad(mask, both)
    hidden = covered(np.pad(frames, both), np.pad(mask, both, constant_values=True))
    return {
        **rows(hidden, start, whole),
        "level": np.tile(levels_of(mask.T).astype(np.float32), (len(wanted), 1)),
        FRAME: np.pad(frames, both),
        WANTED: wanted.astype(np.float32),
        MASK: (np.arange(len(wanted)) < len(frames)).astype(np.float32),
    }


def random_mask(steps: int, rng: np.random.Generator) -> BoolArray:
    """Cells to be covered, (steps, 4): of all voices or some, all along or for a stretch, all of it or a share.

    So one model learns voices alone, voices to others, all together, and bars to what is around them.
    """
    voices = rng.random(len(VOICES)) < 0.5 if rng.random() < SOME else np.ones(len(VOICES), dtype=bool)
    if not voices.any():
        voices[rng.integers(len(VOICES))] = True
    levels = np.full(len(VOICES), rng.random()) if rng.random() < ALIKE else rng.random(len(VOICES))
    if rng.random() < ALL:
        levels[:] = 1.0
    mask = masks(levels * voices, steps, rng).T
    if rng.random() < STRETCH:
        length = int(rng.integers(1, steps + 1))
        first = int(rng.integers(0, steps - length + 1))
        mask[:first] = mask[first + length :] = False
    if not mask.any():
        mask[rng.integers(steps), rng.choice(np.flatnonzero(voices))] = True
    return mask
