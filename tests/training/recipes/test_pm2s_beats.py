"""The training of `pm2s_beats`: what varies stays the same music, unknown metres do not count, a tiny twin learns."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.analysis.note_clusters import clusters  # noqa: E402
from descant.training.export import export  # noqa: E402
from descant.training.harness import train  # noqa: E402
from descant.training.metre_examples import IGNORED  # noqa: E402
from descant.training.recipe import collate, cut  # noqa: E402
from descant.training.recipes.pm2s_beats import Pm2SBeatsRecipe, marches, varied  # noqa: E402
from descant.types import Notes  # noqa: E402

RECIPE = Pm2SBeatsRecipe()
DEBUG = RECIPE.sizes["debug"]


def batch(**changes):
    one = {**marches(0), **changes}
    return collate([cut({name: rows for name, rows in one.items() if name != "time"}, 0, len(one["beat"]))])


def test_marches_have_a_downbeat_in_every_bar():
    for seed in range(4):
        one = marches(seed)
        assert one["downbeat"].sum() == 16
        assert one["beat"].sum() in (32, 48, 64)


def test_another_key_is_as_if_it_had_been_played_so():
    onset = np.arange(12) * 0.5
    rows = [clusters(Notes(onset, onset + 0.4, 60 + up + np.arange(12) % 5, np.full(12, 80))).features for up in (0, 3)]
    for seed in range(200):
        found = varied(rows[0], np.random.default_rng(seed))
        if np.array_equal(found[:, :36], rows[1][:, :36]):
            return
    pytest.fail("three semitones up are never tried")


def test_a_slower_piece_has_longer_notes_and_distances():
    rows = marches(0)["frames"]
    found = varied(rows, np.random.default_rng(1))
    apart = (found - rows)[:, 47:]
    assert np.allclose(apart, apart[0, 0], atol=1e-5)
    assert (found[:, 41:44] - rows[:, 41:44]).mean() == pytest.approx(apart[0, 0], abs=0.1)


def test_a_metre_that_is_not_known_does_not_count():
    torch.manual_seed(0)
    model = RECIPE.build(DEBUG).eval()
    metre = marches(0)["metre"]
    known, unknown = (RECIPE.loss(model, batch(metre=one)) for one in (metre, np.full_like(metre, IGNORED)))
    assert float(known["metre"].detach()) > 0
    assert float(unknown["metre"].detach()) == 0
    assert float(known["beats"].detach()) == float(unknown["beats"].detach())


def test_the_tiny_twin_learns_and_is_exported(tmp_path):
    state = train(RECIPE, "debug", tmp_path / "run")
    torch.manual_seed(0)
    fresh = RECIPE.score(RECIPE.build(DEBUG).eval(), RECIPE.examples("valid", DEBUG, debug=True), DEBUG)
    assert state.best_score > fresh["score"]
    card = export(RECIPE, "debug", state, tmp_path).card
    assert card.parity < 1e-4
    assert card.chunk_parity <= RECIPE.chunk_parity
