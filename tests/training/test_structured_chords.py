"""The chord recipe: the tag reads the structure, labels turn with the sound, the debug size learns and is exported."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")
pytest.importorskip("onnx", reason="needs the train extra: pip install 'descant[train]'")

from descant.analysis.beat_steps import beat_steps  # noqa: E402
from descant.analysis.structured_chords_model import STRUCTURE, StructuredChords  # noqa: E402
from descant.features.vqt import BINS  # noqa: E402
from descant.training.export import export  # noqa: E402
from descant.training.harmony_examples import recoloured, transposed  # noqa: E402
from descant.training.harness import train  # noqa: E402
from descant.training.recipe import MASK, collate  # noqa: E402
from descant.training.recipes.structured_chords import StructuredChordsRecipe, chords_of, targets, tracked  # noqa: E402
from descant.types import Beats  # noqa: E402
from descant.types.chord_vocabulary import UNKNOWN, parse  # noqa: E402

RECIPE = StructuredChordsRecipe()
DEBUG = RECIPE.sizes["debug"]


@pytest.fixture(scope="module")
def song():
    return RECIPE.examples("valid", DEBUG, debug=True)[0]


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    return train(RECIPE, "debug", tmp_path_factory.mktemp("run"))


def test_the_tag_reads_the_structure() -> None:
    torch.manual_seed(0)
    model = StructuredChords(**DEBUG.model).eval()
    state = model.state(torch.randn(1, 6, 2, BINS))
    structure = torch.rand(1, 6, STRUCTURE)
    assert (model.tags(state, structure) - model.tags(state, torch.zeros_like(structure))).abs().max() > 1e-3


def test_the_tags_loss_reaches_the_structure() -> None:
    torch.manual_seed(0)
    model = StructuredChords(**DEBUG.model).eval()
    model.logits(torch.randn(1, 6, 2, BINS))[3].logsumexp(-1).sum().backward()
    assert model.structure.weight.grad.abs().max() > 0


def test_probabilities_have_their_shapes() -> None:
    root, pitches, bass, tag = StructuredChords(**DEBUG.model).eval()(torch.randn(2, 5, 2, BINS))
    assert [tuple(one.shape) for one in (root, pitches, bass, tag)] == [(2, 5, 13), (2, 5, 12), (2, 5, 13), (2, 5, 182)]
    for one in (root, bass, tag):
        torch.testing.assert_close(one.sum(-1), torch.ones(2, 5))


def test_the_truth_turns_with_the_sound(song) -> None:
    edges = np.arange(0, 24.1, 0.5)
    plain = targets(song, edges, 0)
    true = [parse(label) for label in chords_of(song).label]
    assert plain["tag"][::2].tolist() == [one.tag for one in true]
    for up in (-5, 3):
        turned = targets(song, edges, up)
        np.testing.assert_array_equal(turned["pitch_classes"], np.roll(plain["pitch_classes"], up, axis=1))
        np.testing.assert_array_equal(turned["root"], (plain["root"] + up) % 12)
        np.testing.assert_array_equal(turned["tag"] // 12, plain["tag"] // 12)
    levels = np.zeros((1, BINS), np.float32)
    levels[0, 100] = 1.0
    assert transposed(levels, -5)[0].argmax() == 85
    assert recoloured(levels, np.random.default_rng(0)).shape == levels.shape


def test_beyond_the_truth_there_is_no_chord(song) -> None:
    beyond = targets(song, np.array([23.0, 24.0, 25.0]), 4)
    assert beyond["root"].tolist() == [beyond["root"][0], 12]
    assert not beyond["pitch_classes"][1].any()


def test_unknown_chords_teach_only_the_tag(song) -> None:
    batch = collate([RECIPE.excerpt(song, 24, np.random.default_rng(0))])
    batch["tag"][:] = UNKNOWN
    parts = RECIPE.loss(StructuredChords(**DEBUG.model).eval(), batch)
    assert parts["root"] == parts["bass"] == parts["pitch_classes"] == 0
    assert parts["tag"] > 0


def test_excerpts_have_one_length_and_say_what_is_real(song) -> None:
    for seed in range(20):
        one = RECIPE.excerpt(song, 300, np.random.default_rng(seed))
        assert {len(rows) for rows in one.values()} == {300}
        assert 0 < one[MASK].sum() < 300
        assert np.isfinite(one["frames"]).all()


def test_trackers_err() -> None:
    beats = Beats(np.arange(100) / 2, np.ones(100))
    lengths = [len(tracked(beats, np.random.default_rng(seed))) for seed in range(60)]
    assert {0, 50, 100, 199} <= set(lengths)
    assert beat_steps(tracked(beats, np.random.default_rng(1)), 50.0).edges[-1] == 50.0


def test_it_learns_and_is_exported(tmp_path, state, song) -> None:
    batch = collate([RECIPE.excerpt(song, 40, np.random.default_rng(seed)) for seed in range(4)])
    torch.manual_seed(0)
    model = RECIPE.build(DEBUG).eval()
    fresh = RECIPE.loss(model, batch)
    model.load_state_dict(state.best)
    learnt = RECIPE.loss(model, batch)
    assert all(learnt[part] < 0.95 * fresh[part] for part in ("loss", "tag", "bass"))
    card = export(RECIPE, "debug", state, tmp_path).card
    assert card.parity < 1e-4
    assert card.chunk_parity < 0.05  # the GRU remembers further than the context, a little
