"""The Music Transformer from its recipe to its graph: what is trained is what is run, at once or step by step."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant import weights  # noqa: E402
from descant.composition.frames_before import room_to_move, rows  # noqa: E402
from descant.composition.jsb_raster import JsbRaster  # noqa: E402
from descant.composition.music_transformer import (  # noqa: E402
    Writing,
    averaged_nll,
    continued,
    negative_log_likelihood,
    nll,
)
from descant.errors import InvalidValueError, MissingDataError  # noqa: E402
from descant.training import harness  # noqa: E402
from descant.training.export import export, round_weights  # noqa: E402
from descant.training.recipe import MASK  # noqa: E402
from descant.training.recipes import find  # noqa: E402
from descant.training.recipes.music_transformer import chorale_frames, token_nll, wandering  # noqa: E402

RECIPE = find("music_transformer")
DEBUG = RECIPE.sizes["debug"]
NONE = np.zeros((0, 4), dtype=np.int64)


@pytest.fixture(scope="module")
def losses():
    return []


@pytest.fixture(scope="module")
def model(losses, tmp_path_factory):
    """The network after a few steps, rounded as its graph is, which is what `weights.load` finds."""
    folder = tmp_path_factory.mktemp("music_transformer")
    state = harness.train(RECIPE, "debug", folder, device="cpu", progress=lambda *at: losses.append(at[2]["nll"]))
    assert export(RECIPE, "debug", state, folder).card.parity <= 1e-4
    found = RECIPE.build(DEBUG).eval()
    found.load_state_dict(state.best)
    round_weights(found)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(weights.FOLDER_VARIABLE, str(folder))
        weights.load.cache_clear()
        yield found
    weights.load.cache_clear()


@torch.no_grad()
def expected(model, piece):
    return token_nll(model, {name: torch.from_numpy(one)[None] for name, one in rows(piece).items()})[0].numpy()


def test_the_loss_falls(model, losses):
    assert losses[-1] < losses[0]


def test_parallel_and_cached_and_pytorch_agree(model):
    piece = wandering(7, 80)
    parallel = nll(piece)
    assert np.abs(parallel - expected(model, piece)).max() < 1e-4
    for given in (0, 1, 30):
        writing, steps = Writing(piece[:given]), []
        for frame in piece[given:]:
            for token in frame:
                steps.append(negative_log_likelihood(writing.logits(), token))
                writing.add(int(token))
        assert np.abs(np.reshape(steps, (-1, 4)) - parallel[given:]).max() < 1e-4
        assert np.array_equal(writing.frames, piece)


def test_a_likelihood_sums_to_one(model):
    writing = Writing(wandering(2, 8))
    odds = [np.exp(-negative_log_likelihood(writing.logits(), np.array(token))) for token in range(JsbRaster().size)]
    assert sum(odds) == pytest.approx(1.0)


def test_averaged_over_keys(model):
    piece = wandering(3, 16)
    odds = np.mean([np.exp(-nll(piece + by)) for by in (-1, 0, 1)], axis=0)
    assert averaged_nll(piece, range(-1, 2)) == pytest.approx(-np.log(odds))
    down, up = room_to_move(piece, JsbRaster())
    assert averaged_nll(piece, range(-60, 61)) == pytest.approx(averaged_nll(piece, range(down, up + 1)))


def test_what_is_written_keeps_to_the_raster_and_to_the_seed(model):
    raster = JsbRaster()
    one, two, other = (np.array(list(continued(NONE, 80, np.random.default_rng(seed), 2.0))) for seed in (0, 0, 1))
    assert one.shape == (80, 4)
    assert raster.frames(one.ravel()).shape == (80, 4)  # raises where a voice leaves its range
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_what_is_written_is_drawn_as_likely_as_it_is(model):
    piece = wandering(4, 12)
    likely = np.exp(-nll(np.concatenate([piece, piece[-1:]]))[-1, 0])
    drawn = [next(continued(piece, 1, np.random.default_rng(seed)))[0] == piece[-1, 0] for seed in range(150)]
    assert np.mean(drawn) == pytest.approx(likely, abs=4 * np.sqrt(likely * (1 - likely) / 150) + 1e-3)


def test_bad_requests(model):
    with pytest.raises(InvalidValueError, match="temperature"):
        next(continued(NONE, 1, np.random.default_rng(0), 0.0))
    with pytest.raises(InvalidValueError, match="token 1, pitch 36"):
        next(continued(np.array([[46, 1, 1, 46]]), 1, np.random.default_rng(0)))


def test_excerpts_are_moved_within_the_ranges():
    rng = np.random.default_rng(0)
    example = RECIPE.examples("train", DEBUG, debug=True)[0]
    masks, keys, openings = JsbRaster().voice_masks, set(), 0
    for _ in range(60):
        found = RECIPE.excerpt(example, 48, rng)
        assert found["frame"].shape == (48, 4)
        assert found[MASK].all()
        for voice in range(4):
            assert masks[voice, found["frame"][:, voice]].all()
        openings += found["step"][0] == 0
        keys.add(int(found["frame"][0, 0] - example["frame"][found["step"][0], 0]))
    assert len(keys) > 4
    assert 10 < openings < 50
    assert 0 < RECIPE.excerpt(example, 500, rng)[MASK].sum() <= 96


def test_chorales_are_the_sets_own_frames():
    try:
        found = chorale_frames("valid")
    except MissingDataError as error:
        pytest.skip(str(error))
    assert len(found) == 76
    assert sum(map(len, found)) == 18408
    assert all(masks.all() for masks in (JsbRaster().voice_masks[np.arange(4), one] for one in found))


def test_what_is_shipped_is_small():
    parameters = sum(one.numel() for one in RECIPE.build(RECIPE.sizes["small"]).parameters())
    assert 2 * parameters < 5_000_000
