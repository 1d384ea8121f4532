"""Every space gives a vector of its dimensions, from what it says that it needs and from nothing else."""

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.features import stream
from descant.library.spaces import SPACES, embedded, features, fields, space
from descant.pipelines.listen import hear
from descant.types import Audio, Piece
from tests.pieces import rendered, short_piece


@pytest.fixture(scope="module")
def heard():
    sound = rendered(short_piece())
    return sound, hear(sound, only=fields(SPACES), also=features(SPACES))


@pytest.mark.parametrize("one", SPACES, ids=lambda one: one.name)
def test_a_space_keeps_its_word(one, heard, monkeypatch):
    sound, piece = heard

    def measured(sound, features, progress=None):
        raise AssertionError(f"{list(features)} were not prepared")

    monkeypatch.setattr(stream, "measure", measured)
    vector = one.embed(sound, piece)
    assert vector.shape == (one.dimensions,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("frames", [0, 1, 22_050])
def test_silence_says_nothing_or_something_valid(frames):
    sound = Audio(np.zeros((1, frames), dtype=np.float32), 22_050)
    piece = hear(sound, only=fields(SPACES), also=features(SPACES))
    for name, vector in embedded(sound, piece).items():
        assert vector.shape == (space(name).dimensions,)
        assert np.isfinite(vector).all()
    assert not embedded(sound, Piece("", 0.0), [space("melody")])["melody"].any()


def test_names_and_models_tell_spaces_apart():
    assert len({one.name for one in SPACES}) == len(SPACES)
    assert all(one.model for one in SPACES)


def test_an_unknown_space_is_refused():
    with pytest.raises(InvalidValueError, match="rhythm"):
        space("colour")
