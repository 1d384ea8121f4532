"""The training of `instruments`: the loss sees clips only, and the frames learn where a tag holds all the same."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.analysis.instruments import LABELS  # noqa: E402
from descant.analysis.instruments_model import pooled  # noqa: E402
from descant.training.export import export  # noqa: E402
from descant.training.harness import train  # noqa: E402
from descant.training.recipe import collate  # noqa: E402
from descant.training.recipes.instruments import UNKNOWN, InstrumentsRecipe, activity  # noqa: E402
from descant.types import ControlChange, Notes, Part  # noqa: E402
from descant.types.instruments import DRUMS, INSTRUMENTS  # noqa: E402


def test_activity_follows_notes_pedal_and_strokes():
    notes = Notes(
        [0.0, 1.0, 2.0],
        [0.5, 1.2, 2.02],
        [60, 40, 36],
        [80] * 3,
        [0, 1, 2],
        (Part("", 0), Part("", 33), Part("", 0, drum=True)),
        controls=(ControlChange(0, 0.1, 64, 127), ControlChange(0, 1.5, 64, 0)),
    )
    active = activity(notes, "rock", 150)
    piano, bass, rock = LABELS.index("piano"), LABELS.index("bass"), LABELS.index("rock")
    assert np.flatnonzero(active[:, piano]).tolist() == list(range(75))
    assert np.flatnonzero(active[:, bass]).tolist() == list(range(50, 60))
    assert np.flatnonzero(active[:, DRUMS])[0] == 100
    assert np.all(active[:, rock] == 1)
    assert active.sum(axis=0).astype(bool).sum() == 4
    assert np.all(activity(notes, "", 10)[:, len(INSTRUMENTS) :] == UNKNOWN)


def test_an_excerpt_says_what_sounds_in_it_but_not_when():
    recipe = InstrumentsRecipe()
    active = np.zeros((200, len(LABELS)), np.int8)
    active[50:100, 0] = 1
    active[50:55, 1] = 1  # too short to be a label
    active[:, -1] = UNKNOWN
    example = {"frames": np.zeros((200, 229), np.float16), "active": active}
    found = recipe.excerpt(example, 200, np.random.default_rng(0))
    assert set(found) == {"frames", "mask", "clip", "known"}
    assert np.flatnonzero(found["clip"]).tolist() == [0]
    assert found["known"][-1] == 0.0
    assert found["known"][:-1].all()


def test_the_clip_is_the_mean_weighted_by_attention_over_real_frames():
    values, attention = torch.tensor([[[0.2], [0.8], [1.0]]]), torch.tensor([[[1.0], [3.0], [9.0]]])
    found = pooled(values, attention, torch.tensor([[1.0, 1.0, 0.0]]))
    assert float(found) == pytest.approx((0.2 + 3 * 0.8) / 4)


def test_unknown_genres_do_not_enter_the_loss():
    recipe = InstrumentsRecipe()
    torch.manual_seed(0)
    model = recipe.build(recipe.sizes["debug"]).eval()
    example = {"frames": np.zeros((60, 229), np.float16), "active": np.zeros((60, len(LABELS)), np.int8)}
    batch = collate([recipe.excerpt(example, 60, np.random.default_rng(0))])
    batch["known"][:] = 0
    assert float(recipe.loss(model, batch)["loss"].detach()) == 0.0


def test_the_tiny_twin_learns_when_tags_hold_from_clips_alone(tmp_path):
    recipe = InstrumentsRecipe()
    size = recipe.sizes["debug"]
    with torch.no_grad():
        untaught = recipe.score(recipe.build(size).eval(), recipe.examples("valid", size, True), size)
    state = train(recipe, "debug", tmp_path / "run")
    assert state.best_figures["frame_area"] > 0.7 > untaught["frame_area"]
    assert export(recipe, "debug", state, tmp_path).card.chunk_parity < 1e-4
