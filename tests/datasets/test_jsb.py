"""JSB: the grid as notes, and back."""

import json

import numpy as np
import pytest

from descant.datasets import jsb
from descant.errors import MissingDataError


def test_runs_of_a_pitch_are_notes():
    grid = np.array([[72, 48], [72, -1], [74, -1], [74, 50], [74, 50]])
    score = jsb.read_grid("x", grid)
    assert score.onset.tolist() == [0.0, 0.0, 0.5, 0.75]
    assert score.duration.tolist() == [0.25, 0.5, 0.75, 0.5]
    assert score.pitch.tolist() == [48, 72, 74, 50]
    assert score.part.tolist() == [1, 0, 0, 1]
    assert score.beats.tolist() == [0, 1]
    assert len(score.downbeats) == 0  # the grid does not say


def test_notes_give_the_grid_back():
    rng = np.random.default_rng(0)
    grid = np.repeat(rng.integers(40, 80, (20, 4)), 3, axis=0)
    grid[rng.random(60) < 0.2] = -1
    score = jsb.read_grid("x", grid)
    back = np.full_like(grid, -1)
    for onset, duration, pitch, part in zip(score.onset, score.duration, score.pitch, score.part, strict=True):
        back[int(onset * 4) : int((onset + duration) * 4), part] = pitch
    assert np.array_equal(back, grid)


def test_reads_the_splits(tmp_path):
    one = [[[60, 55, 52, 48]] * 4]
    (tmp_path / "Jsb16thSeparated.json").write_text(json.dumps({"train": one * 2, "valid": one, "test": one}))
    assert [chorale.id for chorale in jsb.chorales(folder=tmp_path)] == [
        "train/000",
        "train/001",
        "valid/000",
        "test/000",
    ]
    [chorale] = jsb.chorales("test", tmp_path)
    assert (chorale.split, len(chorale.score)) == ("test", 4)
    assert chorale.grid.tolist() == one[0]
    with pytest.raises(MissingDataError, match="train, valid, test"):
        jsb.chorales("dev", tmp_path)


def test_the_real_set_has_its_split():
    try:
        sizes = [len(jsb.chorales(split)) for split in jsb.SPLITS]
    except MissingDataError as error:
        pytest.skip(str(error))
    assert sizes == [229, 76, 77]
