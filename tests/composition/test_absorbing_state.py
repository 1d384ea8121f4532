"""Masks as noise, held to a distribution small enough to be written out whole."""

import zlib
from itertools import product

import numpy as np
import pytest

from descant.composition.absorbing_state import COVERED, covered, levels_of, masks, nats, sample, uncovering
from descant.errors import InvalidValueError

TRACKS, TIME, SIZE = 2, 2, 3
GRIDS = np.array(list(product(range(SIZE), repeat=TRACKS * TIME))).reshape(-1, TRACKS, TIME)
CHANCE = np.random.default_rng(5).dirichlet(np.full(len(GRIDS), 0.3))  # of every grid


def exact(tokens, levels):
    """The denoiser that knows the truth: each cell's distribution given all that is not covered."""
    fits = CHANCE * ((tokens == COVERED) | (tokens == GRIDS)).all(axis=(1, 2))
    found = np.stack([(fits[:, None, None] * (token == GRIDS)).sum(axis=0) for token in range(SIZE)], axis=-1)
    with np.errstate(divide="ignore"):
        return np.log(found / fits.sum())


def every_mask():
    return [np.array(one, dtype=bool).reshape(TRACKS, TIME) for one in product((False, True), repeat=TRACKS * TIME)]


def truth(tokens, wanted):
    """What the grids that agree with what is given are drawn with."""
    fits = CHANCE * (wanted | (tokens == GRIDS)).all(axis=(1, 2))
    return fits / fits.sum()


@pytest.mark.parametrize("wanted", every_mask()[1:], ids=lambda one: "".join(map(str, one.ravel().astype(int))))
def test_one_step_a_cell_draws_from_the_truth(wanted):
    given = GRIDS[40]
    rng, times = np.random.default_rng(0), 800
    counts = np.zeros(len(GRIDS))
    for _ in range(times):
        drawn = sample(exact, given, wanted, rng, steps=int(wanted.sum()))
        counts[np.flatnonzero((drawn == GRIDS).all(axis=(1, 2)))] += 1
    expected = truth(given, wanted)
    spread = np.sqrt(expected * (1 - expected) / times)
    assert (np.abs(counts / times - expected) <= 4.5 * spread).all()


def test_one_step_draws_every_cell_by_its_marginal():
    everything = np.ones((TRACKS, TIME), dtype=bool)
    rng, times = np.random.default_rng(0), 3000
    counts = np.zeros((TRACKS, TIME, SIZE))
    pairs = np.zeros((SIZE, SIZE))
    for _ in range(times):
        drawn = sample(exact, GRIDS[0], everything, rng, steps=1)
        np.add.at(counts, (*np.indices(drawn.shape), drawn), 1)
        pairs[drawn[0, 0], drawn[1, 0]] += 1
    marginal = np.stack([np.tensordot(CHANCE, token == GRIDS, 1) for token in range(SIZE)], axis=-1)
    assert np.abs(counts / times - marginal).max() < 0.04
    apart = np.outer(marginal[0, 0], marginal[1, 0])  # cells of one step do not hear each other
    assert np.abs(pairs / times - apart).max() < 0.04


def test_any_order_costs_what_the_grid_costs():
    everything = np.ones((TRACKS, TIME), dtype=bool)
    for at, seed in ((3, 0), (3, 1), (40, 0), (77, 2)):
        found = nats(exact, GRIDS[at], everything, np.random.default_rng(seed), steps=4)
        assert found.sum() == pytest.approx(-np.log(CHANCE[at]))
    for wanted in every_mask()[1:]:
        found = nats(exact, GRIDS[40], wanted, np.random.default_rng(0), steps=int(wanted.sum()))
        assert found.sum() == pytest.approx(-np.log(truth(GRIDS[40], wanted)[40]))
        assert not found[~wanted].any()


def test_fewer_steps_cost_more_in_the_mean():
    everything = np.ones((TRACKS, TIME), dtype=bool)

    def mean(steps):
        rng = np.random.default_rng(0)
        costs = [nats(exact, one, everything, rng, steps=steps).sum() for one in GRIDS for _ in range(20)]
        return float(np.reshape(costs, (len(GRIDS), 20)).mean(axis=1) @ CHANCE)

    found = [mean(steps) for steps in (4, 2, 1)]
    assert found[0] == pytest.approx(-CHANCE @ np.log(CHANCE))
    assert found[0] < found[1] < found[2]


def hashed(tokens, levels):
    """Some denoiser: logits that depend on all that it is told."""
    return np.random.default_rng(zlib.crc32(tokens.tobytes() + levels.tobytes())).normal(size=(*tokens.shape, 5))


def test_what_is_given_comes_back_and_a_seed_draws_the_same():
    rng = np.random.default_rng(0)
    for _ in range(50):
        tokens = rng.integers(0, 5, (3, 8))
        wanted = masks(rng.choice([0.0, 0.3, 1.0], 3), 8, rng)
        before, steps = tokens.copy(), max(1, int(wanted.sum()) // 2)
        one, two, other = (sample(hashed, tokens, wanted, np.random.default_rng(s), steps=steps) for s in (0, 0, 1))
        assert np.array_equal(one[~wanted], tokens[~wanted])
        assert np.array_equal(one, two)
        assert np.array_equal(tokens, before)
        assert ((one >= 0) & (one < 5)).all()
        if wanted.sum() > 10:
            assert not np.array_equal(one, other)


def test_what_stood_in_wanted_cells_is_not_heard():
    wanted = masks([1.0, 0.5], 6, np.random.default_rng(0))
    one = np.random.default_rng(1).integers(0, 5, (2, 6))
    two = np.where(wanted, (one + 1) % 5, one)
    drawn = [sample(hashed, grid, wanted, np.random.default_rng(2), steps=3) for grid in (one, two)]
    assert np.array_equal(*drawn)


def test_a_denoiser_is_told_each_tracks_level():
    told = []

    def listening(tokens, levels):
        told.append(levels.copy())
        assert np.array_equal(levels, (tokens == COVERED).mean(axis=1))
        return hashed(tokens, levels)

    wanted = np.array([[False] * 4, [True] * 4, [True, True, False, False]])
    sample(listening, np.zeros((3, 4), dtype=np.int64), wanted, np.random.default_rng(0), steps=6)
    assert told[0].tolist() == [0.0, 1.0, 0.5]
    assert [levels[0] for levels in told] == [0.0] * 6
    assert told[-1].sum() == 0.25  # one cell is left


def test_masks_are_as_dense_as_their_levels():
    found = masks([0.0, 0.3, 1.0], 4000, np.random.default_rng(0))
    assert not found[0].any()
    assert found[1].mean() == pytest.approx(0.3, abs=0.03)
    assert found[2].all()
    assert levels_of(found)[[0, 2]].tolist() == [0.0, 1.0]
    assert covered(np.array([[7, 8]]), np.array([[True, False]])).tolist() == [[COVERED, 8]]


@pytest.mark.parametrize("steps", [1, 3, 7])
def test_every_cell_is_uncovered_once(steps):
    mask = np.array([[True] * 5, [False] * 5, [True, False, True, False, False]])
    found = list(uncovering(mask, steps, np.random.default_rng(0)))
    assert len(found) == steps
    assert np.array_equal(np.sum(found, axis=0), mask.astype(int))
    assert {int(one.sum()) for one in found} <= {7 // steps, 7 // steps + 1}


def test_nothing_but_what_is_allowed_is_drawn():
    allowed = np.zeros((2, 1, 5), dtype=bool)
    allowed[0, 0, [1, 2]] = allowed[1, 0, 4] = True
    everything, rng = np.ones((2, 30), dtype=bool), np.random.default_rng(0)
    for temperature in (0.0, 1.0, 50.0):
        drawn = sample(
            hashed, np.zeros((2, 30), np.int64), everything, rng, steps=7, temperature=temperature, allowed=allowed
        )
        assert set(drawn[0].tolist()) == {1, 2}
        assert (drawn[1] == 4).all()
    even = nats(lambda tokens, levels: np.zeros((2, 30, 5)), drawn, everything, rng, steps=7, allowed=allowed)
    assert even[0] == pytest.approx(np.log(2))
    assert not even[1].any()


def test_cold_takes_the_most_probable():
    logits = np.random.default_rng(0).normal(size=(2, 9, 5))
    everything = np.ones((2, 9), dtype=bool)
    for temperature in (0.0, 1e-6):
        drawn = sample(
            lambda tokens, levels: logits, np.zeros((2, 9), np.int64), everything, np.random.default_rng(1), steps=4,
            temperature=temperature,
        )  # fmt: skip
        assert np.array_equal(drawn, logits.argmax(axis=-1))


def test_nothing_wanted_is_nothing_done():
    nothing, rng = np.zeros((2, 2), dtype=bool), np.random.default_rng(0)
    assert np.array_equal(sample(exact, GRIDS[9], nothing, rng, steps=1), GRIDS[9])
    assert not nats(exact, GRIDS[9], nothing, rng, steps=1).any()


def test_bad_arguments_are_told_of():
    grid, everything, rng = GRIDS[0], np.ones((TRACKS, TIME), dtype=bool), np.random.default_rng(0)
    for steps in (0, 5):
        with pytest.raises(InvalidValueError, match=f"4 covered tokens are uncovered in 1 to 4 steps, not in {steps}"):
            sample(exact, grid, everything, rng, steps=steps)
    for temperature in (-1.0, np.nan):
        with pytest.raises(InvalidValueError, match="temperature"):
            sample(exact, grid, everything, rng, steps=2, temperature=temperature)
    with pytest.raises(InvalidValueError, match="tracks, time"):
        sample(exact, grid, everything[:1], rng, steps=2)
    none = np.zeros((TRACKS, 1, SIZE), dtype=bool)
    with pytest.raises(InvalidValueError, match="no token is allowed"):
        sample(exact, grid, everything, rng, steps=2, allowed=none)
    but_one = np.ones((TRACKS, 1, SIZE), dtype=bool)
    but_one[:, :, 0] = False
    with pytest.raises(InvalidValueError, match="not allowed where it stands: 0"):
        nats(exact, grid, everything, rng, steps=2, allowed=but_one)
