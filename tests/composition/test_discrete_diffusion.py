"""Diffusion without its weights: what the graph is told, and long pieces heard window by window."""

from types import SimpleNamespace

import numpy as np
import pytest

from descant import weights
from descant.composition import discrete_diffusion
from descant.composition.discrete_diffusion import compose, denoise, inpaint
from descant.composition.jsb_raster import RANGES, JsbRaster

SIZE = JsbRaster().size


@pytest.fixture
def heard(monkeypatch):
    """The inputs of a graph that says of every cell which step and level it was told of."""
    found = []

    def run(inputs):
        found.append(inputs)
        logits = np.zeros((*inputs["token"].shape, SIZE), dtype=np.float32)
        logits[..., 0] = inputs["step"][..., None]
        logits[..., 1] = inputs["level"]
        logits[..., 2] = inputs["token"]
        return {"logits": logits}

    monkeypatch.setattr(weights, "load", lambda name: SimpleNamespace(run=run))
    return found


@pytest.mark.parametrize("steps", [1, 40, 56, 57, 200, 223])
def test_long_pieces_are_heard_window_by_window(steps, heard, monkeypatch):
    monkeypatch.setattr(discrete_diffusion, "WINDOW", 56)
    monkeypatch.setattr(discrete_diffusion, "MARGIN", 8)
    grid = np.random.default_rng(0).integers(-1, SIZE, (4, steps))
    levels = np.array([0.0, 0.25, 0.5, 1.0])
    found = denoise(grid, levels)
    assert found.shape == (4, steps, SIZE)
    assert np.array_equal(found[..., 0], np.tile(np.arange(steps), (4, 1)))
    assert np.array_equal(found[..., 1], np.repeat(levels[:, None], steps, axis=1).astype(np.float32))
    assert np.array_equal(found[..., 2], np.where(grid < 0, SIZE, grid))
    assert max(one["token"].shape[1] for one in heard) <= 56
    assert len(heard) == (1 if steps <= 56 else -(-steps // 40))


def test_steps_are_told_as_they_are_counted(heard):
    step = np.array([2, 3, 4, 5, 6, 7, 6, 7])
    denoise(np.full((4, 8), -1), np.ones(4), step)
    assert heard[0]["step"].tolist() == [step.tolist()]
    assert heard[0]["left"].tolist() == [list(range(7, -1, -1))]


def even(grid, levels, step=None):
    """Whatever a voice can sing."""
    return np.where(JsbRaster().voice_masks[:, None], 0.0, -1e9) * np.ones((1, grid.shape[1], 1))


def test_given_cells_come_back_whatever_is_wanted(monkeypatch):
    monkeypatch.setattr(discrete_diffusion, "denoise", even)
    rng = np.random.default_rng(0)
    low, high = np.array(RANGES).T - JsbRaster().lowest + 1
    for _ in range(6):
        frames = rng.integers(low, high + 1, (24, 4))
        wanted = rng.random((24, 4)) < rng.random()
        found = inpaint(frames, wanted, rng)
        assert np.array_equal(found[~wanted], frames[~wanted])
        JsbRaster().frames(found.ravel())  # raises where a voice leaves its range


def test_a_seed_writes_the_same(monkeypatch):
    monkeypatch.setattr(discrete_diffusion, "denoise", even)
    one, two, other = (compose(20, np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert one.shape == (20, 4)
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)
