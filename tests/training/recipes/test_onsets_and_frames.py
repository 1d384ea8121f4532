import pytest

pytestmark = pytest.mark.train
pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.training import harness  # noqa: E402
from descant.training.export import export  # noqa: E402
from descant.training.recipes import find  # noqa: E402


def test_trains_and_exports(tmp_path):
    recipe, losses = find("onsets_and_frames"), []
    state = harness.train(recipe, "debug", tmp_path, device="cpu", progress=lambda *at: losses.append(at[2]["loss"]))
    assert losses[-1] < losses[0]
    card = export(recipe, "debug", state, tmp_path / "weights").card
    assert card.parity <= 1e-4
    assert card.chunk_parity <= 1e-3
