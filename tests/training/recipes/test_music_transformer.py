"""The Music Transformer from its recipe to its graph: what is trained is what is run, at once or step by step."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.composition.frames_before import room_to_move, rows  # noqa: E402
from descant.composition.jsb_raster import JsbRaster  # noqa: E402
from descant.composition.music_transformer import (  # noqa: E402
    READ,
    MusicTransformer,
    averaged_nll,
    draw,
    nll,
    write,
)
from descant.composition.next_token import go_on, nats  # noqa: E402
from descant.errors import MissingDataError  # noqa: E402
from descant.training.recipe import MASK  # noqa: E402
from descant.training.recipes import find  # noqa: E402
from descant.training.recipes.music_transformer import chorale_frames, token_nll, wandering  # noqa: E402
from tests.training.found import trained_and_found  # noqa: E402

RECIPE = find("music_transformer")
DEBUG = RECIPE.sizes["debug"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    with trained_and_found(RECIPE, tmp_path_factory.mktemp("music_transformer"), "nll") as found:
        yield found


@pytest.fixture
def model(trained):
    return trained[0]


@torch.no_grad()
def expected(model, piece):
    return token_nll(model, {name: torch.from_numpy(one)[None] for name, one in rows(piece).items()})[0].numpy()


def test_the_loss_falls(trained):
    _, losses = trained
    assert losses[-1] < losses[0]


def test_parallel_and_cached_and_pytorch_agree(model):
    piece = wandering(7, 80)
    parallel = nll(piece, careful=False)
    assert np.abs(parallel - expected(model, piece)).max() < 1e-4
    cached = nats(MusicTransformer(), JsbRaster(), piece.ravel().tolist()).reshape(-1, 4)
    assert np.abs(cached - parallel).max() < 1e-4


def test_a_long_piece_is_read_in_stretches(model):
    piece = wandering(7, 2 * READ + 40)
    assert np.abs(nll(piece, careful=False) - expected(model, piece)).max() < 1e-4


def test_a_memory_is_never_changed(model):
    """Two ways to go on from one place do not hear each other."""
    writer = MusicTransformer()
    memory = writer.start
    for token in wandering(2, 8).ravel().tolist()[:-2]:
        memory = writer.after(memory, token)
    first = writer.probabilities(memory)
    ways = [writer.after(writer.after(memory, token), 1) for token in (15, 20)]
    odds = [writer.probabilities(one) for one in ways]
    assert not np.allclose(*odds)
    assert np.array_equal(writer.probabilities(memory), first)
    assert first.sum() == pytest.approx(1.0)


def test_averaged_over_keys(model):
    piece = wandering(3, 16)
    odds = np.mean([np.exp(-nll(piece + by)) for by in (-1, 0, 1)], axis=0)
    assert averaged_nll(piece, range(-1, 2)) == pytest.approx(-np.log(odds))
    down, up = room_to_move(piece, JsbRaster())
    assert averaged_nll(piece, range(-60, 61)) == pytest.approx(averaged_nll(piece, range(down, up + 1)))


def test_what_is_written_keeps_to_the_raster_and_to_the_seed(model):
    raster = JsbRaster()
    given = wandering(5, 8).ravel().tolist()
    one, two, other = (go_on(MusicTransformer(), raster, np.random.default_rng(seed), 240, given) for seed in (0, 0, 1))
    assert one[: len(given)].tolist() == given
    assert raster.frames(one).shape == (68, 4)  # raises where a voice leaves its range
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_chorales_side_by_side(model):
    """Each as long as asked for; without care the odds are the model's own, and all stand in the same graph."""
    one, two = (write([24, 40, 8], np.random.default_rng(0)) for _ in range(2))
    assert [len(piece) for piece in one] == [24, 40, 8]
    assert all(map(np.array_equal, one, two))
    assert all(JsbRaster().voice_masks[np.arange(4), piece].all() for piece in one)
    assert write([], np.random.default_rng(0)) == []


def test_who_writes_side_by_side_draws_by_the_models_odds(model):
    """Drawn from a thousand times, the first soprano and the bass below it are as likely as `nll` says."""
    pieces = write([1] * 3000, np.random.default_rng(0), careful=False, temperature=1.0)
    drawn = np.array([piece[0] for piece in pieces])
    said = np.exp(-nll(drawn[:1], careful=False))[0]
    assert np.mean(drawn[:, 0] == drawn[0, 0]) == pytest.approx(said[0], abs=0.03)


def test_what_is_cool_is_likelier(model):
    """The likeliest soprano is drawn the more often the lower the temperature is."""
    likeliest = min(range(47), key=lambda token: nll(np.array([[token, 0, 0, 0]]), careful=False)[0, 0])
    first = [
        np.array([piece[0, 0] for piece in write([1] * 500, np.random.default_rng(0), temperature=heat)])
        for heat in (0.2, 1.0, 3.0)
    ]
    cold, warm, hot = (np.mean(one == likeliest) for one in first)
    assert cold > warm > hot


def test_care_is_the_odds_divided(model):
    """A piece without parallels costs less, one that has them more; whatever may be sung still sums to 1."""
    rising = np.tile([34, 29, 24, 17], (2, 1)) + np.array([[0], [2]])  # all voices a tone up: parallels everywhere
    still = np.tile([34, 29, 24, 17], (2, 1))
    assert (nll(rising)[1, 1:] > nll(rising, careful=False)[1, 1:]).any()
    assert (nll(still) <= nll(still, careful=False) + 1e-12).all()


def test_excerpts_are_moved_within_the_ranges():
    rng = np.random.default_rng(0)
    example = RECIPE.examples("train", DEBUG, debug=True)[0]
    masks, keys, openings, closes = JsbRaster().voice_masks, set(), 0, 0
    for _ in range(60):
        found = RECIPE.excerpt(example, 48, rng)
        assert found["frame"].shape == (48, 4)
        opening = found["step"][0] == 0
        assert found[MASK].sum() == (48 if opening else 40)  # what came before the head is not there to be read
        assert found[MASK][-40:].all()
        for voice in range(4):
            assert masks[voice, found["frame"][:, voice]].all()
        openings += opening
        closes += found["step"][-1] == 95
        keys.add(int(found["frame"][0, 0] - example["frame"][found["step"][0], 0]))
    assert len(keys) > 4
    assert 10 < openings < 35
    assert 10 < closes < 35
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
    assert 2 * parameters < 8_000_000


def test_what_is_drawn_costs_what_it_costs(model):
    """Nats told while drawing, after given frames and under a rule, are those of the whole piece read at once."""
    given = wandering(3, 12)

    def rule(step, last, above):
        assert step >= 12
        return np.broadcast_to(np.arange(47) % 2 == above.shape[1] % 2, (len(last), 47))

    found = draw([9, 5, 7], np.random.default_rng(0), given=given, rule=rule)
    assert [len(one.frames) for one in found] == [21, 17, 19]
    for one in found:
        assert np.array_equal(one.frames[:12], given)
        assert (one.frames[12:] % 2 == [0, 1, 0, 1]).all()
        assert np.abs(one.nats[12:] - nll(one.frames, careful=False)[12:]).max() < 1e-4
        assert not one.nats[:12].any()


def test_a_key_that_is_kept_is_heard(model):
    """Even to a model that knows next to nothing, pitches foreign to the key are drawn less often."""
    (found,) = draw([64], np.random.default_rng(0), key=2, careful=False)
    (other,) = draw([64], np.random.default_rng(0), careful=False)
    black = [np.isin((one.frames + JsbRaster().lowest - 1) % 12, [0, 3, 5, 8, 10]).mean() for one in (found, other)]
    assert black[0] < black[1] - 0.05
