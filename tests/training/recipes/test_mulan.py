"""The training of MuLan's towers: which clips answer a caption, what varies, and a tiny twin that learns."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.datasets.caption_words import marked  # noqa: E402
from descant.description.hashed_words import GRAMS, WORDS, words  # noqa: E402
from descant.description.heard import STEP_COLUMNS, WHOLE_COLUMNS  # noqa: E402
from descant.description.mulan_model import MulanNet, unit  # noqa: E402
from descant.training.export import export, graph_outputs, torch_outputs  # noqa: E402
from descant.training.harness import train  # noqa: E402
from descant.training.recipes.mulan import MulanRecipe, answers, coloured, misspelt, padded, trimmed  # noqa: E402

RECIPE = MulanRecipe()


def test_clips_that_have_all_that_is_asked_answer():
    batch = {
        "asks": torch.from_numpy(np.stack([marked({"mood=sad"}), marked({"mood=sad", "tempo=slow"}), marked(set())]))[
            :, None
        ],
        "true": torch.from_numpy(
            np.stack([marked({"mood=sad"}), marked({"mood=sad", "tempo=slow"}), marked({"mood=happy"})])
        ),
        "own": torch.tensor([[0.0], [0.0], [1.0]]),
    }
    assert answers(batch, torch.eye(3)).tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]


def test_a_perfect_order_costs_less_than_a_wrong_one():
    model = RECIPE.build(RECIPE.sizes["debug"])
    assert isinstance(model, MulanNet)
    right = torch.eye(4)
    assert RECIPE.between(model, right, right, right) < RECIPE.between(model, right.roll(1, 0), right, right)


def test_all_points_have_length_one_and_empty_words_do_not_count():
    model = RECIPE.build(RECIPE.sizes["debug"]).eval()
    steps, whole = torch.rand(2, 9, STEP_COLUMNS), torch.rand(2, WHOLE_COLUMNS)
    rows = torch.from_numpy(np.stack([padded("slow piano"), padded("drums")]))
    audio, text = model(steps, whole, rows)
    assert torch.allclose(audio.norm(dim=1), torch.ones(2), atol=1e-5)
    assert trimmed(rows).shape == (2, 2, GRAMS)
    assert rows.shape == (2, WORDS, GRAMS)
    assert torch.allclose(text, unit(model.text(trimmed(rows))), atol=1e-5)


def test_what_varies_stays_near():
    rng = np.random.default_rng(0)
    steps = np.abs(rng.normal(1.0, 0.3, (12, STEP_COLUMNS))).astype(np.float32)
    found = coloured(steps, rng)
    assert found.shape == steps.shape
    assert 0.0 < np.abs(found - steps).mean() < 0.5
    assert found[:, :229].min() >= 0.0
    for seed in range(20):
        wrong = misspelt("slow piano music", np.random.default_rng(seed))
        assert abs(len(wrong) - len("slow piano music")) <= 1
        assert words(wrong)


def test_a_tiny_twin_learns_and_is_exported(tmp_path):
    state = train(RECIPE, "debug", tmp_path, device="cpu")
    assert state.best_figures["recall_10"] > 0.75  # of sixteen clips, ten by chance: 0.63
    done = export(RECIPE, "debug", state, tmp_path)
    assert done.card.parity < 1e-4
    model = RECIPE.build(RECIPE.sizes["debug"])
    model.load_state_dict(state.best)
    model.eval()
    given = {"steps": torch.rand(1, 33, STEP_COLUMNS), "whole": torch.rand(1, WHOLE_COLUMNS)}
    given["grams"] = torch.from_numpy(padded("a flute")[:2][None])
    one, other = torch_outputs(RECIPE, model, given), graph_outputs(done.path.read_bytes(), given)
    assert np.abs(one["audio"] - other["audio"]).max() < 0.02  # the graph's weights are rounded
    assert np.abs(one["text"] - other["text"]).max() < 0.02
