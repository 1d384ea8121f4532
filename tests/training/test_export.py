"""What is exported computes what was trained, whole and in chunks, and says what it is."""

import hashlib

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")
pytest.importorskip("onnx", reason="needs the train extra: pip install 'descant[train]'")

from descant import weights  # noqa: E402
from descant.errors import InvalidValueError  # noqa: E402
from descant.training import export as exporting  # noqa: E402
from descant.training.export import export  # noqa: E402
from descant.training.harness import train  # noqa: E402
from descant.weights.card import read_card  # noqa: E402
from tests.training.tiny import TinyRecipe  # noqa: E402


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    return train(TinyRecipe(), "debug", tmp_path_factory.mktemp("run"))


def test_graph_and_card(tmp_path, state, monkeypatch):
    done = export(TinyRecipe(), "debug", state, tmp_path)
    assert done.card.parity < 1e-4
    assert done.card.chunk_parity < 1e-5
    assert done.card.parameters == 20 * 64 * 5 + 64 + 64 * 8 + 8
    assert done.card.sha256 == hashlib.sha256(done.path.read_bytes()).hexdigest()
    read = read_card(done.path.with_suffix(".toml"))
    assert (read.system, read.data, read.steps, read.context) == ("none", ("noise, made up",), state.best_step, 2)
    assert read.validation["score"] == pytest.approx(state.best_score, rel=1e-5)

    monkeypatch.setenv(weights.FOLDER_VARIABLE, str(tmp_path))
    frames = np.random.default_rng(0).normal(size=(1, 33, 20)).astype(np.float32)
    heard = weights.load("tiny").run({"frames": frames})["positive"]
    model = TinyRecipe().build(None)
    model.load_state_dict(state.best)
    model.eval()
    exporting.round_weights(model)
    np.testing.assert_allclose(heard, model(torch.from_numpy(frames)).detach().numpy(), atol=1e-5)


def test_large_weights_are_stored_in_16_bits(tmp_path, state):
    import onnx

    graph = onnx.load(export(TinyRecipe(), "debug", state, tmp_path).path).graph
    kinds = {tensor.name: tensor.data_type for tensor in graph.initializer if np.prod(tensor.dims) >= 256}
    assert kinds
    assert set(kinds.values()) == {onnx.TensorProto.FLOAT16}


def test_what_does_not_agree_is_not_written(tmp_path, state, monkeypatch):
    monkeypatch.setattr(exporting, "torch_outputs", lambda *_: {"positive": np.zeros((100, 8), np.float32)})
    with pytest.raises(InvalidValueError, match="differ by"):
        export(TinyRecipe(), "debug", state, tmp_path / "out")
    assert not (tmp_path / "out").exists()
