"""What holds for every recipe: the debug size builds at once, and a killed training goes on bit by bit."""

import time

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.errors import InvalidValueError  # noqa: E402
from descant.training.harness import train  # noqa: E402
from descant.training.recipes import find, names  # noqa: E402


@pytest.mark.parametrize("name", names())
def test_the_debug_size_builds_in_milliseconds(name):
    recipe = find(name)
    taken = []
    for _ in range(4):  # the first imports and compiles; a busy machine may hold up another
        start = time.perf_counter()
        recipe.build(recipe.sizes["debug"])
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.1


@pytest.mark.parametrize("name", names())
def test_a_killed_training_resumes_bit_by_bit(name, tmp_path):
    size = find(name).sizes["debug"]
    whole = train(find(name), "debug", tmp_path / "whole", device="cpu")
    train(find(name), "debug", tmp_path / "killed", device="cpu", stop_after=min(size.check_every + 1, size.steps))
    resumed = train(find(name), "debug", tmp_path / "killed", device="cpu", resume=True)
    assert whole.step == resumed.step
    for one in whole.model:
        assert torch.equal(whole.model[one], resumed.model[one])
    assert (tmp_path / "whole" / "log.csv").read_bytes() == (tmp_path / "killed" / "log.csv").read_bytes()


def test_another_seed_cannot_go_on(tmp_path):
    train(find("key_net"), "debug", tmp_path, device="cpu")
    with pytest.raises(InvalidValueError, match="has the seed 0, so --seed 1 cannot go on"):
        train(find("key_net"), "debug", tmp_path, seed=1, resume=True, device="cpu")
