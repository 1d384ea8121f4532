"""What is foreign to a key becomes rarer, in whatever key."""

import numpy as np

from descant.composition.frames_before import Before, key_of, profile
from descant.composition.jsb_raster import JsbRaster
from descant.composition.key_kept import CLASS, POWER, kept


def test_odds_are_weighed_by_the_profile():
    found = kept(np.zeros(JsbRaster().size), 2)  # D major
    fs, f = 66 - JsbRaster().lowest + 1, 65 - JsbRaster().lowest + 1
    assert np.isclose(found[fs] - found[f], POWER * np.log(4.5 / 2))
    assert found[0] == 0  # a rest
    assert found.argmax() == np.flatnonzero(CLASS == 2)[0]


def test_every_key_is_alike():
    for key in range(24):
        found = kept(np.zeros((3, JsbRaster().size)), key)
        assert key_of(np.exp(found[0, 1:13] / POWER)[np.argsort(CLASS[1:13])]) == key
        assert np.array_equal(found[0], found[2])


def test_a_key_is_presumed_until_another_was_sung():
    before = Before.in_key(14)
    assert before.row()["key"].tolist() == [14, 24]
    assert key_of(profile(14)) == 14
    chord = JsbRaster().flatten([[72, 67, 64, 48]])  # C major
    for _ in range(4):
        before = before.after(chord)
    assert before.row()["key"][0] == 14
    for _ in range(400):
        before = before.after(chord)
    assert before.row()["key"][0] == 0
