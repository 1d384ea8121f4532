"""The training of `drums`: targets by hand, the loss weighs covered strokes down, a tiny twin learns."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.training.export import export  # noqa: E402
from descant.training.harness import train  # noqa: E402
from descant.training.recipe import collate, cut  # noqa: E402
from descant.training.recipes.drums import DrumsRecipe, coloured, pooled_f1, strokes_of, targets  # noqa: E402
from descant.types import Notes  # noqa: E402


def notes_at(times, keys, confidence):
    times = np.asarray(times, dtype=float)
    return Notes(times, times + 0.05, keys, [127] * len(times), confidence=confidence)


def test_a_stroke_is_a_triangle_and_its_weight_is_how_well_it_is_heard():
    found = targets(notes_at([0.2, 0.41], [36, 38], [1.0, 0.25]), 50)
    np.testing.assert_allclose(found["onset"][8:13, 0], [0, 1 / 3, 1, 1 / 3, 0], atol=1e-6)
    np.testing.assert_allclose(found["onset"][19:23, 1], [0, 2 / 3, 2 / 3, 0], atol=1e-6)  # between frames 20 and 21
    assert found["weight"][20, 1] == 0.25
    assert found["weight"][20, 0] == 1.0
    assert found["velocity"][10, 0] == 1.0


def test_of_strokes_on_one_frame_the_better_heard_one_counts():
    found = targets(notes_at([0.2, 0.2], [36, 35], [0.1, 0.9]), 20)
    assert found["weight"][10, 0] == pytest.approx(0.9)


def test_what_is_no_drum_that_is_asked_for_is_no_target():
    assert not targets(notes_at([0.2], [54], [1.0]), 20)["onset"].any()


def test_strokes_come_back_from_the_targets_unless_they_are_covered():
    one = targets(notes_at([0.2, 0.6, 0.9], [38, 38, 38], [1.0, 0.1, 0.5]), 60)
    np.testing.assert_allclose(strokes_of(one, 1), [0.2, 0.9], atol=0.005)


def test_the_loss_hardly_minds_a_covered_stroke():
    recipe = DrumsRecipe()
    torch.manual_seed(0)
    model = recipe.build(recipe.sizes["debug"]).eval()
    losses = {}
    for heard in (0.0, 1.0):
        example = {"frames": np.zeros((40, 229), np.float32), **targets(notes_at([0.4], [36], [heard]), 40)}
        losses[heard] = float(recipe.loss(model, collate([cut(example, 0, 40)]))["loss"].detach())
    assert losses[0.0] < losses[1.0]


def test_f1_is_pooled_over_recordings():
    assert pooled_f1([np.array([1.0, 2.0])], [np.array([1.04, 3.0])]) == 0.5
    assert pooled_f1([np.zeros(0)], [np.zeros(0)]) == 1.0


def test_colouring_keeps_silence_silent_enough_and_is_repeatable():
    frames = np.abs(np.random.default_rng(0).normal(size=(30, 229))).astype(np.float32)
    one, other = (coloured(frames, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert one.dtype == np.float32
    assert np.all(np.isfinite(one))
    assert np.all(one >= 0)


def test_the_tiny_twin_learns_and_is_exported(tmp_path):
    state = train(DrumsRecipe(), "debug", tmp_path / "run")
    assert state.best_score > 0.7
    done = export(DrumsRecipe(), "debug", state, tmp_path)
    assert done.card.parity < 1e-4
    assert done.card.chunk_parity < 1e-4  # the context is as long as the network sees
