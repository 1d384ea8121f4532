"""A network after a few steps of its recipe, found where the shipped ones are looked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from descant import weights
from descant.training import harness
from descant.training.export import export, round_weights
from descant.training.recipe import Recipe


@contextmanager
def trained_and_found(recipe: Recipe, folder: Path, metric: str) -> Iterator[tuple[torch.nn.Module, list[float]]]:
    """The network, rounded as its graph is, which is what `weights.load` finds; and a metric on the way."""
    scores: list[float] = []
    state = harness.train(recipe, "debug", folder, device="cpu", progress=lambda *at: scores.append(at[2][metric]))
    assert export(recipe, "debug", state, folder).card.parity <= 1e-4
    found = recipe.build(recipe.sizes["debug"]).eval()
    found.load_state_dict(state.best)
    round_weights(found)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(weights.FOLDER_VARIABLE, str(folder))
        weights.load.cache_clear()
        yield found, scores
    weights.load.cache_clear()
