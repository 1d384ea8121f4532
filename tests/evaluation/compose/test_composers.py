"""Every composer on chorales made here: what it writes is music of the raster, and the same under a seed."""

import numpy as np
import pytest

from descant.composition.illiac import illiac
from descant.composition.jsb_raster import REST
from descant.evaluation.compose import next_token
from descant.evaluation.compose.composers import COMPOSERS
from descant.evaluation.compose.next_token import RASTER

LENGTHS = [16, 24, 40]


@pytest.fixture(scope="module")
def train():
    """A few pieces of counterpoint; in one the soprano begins later."""
    pieces = [np.repeat(illiac(9, np.random.default_rng(seed)), 4, axis=0) for seed in range(3)]
    pieces[0][:4, 0] = REST
    return pieces


def written(name, train, seed=0):
    return [frames.tolist() for frames in COMPOSERS[name](train)(LENGTHS, np.random.default_rng(seed))]


@pytest.mark.parametrize("name", COMPOSERS)
def test_chorales_that_the_raster_can_hold_the_same_under_a_seed(name, train, monkeypatch):
    monkeypatch.setattr(next_token, "STATES", (4,))
    pieces = written(name, train)
    assert pieces == written(name, train)
    assert pieces != written(name, train, seed=1)
    assert len(pieces) == len(LENGTHS)
    for piece, steps in zip(pieces, LENGTHS, strict=True):
        RASTER.flatten(piece)  # refuses what is out of the voices' reach
        if name not in ("spoof: shuffled bars", "spoof: copies"):
            assert steps <= len(piece) <= steps + 1  # a silence at the end is closed


def test_shuffled_bars_are_the_same_bars(train):
    def bars(piece):
        return sorted(map(str, [piece[at : at + 16] for at in range(0, len(piece), 16)]))

    originals = [bars(piece.tolist()) for piece in train]
    pieces = [piece for seed in range(3) for piece in written("spoof: shuffled bars", train, seed)]
    whole = [len(piece) for piece in pieces]
    assert set(whole) == {36}
    assert all(sorted(map(str, piece)) in [sorted(map(str, one.tolist())) for one in train] for piece in pieces)
    assert any(bars(piece) not in originals or piece not in [one.tolist() for one in train] for piece in pieces)


def test_one_chord_of_a_chorale(train):
    chords = np.concatenate(train).tolist()
    for piece in written("spoof: one chord", train):
        assert piece[0] in chords
        assert REST not in piece[0]
        assert all(frame == piece[0] for frame in piece)


def test_copies_are_chorales_in_other_keys(train):
    def intervals(piece):
        return np.where(np.array(piece) == REST, REST, np.array(piece) - piece[0][3]).tolist()

    known = [intervals(piece.tolist()) for piece in train]
    assert all(intervals(piece) in known for piece in written("spoof: copies", train))
