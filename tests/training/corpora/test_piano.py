import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.training.corpora.piano import HIGHEST, LIFTED, LOWEST, one_piano, struck_once  # noqa: E402
from descant.types import ControlChange, Notes, Part  # noqa: E402

PARTS = (Part("melody"), Part("piano"))


def test_a_key_that_two_parts_strike_is_struck_once():
    notes = Notes(
        np.array([0.0, 0.01, 0.5]),
        np.array([0.4, 0.8, 1.0]),
        np.array([60, 60, 60]),
        np.array([50, 90, 70]),
        np.array([0, 1, 0]),
        PARTS,
    )
    found = struck_once(notes)
    assert found.onset.tolist() == [0.0, 0.5]
    assert found.offset.tolist() == [0.5 - LIFTED, 1.0]
    assert found.velocity.tolist() == [90, 70]
    assert len(found.parts) == 1


def test_the_pedal_is_that_of_one_part():
    controls = (ControlChange(0, 0.1, 7, 90), ControlChange(1, 0.2, 64, 127), ControlChange(1, 0.3, 64, 0))
    notes = Notes(np.zeros(1), np.ones(1), np.array([60]), np.array([60]), parts=PARTS, controls=controls)
    assert [(one.part, one.time) for one in struck_once(notes).controls] == [(0, 0.2), (0, 0.3)]


@pytest.mark.parametrize("seed", range(5))
def test_a_transposed_piece_stays_on_the_keyboard(seed):
    pitch = np.array([LOWEST, 60, HIGHEST - 3])
    notes = Notes(np.arange(3.0), np.arange(3.0) + 0.5, pitch, np.array([20, 60, 100]))
    found = one_piano(notes, np.random.default_rng(seed))
    assert len(set((found.pitch - pitch).tolist())) == 1
    assert found.pitch.min() >= LOWEST
    assert found.pitch.max() <= HIGHEST
    assert found.velocity.min() >= 16


def test_silence_stays_silence():
    empty = np.zeros(0, dtype=np.int64)
    with np.errstate(all="raise"):
        assert len(one_piano(Notes(np.zeros(0), np.zeros(0), empty, empty), np.random.default_rng(0))) == 0
