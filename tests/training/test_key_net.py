"""The key recipe: transposition holds by construction, the debug size learns and is exported."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")
pytest.importorskip("onnx", reason="needs the train extra: pip install 'descant[train]'")

from descant.analysis.key_net import NONE  # noqa: E402
from descant.analysis.key_net_model import KeyNet  # noqa: E402
from descant.features.vqt import BINS  # noqa: E402
from descant.training.export import export  # noqa: E402
from descant.training.harness import train  # noqa: E402
from descant.training.recipe import MASK  # noqa: E402
from descant.training.recipes.key_net import KeyNetRecipe, number_of  # noqa: E402

RECIPE = KeyNetRecipe()
DEBUG = RECIPE.sizes["debug"]


def test_an_octave_up_is_the_same_key_and_a_semitone_up_the_next() -> None:
    torch.manual_seed(0)
    model = KeyNet(**DEBUG.model).eval()
    for octave in range(1, 8):  # every octave weighs alike here
        model.fold.weight.data[:, octave::8] = model.fold.weight.data[:, 0::8]
    levels = torch.zeros(1, 20, BINS)
    levels[..., 117 : 117 + 36] = torch.rand(36)
    plain, octave, up = (model.logits(levels.roll(3 * shift, 2)) for shift in (0, 12, 1))
    torch.testing.assert_close(octave, plain, atol=1e-4, rtol=1e-4)
    for mode in (slice(0, 12), slice(12, 24)):
        torch.testing.assert_close(up[..., mode], plain[..., mode].roll(1, -1), atol=1e-4, rtol=1e-4)


def test_keys_have_numbers() -> None:
    assert [number_of(key) for key in ("C major", "B major", "C minor", "Gb major", "N")] == [0, 11, 12, 6, NONE]


def test_excerpts_turn_the_key_and_hold_noise_without_one() -> None:
    song = RECIPE.examples("valid", DEBUG, debug=True)[0]
    seen: set[int] = set()
    for seed in range(60):
        one = RECIPE.excerpt(song, 50, np.random.default_rng(seed))
        assert one["frames"].shape == (50, BINS)
        assert one[MASK].sum() == 20
        seen |= set(one["key"][:20].tolist())
    assert NONE in seen
    assert len(seen) >= 12  # the song in many keys
    assert len({key // 12 for key in seen - {NONE}}) == 1  # all of one mode


def test_it_learns_and_is_exported(tmp_path) -> None:
    state = train(RECIPE, "debug", tmp_path / "run")
    torch.manual_seed(0)
    fresh = RECIPE.score(RECIPE.build(DEBUG).eval(), RECIPE.examples("valid", DEBUG, debug=True), DEBUG)
    assert state.best_figures["log loss"] < fresh["log loss"]
    card = export(RECIPE, "debug", state, tmp_path).card
    assert card.parity < 1e-4
    assert card.chunk_parity < 1e-4
