"""The wheel's hours, as they are printed on it."""

from __future__ import annotations

import pytest

from descant.library.item import NO_KEY, key_number
from descant.retrieval.camelot import UNKNOWN, camelot, distances, mixes, relation, steps

WHEEL = {
    "1A": "Ab minor", "1B": "B major", "2A": "Eb minor", "2B": "F# major", "3A": "Bb minor", "3B": "Db major",
    "4A": "F minor", "4B": "Ab major", "5A": "C minor", "5B": "Eb major", "6A": "G minor", "6B": "Bb major",
    "7A": "D minor", "7B": "F major", "8A": "A minor", "8B": "C major", "9A": "E minor", "9B": "G major",
    "10A": "B minor", "10B": "D major", "11A": "F# minor", "11B": "A major", "12A": "Db minor", "12B": "E major",
}  # fmt: skip


@pytest.mark.parametrize(("name", "key"), WHEEL.items())
def test_the_wheel(name: str, key: str) -> None:
    assert camelot(key_number(key)) == name


def test_neighbours_mix() -> None:
    c, g, f, a, d, e = (key_number(key) for key in ("C major", "G major", "F major", "A minor", "D major", "E minor"))
    assert [steps(c, one) for one in (c, g, f, a, d, e)] == [0, 1, 1, 1, 2, 2]
    assert [mixes(c, one) for one in (c, g, f, a, d, e, NO_KEY)] == [True, True, True, True, False, False, False]
    assert [relation(c, one) for one in (c, g, f, a, d)] == [
        "the same key", "a fifth up", "a fifth down", "the relative key", "",
    ]  # fmt: skip
    assert steps(key_number("B major"), key_number("E major")) == 1  # 1B and 12B
    assert camelot(NO_KEY) == ""


def test_unsure_keys_are_neither_near_nor_far() -> None:
    keys = [key_number("C major"), key_number("C major"), key_number("F# major"), NO_KEY]
    table = distances(keys, [1.0, 0.5, 1.0, 1.0])
    assert table[0].tolist() == [0.0, 0.5 * UNKNOWN, 6.0, UNKNOWN]
    assert (table == table.T).all()
    assert distances(keys, [0.0] * 4).tolist() == [[UNKNOWN] * 4] * 4
