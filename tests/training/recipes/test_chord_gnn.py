"""The training of `chord_gnn`: excerpts stay the same music in another key, a tiny twin learns, resumes and exports."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.harmony.note_features import SIGNATURES, SPELLINGS  # noqa: E402
from descant.harmony.roman import CLASSES, HEADS, KEYS, ROOTS  # noqa: E402
from descant.training.export import export  # noqa: E402
from descant.training.harness import train  # noqa: E402
from descant.training.recipe import collate  # noqa: E402
from descant.training.recipes.chord_gnn import ChordGnnRecipe, cadences  # noqa: E402
from descant.training.roman_examples import IGNORED, NOTES_AN_ONSET, example, excerpt, transposed  # noqa: E402

RECIPE = ChordGnnRecipe()
DEBUG = RECIPE.sizes["debug"]
KEY, ROOT = HEADS.index("key"), HEADS.index("root")


def test_transposed_to_all_keys_with_what_is_said_of_it():
    rows = example(cadences(0))
    plain = rows["notes"][:, :SPELLINGS].argmax(axis=1)
    keys = set()
    for seed in range(60):
        found = transposed(rows, np.random.default_rng(seed))
        up = found["classes"][0, KEY] - rows["classes"][0, KEY]
        assert np.all((found["classes"] - rows["classes"])[:, ROOT] == up)
        others = [at for at in range(len(HEADS) + 1) if at not in (KEY, ROOT)]
        assert np.array_equal(found["classes"][:, others], rows["classes"][:, others])
        assert np.all(found["notes"][:, :SPELLINGS].argmax(axis=1) - plain == up)
        assert np.all(found["notes"][:, :SPELLINGS].sum(axis=1) == 1)
        moved = found["onsets"][:, :SIGNATURES].argmax(axis=1) - rows["onsets"][:, :SIGNATURES].argmax(axis=1)
        assert np.all(moved == up)
        keys.add(KEYS[found["classes"][0, KEY]][0])
    assert keys == set(range(-7, 8))


def test_an_excerpt_starts_anywhere_and_is_filled_up():
    rows = example(cadences(1))
    starts = {tuple(excerpt(rows, 8, np.random.default_rng(seed))["classes"][:, 1].tolist()) for seed in range(30)}
    assert len(starts) > 3
    found = excerpt(rows, 40, np.random.default_rng(0))  # longer than the piece
    assert found["classes"].shape == (40, len(HEADS) + 1)
    assert np.all(found["classes"][32:] == IGNORED)
    assert np.all(found["gap"][32:] == 0)
    assert len(found["notes"]) == NOTES_AN_ONSET * 40


def test_what_is_filled_up_does_not_count():
    torch.manual_seed(0)
    model = RECIPE.build(DEBUG).eval()
    rows = example(cadences(2))
    one = excerpt(rows, 40, np.random.default_rng(0))
    changed = {**one, "classes": one["classes"].copy(), "onsets": one["onsets"].copy()}
    changed["classes"][32:] = 1
    losses = [float(RECIPE.loss(model, collate([part]))["loss"].detach()) for part in (one, changed)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)
    assert losses[0] > 0


def test_the_score_is_the_share_of_time():
    class Knows(torch.nn.Module):
        def forward(self, *inputs):
            classes = torch.from_numpy(RECIPE.examples("valid", DEBUG, debug=True)[0]["classes"])
            first = np.flatnonzero(np.diff(rows["time"][:, 0], prepend=-1))
            one_hot = torch.nn.functional.one_hot
            heads = [one_hot(classes[first, at], CLASSES[head])[None].float() for at, head in enumerate(HEADS)]
            heads[KEY][:, :8] = 0  # a quarter of the time it says the first class
            return (*heads, torch.zeros(1, len(first)))

    rows = RECIPE.examples("valid", DEBUG, debug=True)[0]
    found = RECIPE.score(Knows(), [rows], DEBUG)
    assert found["root"] == pytest.approx(1)
    assert found["key"] == found["roman"] == found["score"] == pytest.approx(0.75)
    assert len(ROOTS) == CLASSES["root"]


def test_the_tiny_twin_learns_resumes_and_is_exported(tmp_path):
    whole = train(RECIPE, "debug", tmp_path / "whole")
    train(RECIPE, "debug", tmp_path / "cut", stop_after=15)
    resumed = train(RECIPE, "debug", tmp_path / "cut", resume=True)
    assert all(torch.equal(one, other) for one, other in zip(whole.best.values(), resumed.best.values(), strict=True))

    torch.manual_seed(0)
    batch = collate([excerpt(example(cadences(seed)), 16, np.random.default_rng(0)) for seed in range(3)])
    fresh, learned = RECIPE.build(DEBUG).eval(), RECIPE.build(DEBUG).eval()
    learned.load_state_dict(whole.average)
    before, after = (float(RECIPE.loss(one, batch)["loss"].detach()) for one in (fresh, learned))
    assert after < 0.8 * before
    assert export(RECIPE, "debug", whole, tmp_path).card.parity < 1e-4
