"""Roman numerals over written time: what is refused."""

import pytest

from descant.errors import InvalidValueError
from descant.types.roman_numerals import RomanNumerals


def test_keeps_what_it_is_given():
    found = RomanNumerals([0, 2.5], [2, 4], ("C major", "Bbb minor"), ("V65/ii", "#viio7"))
    assert len(found) == 2
    assert found.confidence.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (([0, 0], [1, 2], ("C major",) * 2, ("I", "V")), "one after the other"),
        (([0, 2], [0, 3], ("C major",) * 2, ("I", "V")), "ends after its start"),
        (([0, 2], [3, 4], ("C major",) * 2, ("I", "V")), "overlap"),
        (([0], [1], ("H major",), ("I",)), "key"),
        (([0], [1], ("C major",), ("VX",)), "numeral"),
    ],
)
def test_refuses(fields, message):
    with pytest.raises(InvalidValueError, match=message):
        RomanNumerals(*fields)
