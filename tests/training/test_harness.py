"""Trainings fall, resume bit by bit after a kill, stop early, and leave a log and a plot."""

import csv

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.errors import InvalidValueError, MissingDataError  # noqa: E402
from descant.training.harness import schedule, train  # noqa: E402
from descant.training.recipe import MASK, Size, cut  # noqa: E402
from tests.training.tiny import TinyRecipe  # noqa: E402


def test_the_loss_falls_and_is_logged_and_drawn(tmp_path):
    train(TinyRecipe(), "debug", tmp_path)
    rows = list(csv.DictReader((tmp_path / "log.csv").open()))
    assert [int(row["step"]) for row in rows] == [5, 10, 15, 20, 25, 30]
    assert float(rows[-1]["train_loss"]) < 0.8 * float(rows[0]["train_loss"])
    assert float(rows[-1]["valid_score"]) > float(rows[0]["valid_score"])
    assert (tmp_path / "loss.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize("killed_after", [10, 13])  # at a checkpoint, and between two
def test_a_killed_training_resumes_bit_by_bit(tmp_path, killed_after):
    whole = train(TinyRecipe(), "debug", tmp_path / "whole", seed=3)
    train(TinyRecipe(), "debug", tmp_path / "killed", seed=3, stop_after=killed_after)
    resumed = train(TinyRecipe(), "debug", tmp_path / "killed", seed=3, resume=True)
    assert resumed.best_score == whole.best_score
    for name in whole.best:
        assert torch.equal(whole.best[name], resumed.best[name])
        assert torch.equal(whole.model[name], resumed.model[name])
    assert (tmp_path / "whole" / "log.csv").read_bytes() == (tmp_path / "killed" / "log.csv").read_bytes()


def test_another_seed_is_another_training(tmp_path):
    one, other = (train(TinyRecipe(), "debug", tmp_path / str(seed), seed=seed) for seed in (0, 1))
    assert any(not torch.equal(one.best[name], other.best[name]) for name in one.best)


def test_stops_when_it_no_longer_improves(tmp_path):
    class Worse(TinyRecipe):
        def score(self, model, examples, size):
            self.checks = getattr(self, "checks", 0) + 1
            return {"score": -float(self.checks)}

    recipe = Worse()
    recipe.sizes = {"debug": Size(steps=100, frames=50, check_every=5, patience=3)}
    state = train(recipe, "debug", tmp_path)
    assert (state.step, state.best_step) == (20, 5)


def test_wrong_size_and_nothing_to_resume(tmp_path):
    with pytest.raises(InvalidValueError, match="no size 'huge'; choose from debug"):
        train(TinyRecipe(), "huge", tmp_path)
    with pytest.raises(MissingDataError, match="no checkpoint to resume from"):
        train(TinyRecipe(), "debug", tmp_path, resume=True)


def test_short_examples_are_filled_up_and_masked():
    part = cut({"frames": np.ones((3, 2), np.float16), "label": np.arange(3)}, 1, 5)
    assert part["frames"].shape == (5, 2)
    assert part["frames"].dtype == np.float32
    assert part["label"].tolist() == [1, 2, 0, 0, 0]
    assert part[MASK].tolist() == [1, 1, 0, 0, 0]


def test_the_learning_rate_rises_and_falls():
    rates = [schedule(step, 1000) for step in range(1000)]
    assert np.argmax(rates) in (49, 50)
    assert max(rates) <= 1.0
    assert rates[-1] == pytest.approx(0.02, abs=1e-3)
