"""The network of `chord_gnn`: sizes, and that it does not matter in what company a graph is."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.harmony.chord_gnn import chord_gnn  # noqa: E402
from descant.harmony.chord_gnn_model import mean_of  # noqa: E402
from descant.harmony.roman import CLASSES, HEADS  # noqa: E402
from descant.training.export import export, graph, graph_outputs, torch_outputs  # noqa: E402
from descant.training.harness import train  # noqa: E402
from descant.training.recipe import collate  # noqa: E402
from descant.training.recipes.chord_gnn import INPUTS, ChordGnnRecipe, cadences, joined, whole  # noqa: E402
from descant.training.roman_examples import example, filled, graph_arrays  # noqa: E402
from tests.scores import full_score  # noqa: E402

RECIPE = ChordGnnRecipe()
DEBUG = RECIPE.sizes["debug"]


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return RECIPE.build(DEBUG).eval()


def test_means_of_groups():
    rows = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    found = mean_of(rows, torch.tensor([2, 0, 2]), 4)
    assert found.tolist() == [[3, 4], [0, 0], [3, 4], [0, 0]]


@torch.no_grad()
def test_outputs_and_graphs_beside_each_other(model):
    one, other = (example(cadences(seed)) for seed in (0, 1))
    alone = [model(*joined(whole(rows))) for rows in (one, other)]
    both = model(*joined(collate([filled(rows, 32) for rows in (one, other)])))
    for at, head in enumerate((*HEADS, "start")):
        assert both[at].shape == ((2, 32) if head == "start" else (2, 32, CLASSES[head]))
        for row in (0, 1):
            assert torch.allclose(both[at][row], alone[row][at][0], atol=1e-5)


def test_onnx_says_the_same_of_graphs_of_any_size(model):
    data = graph(RECIPE, model, "debug")
    for rows in (example(cadences(5)), one_note()):
        inputs = dict(zip(INPUTS, joined(whole(rows)), strict=True))
        mine, theirs = torch_outputs(RECIPE, model, inputs), graph_outputs(data, inputs)
        assert all(np.abs(mine[name] - theirs[name]).max() < 1e-4 for name in mine)


def one_note():
    return {name: rows[:1] for name, rows in example(cadences(0)).items()}


def test_one_note_has_no_edges():
    assert graph_arrays(one_note())["edges"].shape == (0, 3)


def test_weights_that_were_trained_read_a_score(tmp_path, monkeypatch):
    from descant import weights

    export(RECIPE, "debug", train(RECIPE, "debug", tmp_path / "run", stop_after=10), tmp_path / "weights")
    monkeypatch.setenv(weights.FOLDER_VARIABLE, str(tmp_path / "weights"))
    weights.load.cache_clear()
    try:
        found, again = chord_gnn(full_score()), chord_gnn(full_score())
    finally:
        weights.load.cache_clear()
    assert found.start[0] == min(float(one.onset) for one in full_score().sounding() if one.drum is None)
    assert np.all((found.confidence > 0) & (found.confidence <= 1))
    assert (found.start.tolist(), found.key, found.figure) == (again.start.tolist(), again.key, again.figure)
