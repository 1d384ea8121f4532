"""What is shipped is what its card says, and small enough."""

import hashlib

import numpy as np
import pytest

from descant import weights
from descant.errors import MissingDataError
from descant.evaluation.rows import saved_rows
from descant.registry import transforms

SHIPPED = weights.names()
KINDS = {"tensor(float)": np.float32, "tensor(int64)": np.int64}
OF_SEVERAL = ("modular_harmony", "getmusic")  # systems of several networks
UNREGISTERED = ("music_transformer_accompaniment",)  # run by a function alone
COMPOSING = ("discrete_diffusion", "getmusic", "music_transformer")
MB = {True: 27.0, False: 30.0}  # all that compose together; all that listen and read


@pytest.mark.parametrize("name", SHIPPED)
def test_a_card_describes_its_file(name):
    card, path = weights.find(name)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == card.sha256
    assert card.parity <= 1e-4
    assert card.data
    assert card.parameters > 0
    assert card.validation
    assert path.stat().st_size < 9e6


@pytest.mark.parametrize("name", SHIPPED)
def test_a_card_has_figures_with_their_baselines(name):
    if not saved_rows("ears"):
        pytest.skip("descant evaluate ears has not been run on these weights yet")
    figures = weights.find(name)[0].figures
    assert figures, "renew the cards: make docs"
    assert all({"task", "data", "metric", "value"} <= set(row) for row in figures)
    assert any("baseline" in row for row in figures)


def system_of(name):
    return next((one for one in OF_SEVERAL if name.startswith(one)), name)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_registry_tells_its_size(name):
    systems = {system_of(one) for one in SHIPPED}
    run = {one: [system for system in systems if one.name.replace("-", "_").startswith(system)] for one in transforms()}
    running = [one for one, found in run.items() if found and max(found, key=len) == system_of(name)]
    assert bool(running) != (name in UNREGISTERED)
    size = sum(weights.find(one)[1].stat().st_size for one in SHIPPED if system_of(one) == system_of(name))
    assert [one.size for one in running] == pytest.approx([size] * len(running), rel=0.02)


@pytest.mark.parametrize(("composing", "limit"), MB.items())
def test_all_together_are_small(composing, limit):
    names = [name for name in SHIPPED if name.startswith(COMPOSING) == composing]
    assert sum(weights.find(name)[1].stat().st_size for name in names) < limit * 1e6


@pytest.mark.parametrize("name", SHIPPED)
def test_a_model_runs_and_gives_the_same_twice(name):
    model = weights.load(name)
    given = model.session.get_inputs()
    length = 60 if len(given) == 1 else 8  # of axes of any length
    inputs = {
        one.name: np.zeros([axis if isinstance(axis, int) else length for axis in one.shape], KINDS[one.type])
        for one in given
    }
    first, second = model.run(inputs), model.run(inputs)
    for output in first:
        assert np.isfinite(first[output]).all()
        np.testing.assert_array_equal(first[output], second[output])


def test_a_missing_model_is_named():
    with pytest.raises(MissingDataError, match="the model nonesuch is not part of this installation"):
        weights.load("nonesuch")
