"""Tags: spans that may overlap, unless they say the same twice."""

import pytest

from descant.errors import InvalidValueError
from descant.types import Tags


def test_entries_come_in_order_of_their_start():
    tags = Tags([2.0, 0.0, 0.0], [3.0, 5.0, 1.0], ["piano", "rock", "piano"], ["instrument", "genre", "instrument"])
    assert tags.label == ("piano", "rock", "piano")
    assert tags.start.tolist() == [0.0, 0.0, 2.0]
    assert tags.kind == ("instrument", "genre", "instrument")
    assert tags.confidence.tolist() == [1.0, 1.0, 1.0]
    assert len(tags) == 3


def test_different_labels_may_overlap_one_label_may_not():
    Tags([0.0, 0.5], [1.0, 2.0], ["piano", "bass"], ["instrument"] * 2)
    with pytest.raises(InvalidValueError, match="before tag 'piano'"):
        Tags([0.0, 0.5], [1.0, 2.0], ["piano", "piano"], ["instrument"] * 2)


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        (lambda: Tags([0.0], [0.0], ["piano"], ["instrument"]), "not after its start"),
        (lambda: Tags([0.0], [1.0], ["piano"], ["colour"]), "tag kind label 0 is not valid"),
        (lambda: Tags([0.0], [1.0], [], ["instrument"]), "needs 1 labels"),
        (lambda: Tags([0.0], [1.0], ["piano"], ["instrument"], [1.5]), "0 to 1"),
    ],
)
def test_refuses(tags, message):
    with pytest.raises(InvalidValueError, match=message):
        tags()


def test_seconds_and_solos():
    kinds = ["genre", "instrument", "instrument", "instrument"]
    tags = Tags([0.0, 0.0, 10.0, 5.0], [90.0, 8.0, 11.0, 5.5], ["pop", "piano", "piano", "bass"], kinds)
    assert tags.seconds("instrument") == {"piano": 9.0, "bass": 0.5}
    assert tags.seconds("genre") == {"pop": 90.0}
    assert tags.solo(11.0) == "piano"
    assert tags.solo(30.0) is None, "it hardly plays"
    assert Tags([0.0, 0.0], [9.0, 1.0], ["piano", "bass"], ["instrument"] * 2).solo(9.0) is None
    assert Tags([], [], [], []).solo(9.0) is None
