"""A melody: its rules, its bars, and its bytes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.errors import InvalidValueError
from descant.types import Melody
from descant.types.melody import note_columns


def melody(**more):
    plain = {"pitch": [60, 62.5, 64], "onset": [0, 1, 2], "duration": [1, 0.5, 1], "unit": "quarters"}
    return Melody(**{**plain, **more})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"onset": [0, 1, 1]}, "in order of time"),
        ({"pitch": [60, 62, 128]}, "melody pitch must lie in 0 to 127; entry 2 is 128"),
        ({"pitch": [60, 62]}, "needs 3 entries, got 2"),
        ({"duration": [1, 0, 1]}, "longer than nothing"),
        ({"unit": "beats"}, "quarters or seconds, got 'beats'"),
        ({"bars": [0, 2], "numbers": ("1",)}, "2 bars need as many numbers, got 1"),
        ({"bars": [2, 0], "numbers": ("1", "2")}, "bars must be in order"),
    ],
)
def test_rules(change, words):
    with pytest.raises(InvalidValueError, match=words):
        melody(**change)


def test_the_bar_of_a_note():
    found = melody(bars=[0, 1, 3], numbers=("0", "1", "2a"))
    assert [found.bar_of(at) for at in range(3)] == ["0", "1", "1"]
    assert melody().bar_of(0) == ""
    assert melody(bars=[1.5], numbers=("7",)).bar_of(0) == ""


@given(
    st.lists(
        st.tuples(st.integers(0, 12700), st.integers(1, 4000), st.integers(1, 400)),
        max_size=30,
    ),
    st.lists(st.integers(0, 3000), max_size=8),
    st.sampled_from(["quarters", "seconds"]),
)
def test_bytes_and_back(notes, bars, unit):
    cents, steps, lengths = (np.array(one, dtype=float) for one in (zip(*notes, strict=True) if notes else [[]] * 3))
    bars = np.sort(bars) / 8
    numbers = tuple(f"{at}é" for at in range(len(bars)))
    given_one = Melody(cents / 100, np.cumsum(steps) / 16, lengths / 16, unit, bars, numbers, "Flöte")
    data = given_one.to_bytes()
    found = Melody.from_bytes(data, "Flöte")
    for name in ("pitch", "onset", "duration", "bars"):
        np.testing.assert_allclose(getattr(found, name), getattr(given_one, name), rtol=1e-6)
    assert (found.unit, found.numbers, found.label) == (unit, numbers, "Flöte")
    for column, name in zip(note_columns(data), ("pitch", "onset", "duration"), strict=True):
        np.testing.assert_array_equal(column, getattr(found, name))


def test_notes_close_together_hours_away_stay_apart():
    onset = 36_000 + np.array([0.0, 0.001, 0.002])
    found = Melody.from_bytes(melody(onset=onset, unit="seconds").to_bytes())
    np.testing.assert_allclose(np.diff(found.onset), 0.001, rtol=1e-4)


@pytest.mark.parametrize("data", [b"", b"abc", melody().to_bytes()[:-1], melody().to_bytes() + b"x", b"\x09" * 40])
def test_bytes_that_are_none(data):
    with pytest.raises(InvalidValueError, match="bytes"):
        Melody.from_bytes(data)
