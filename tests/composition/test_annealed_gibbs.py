"""Blocks that are covered again, held to a distribution small enough to be written out whole."""

from itertools import product

import numpy as np
import pytest

from descant.composition.absorbing_state import COVERED, drawn
from descant.composition.annealed_gibbs import Annealing, sample
from descant.errors import InvalidValueError

TRACKS, TIME, SIZE = 2, 2, 3
GRIDS = np.array(list(product(range(SIZE), repeat=TRACKS * TIME))).reshape(-1, TRACKS, TIME)
CHANCE = np.random.default_rng(5).dirichlet(np.full(len(GRIDS), 2.0))  # of every grid: each can become each
EVERYTHING = np.ones((TRACKS, TIME), dtype=bool)
FLAT = np.zeros(TIME, dtype=np.int64)  # all of one level


def exact(tokens, levels):
    """The denoiser that knows the truth: each cell's distribution given all that is not covered."""
    fits = CHANCE * ((tokens == COVERED) | (tokens == GRIDS)).all(axis=(1, 2))
    found = np.stack([(fits[:, None, None] * (token == GRIDS)).sum(axis=0) for token in range(SIZE)], axis=-1)
    with np.errstate(divide="ignore"):
        return np.log(found / fits.sum())


def alone(rng):
    """Each cell is drawn by itself."""

    def uncover(logits, now, grid, temperature):
        grid = grid.copy()
        grid[now] = drawn(logits[now], temperature, rng)
        return grid

    return uncover


def drawn_often(plan, times, seed=0):
    rng = np.random.default_rng(seed)
    counts = np.zeros(len(GRIDS))
    for _ in range(times):
        found = sample(exact, GRIDS[40], EVERYTHING, FLAT, plan, alone(rng), rng)
        counts[np.flatnonzero((found == GRIDS).all(axis=(1, 2)))] += 1
    return counts / times


def test_a_block_drawn_at_once_is_mended_by_passes():
    at_once = drawn_often([Annealing(1, 0, (1.0, 0.0))], 1500)
    taken_back = drawn_often([Annealing(1, 12, (0.6, 0.1))], 1500)
    assert np.abs(taken_back - CHANCE).sum() < 0.75 * np.abs(at_once - CHANCE).sum()
    assert np.abs(taken_back - CHANCE).max() < 0.02


def test_shares_and_temperatures_fall_evenly():
    seen = []

    def listening(logits, now, grid, temperature):
        assert ((grid == COVERED) == now).all() or not seen
        seen.append((now.mean(), temperature))
        return np.where(now, 0, grid)

    grid = np.zeros((10, 400), dtype=np.int64)
    plan = [Annealing(1, 5, (0.9, 0.1), (1.0, 0.6))]
    wanted = np.ones(grid.shape, dtype=bool)
    denoise = lambda tokens, levels: np.zeros((*tokens.shape, 2))  # noqa: E731
    sample(denoise, grid, wanted, np.zeros(400, np.int64), plan, listening, np.random.default_rng(0))
    shares, temperatures = np.array(seen).T
    assert shares == pytest.approx([1.0, 0.9, 0.7, 0.5, 0.3, 0.1], abs=0.03)
    assert temperatures == pytest.approx([1.0, 1.0, 0.9, 0.8, 0.7, 0.6])


def test_a_level_is_settled_before_the_next_one_is_begun():
    levels = np.array([0, 2, 1, 2, 0])
    seen = []

    def listening(logits, now, grid, temperature):
        seen.append((set(np.broadcast_to(levels, now.shape)[now].tolist()), grid.copy()))
        return np.where(now, 1, grid)

    wanted = np.ones((2, 5), dtype=bool)
    wanted[0, :2] = False
    plan = [Annealing(2, 3, (0.9, 0.5))] * 3
    denoise = lambda tokens, levels: np.zeros((*tokens.shape, 2))  # noqa: E731
    found = sample(denoise, np.zeros((2, 5), np.int64), wanted, levels, plan, listening, np.random.default_rng(0))
    assert all(len(now) == 1 for now, _ in seen)
    order = [min(now) for now, _ in seen]
    assert order == sorted(order)
    assert set(order) == {0, 1, 2}
    first = order.index(1)
    assert (seen[first][1][wanted & (levels > 0)] == COVERED).all()
    assert (seen[first][1][wanted & (levels == 0)] == 1).all()
    assert np.array_equal(found, wanted.astype(int))


def test_what_is_given_comes_back_and_what_stood_in_wanted_cells_is_not_heard():
    rng = np.random.default_rng(0)
    plan = [Annealing(2, 6, (0.8, 0.2), (1.0, 0.5))]
    for _ in range(30):
        wanted = rng.random((TRACKS, TIME)) < 0.5
        one, two = GRIDS[rng.integers(len(GRIDS), size=2)]
        two = np.where(wanted, two, one)
        drawn_twice = []
        for grid in (one, two):
            own = np.random.default_rng(3)
            drawn_twice.append(sample(exact, grid, wanted, FLAT, plan, alone(own), own))
        assert np.array_equal(*drawn_twice)
        assert np.array_equal(drawn_twice[0][~wanted], one[~wanted])


def test_covered_cells_that_nobody_wants_stay_covered():
    grid = np.array([[COVERED, 1], [0, 0]])
    wanted = np.array([[False, False], [True, False]])
    rng = np.random.default_rng(0)
    found = sample(exact, grid, wanted, FLAT, [Annealing(1, 4, (1.0, 0.5))], alone(rng), rng)
    assert found[0].tolist() == [COVERED, 1]
    assert found[1, 0] >= 0


def test_progress_ends_at_one():
    told = []
    rng = np.random.default_rng(0)
    plan = [Annealing(2, 3, (0.9, 0.1)), Annealing(1, 2, (0.9, 0.1))]
    sample(exact, GRIDS[0], EVERYTHING, np.array([0, 1]), plan, alone(rng), rng, told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_bad_arguments_are_told_of():
    rng = np.random.default_rng(0)
    plan = [Annealing(1, 1, (0.5, 0.5))]
    with pytest.raises(InvalidValueError, match="tracks, time"):
        sample(exact, GRIDS[0], EVERYTHING[:1], FLAT, plan, alone(rng), rng)
    with pytest.raises(InvalidValueError, match="levels 0 to 0, not 3"):
        sample(exact, GRIDS[0], EVERYTHING, FLAT + 3, plan, alone(rng), rng)
