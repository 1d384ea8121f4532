"""The network of `melody`: its sizes, that ONNX says the same, and what varies its excerpts."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.harmony.melody_features import FEATURES  # noqa: E402
from descant.training.export import graph, graph_outputs, torch_outputs  # noqa: E402
from descant.training.melody_examples import as_played, excerpt, rows_of, varied  # noqa: E402
from descant.training.recipe import MASK  # noqa: E402
from descant.training.recipes.melody import MelodyRecipe, songs  # noqa: E402

RECIPE = MelodyRecipe()
DEBUG = RECIPE.sizes["debug"]


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return RECIPE.build(DEBUG).eval()


def test_onnx_says_the_same_of_pieces_of_any_length(model):
    data = graph(RECIPE, model, "debug")
    for notes in (1, 40):
        inputs = {"notes": torch.from_numpy(as_played(songs(0))["frames"][:notes])[None]}
        mine, theirs = torch_outputs(RECIPE, model, inputs), graph_outputs(data, inputs)
        assert mine["tune"].shape == (1, notes)
        assert np.abs(mine["tune"] - theirs["tune"]).max() < 1e-4


def test_what_is_shipped_is_small():
    parameters = sum(one.numel() for one in RECIPE.build(RECIPE.sizes["small"]).parameters())
    assert 2 * parameters < 300_000


def test_excerpts_have_one_length():
    rng = np.random.default_rng(0)
    for _ in range(20):
        found = excerpt(songs(1), 100, rng)
        assert found["frames"].shape == (100, FEATURES)
        assert found["tune"].shape == found[MASK].shape == (100,)
        assert np.isfinite(found["frames"]).all()
        assert not found["tune"][found[MASK] == 0].any()
    assert excerpt(songs(1), 1000, rng)[MASK].sum() < 1000


def test_varied_notes_stay_in_order():
    rng = np.random.default_rng(0)
    moved = set()
    for _ in range(60):
        times, pitch, tune = varied(songs(1), rng)
        assert np.all(np.diff(times[:, 0]) >= 0)
        assert np.all(times[:, 1] > 0)
        if tune.any() and not tune.all():
            moved.add(float(np.median(pitch[tune])) < np.max(pitch[~tune]))
    assert moved == {False, True}  # the tune is not always on top


def test_what_doubles_the_tune_is_the_tune():
    seconds = np.array([[0.0, 1.0], [0.01, 1.0], [0.5, 0.5]])
    rows = rows_of(seconds, seconds, np.array([72, 72, 60]), np.array([0, 1, 1]), np.array([True, False, False]))
    assert as_played(rows)["tune"].tolist() == [1, 1, 0]
