"""Cadences over written time: what is refused."""

import pytest

from descant.errors import InvalidValueError
from descant.types.cadences import Cadences


def test_keeps_what_it_is_given():
    found = Cadences([4, 8.5], ("HC", "PAC"), ("C major", "Bb minor"))
    assert len(found) == 2
    assert found.confidence.tolist() == [1, 1]
    assert len(Cadences([], (), ())) == 0


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (([4, 4], ("HC", "HC"), ("C major",) * 2), "one after the other"),
        (([4], ("EC",), ("C major",)), "one of PAC, IAC, HC, DC, PC"),
        (([4], ("PAC",), ("H major",)), "key"),
        (([4], (), ("C major",)), "needs 1 labels"),
        (([4], ("PAC",), ("C major",), [2]), "confidence"),
    ],
)
def test_refuses(fields, message):
    with pytest.raises(InvalidValueError, match=message):
        Cadences(*fields)
