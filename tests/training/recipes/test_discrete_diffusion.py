"""The discrete diffusion from its recipe to its graph: what is trained is what is run, and what is given stays."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.composition.absorbing_state import covered  # noqa: E402
from descant.composition.annealed_gibbs import Annealing  # noqa: E402
from descant.composition.discrete_diffusion import compose, inpaint, nats, odds, uncovered  # noqa: E402
from descant.composition.frames_around import UNKNOWN  # noqa: E402
from descant.composition.jsb_raster import JsbRaster  # noqa: E402
from descant.composition.pulse import Pulse  # noqa: E402
from descant.errors import InvalidValueError  # noqa: E402
from descant.training.recipe import MASK, collate  # noqa: E402
from descant.training.recipes import find  # noqa: E402
from descant.training.recipes.discrete_diffusion import FRAME, TOLD, WANTED, covered_nll, masked, random_mask  # noqa: E402
from descant.training.recipes.music_transformer import wandering  # noqa: E402
from tests.training.found import trained_and_found  # noqa: E402

RECIPE = find("discrete_diffusion")
DEBUG = RECIPE.sizes["debug"]
QUICK = (Annealing(2, 3, (0.8, 0.2)),) * 3


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    with trained_and_found(RECIPE, tmp_path_factory.mktemp("discrete_diffusion"), "nll") as found:
        yield found


@pytest.fixture
def model(trained):
    return trained[0]


def test_the_loss_falls(trained):
    _, losses = trained
    assert losses[-1] < losses[0]


@torch.no_grad()
@pytest.mark.parametrize("seed", range(6))
def test_the_graph_is_the_network(model, seed):
    piece, mask = wandering(seed, 60), random_mask(60, np.random.default_rng(seed))
    found = odds(covered(piece, mask))
    batch = collate([masked(piece, mask, 0, len(piece))])
    expected = model(*(batch[name] for name in TOLD))[0].softmax(dim=-1)
    assert np.abs(found - expected.numpy()).max() < 1e-4
    cost = -np.log(np.take_along_axis(found, piece[..., None], axis=-1)[..., 0]) * mask
    assert np.abs(cost - covered_nll(model, batch)[0].numpy()).max() < 1e-3
    assert np.abs(nats(piece, mask, np.random.default_rng(0), steps=1) - cost).max() < 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_what_is_given_comes_back_bit_by_bit(model, seed):
    rng = np.random.default_rng(seed)
    piece, mask = wandering(seed, 40), random_mask(40, rng)
    found = inpaint(piece, mask, rng, plan=QUICK)
    assert found.dtype == piece.dtype
    assert np.array_equal(found[~mask], piece[~mask])
    JsbRaster().frames(found.ravel())  # raises where a voice leaves its range


def test_a_seed_writes_the_same(model):
    one, two, other = (compose(32, np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert one.shape == (32, 4)
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_a_rule_is_kept_to(model):
    piece = wandering(0, 24)
    wanted = np.ones(piece.shape, dtype=bool)
    wanted[:, 0] = False
    allowed = np.zeros((24, JsbRaster().size), dtype=bool)
    allowed[:, [20, 24]] = True
    found = inpaint(piece, wanted, np.random.default_rng(0), rule=lambda frames, voice: allowed, plan=QUICK)
    assert set(found[:, 1:].ravel().tolist()) <= {20, 24}
    assert np.array_equal(found[:, 0], piece[:, 0])


def test_other_metres_are_told(model):
    piece, everything = wandering(0, 24), np.ones((24, 4), dtype=bool)
    six_eight = Pulse.of_bars([((6, 6), 0, 12)] * 2)
    found, other = (
        inpaint(piece, everything, np.random.default_rng(0), pulse=pulse, plan=QUICK) for pulse in (six_eight, None)
    )
    assert not np.array_equal(found, other)


def test_more_steps_than_cells_are_as_many_as_cells(model):
    piece, mask = wandering(0, 20), np.zeros((20, 4), dtype=bool)
    mask[3, 1] = mask[9, 2] = True
    drawn = [uncovered(piece, mask, np.random.default_rng(0), steps=steps) for steps in (2, 50)]
    assert np.array_equal(*drawn)
    assert np.array_equal(uncovered(piece, mask & False, np.random.default_rng(0)), piece)
    assert np.array_equal(inpaint(piece, mask & False, np.random.default_rng(0)), piece)
    with pytest.raises(InvalidValueError, match="not in 0"):
        uncovered(piece, mask, np.random.default_rng(0), steps=0)


def test_masks_are_of_every_kind():
    rng = np.random.default_rng(0)
    found = [random_mask(48, rng) for _ in range(600)]
    assert all(one.any() for one in found)
    some = [one.any(axis=0) for one in found]
    assert {tuple(one.tolist()) for one in some} == {
        tuple(bool(bits >> voice & 1) for voice in range(4)) for bits in range(1, 16)
    }
    assert sum(one.all() for one in found) > 20  # from nothing
    whole = [one for one in found if (one.mean(axis=0)[one.any(axis=0)] == 1).all() and not one.all()]
    assert len(whole) > 50  # voices to voices
    edges = [np.flatnonzero(one.any(axis=1)) for one in found if one.any(axis=0).all()]
    assert sum(one[-1] - one[0] + 1 == len(one) < 40 for one in edges) > 10  # bars of all voices
    shares = [one.mean() for one in found]
    assert min(shares) < 0.05
    assert np.histogram(shares, 5, (0, 1))[0].min() > 20


def test_excerpts_stay_in_range_and_tell_nothing_of_what_is_covered():
    rng = np.random.default_rng(0)
    example = RECIPE.examples("train", DEBUG, debug=True)[0]
    ranges, keys = JsbRaster().voice_masks, set()
    for _ in range(40):
        found = RECIPE.excerpt(example, 48, rng)
        wanted = found[WANTED] > 0
        assert found[FRAME].shape == (48, 4)
        assert all(ranges[voice, found[FRAME][:, voice]].all() for voice in range(4))
        assert (found["token"][wanted] == UNKNOWN).all()
        assert np.array_equal(found["token"][~wanted], found[FRAME][~wanted])
        assert found["level"][7] == pytest.approx(wanted.mean(axis=0))
        keys.add(int(found[FRAME][0, 0] - example[FRAME][found["step"][0], 0]))
    assert len(keys) > 4


def test_what_was_filled_up_is_neither_known_nor_asked():
    found = RECIPE.excerpt({FRAME: wandering(0, 20)}, 32, np.random.default_rng(3))
    assert found[MASK].sum() == 20
    assert (found["token"][20:] == UNKNOWN).all()
    assert not found[WANTED][20:].any()
    assert found["level"][0] == pytest.approx(found[WANTED][:20].mean(axis=0))


def test_what_is_shipped_is_small():
    parameters = sum(one.numel() for one in RECIPE.build(RECIPE.sizes["small"]).parameters())
    assert 2 * parameters < 5_000_000
