"""Note values: as long as the way to the next note, unless a rest is meant."""

from fractions import Fraction as F

import pytest

from descant.transcription.notation.values import Value, value


def of(place, played, following, *, beat="1", pedal=False):
    return value(F(place), float(F(played)), F(following), F(beat), pedal)


@pytest.mark.parametrize(
    ("place", "played", "following", "want"),
    [
        (0, "0.9", 1, Value(F(1))),
        (0, "1.2", 1, Value(F(1))),  # into the next note
        (0, "0.6", 1, Value(F(1))),  # detached
        (0, "0.3", 1, Value(F(1), staccato=True)),
        (0, "0.2", "1/4", Value(F(1, 4))),
        (0, "0.1", "1/4", Value(F(1, 4))),  # too short to be told from what is usual
        (0, "2.8", 4, Value(F(4))),
        (0, "1.0", 4, Value(F(1))),  # a quarter and a rest
        (0, "0.95", 3, Value(F(1))),
        (0, "2.0", 6, Value(F(2))),
        ("1/2", "0.45", 4, Value(F(1, 2))),
    ],
)
def test_lengths(place, played, following, want):
    assert of(place, played, following) == want


def test_the_pedal_holds_what_the_finger_lets_go():
    assert of(0, "1.0", 4, pedal=True) == Value(F(4))
    assert of(0, "0.3", 4, pedal=True).length < 4


def test_dotted_beats():
    assert of(0, "1.4", "3/2", beat="3/2") == Value(F(3, 2))
    assert of(0, "1.5", 6, beat="3/2") == Value(F(3, 2))


@pytest.mark.parametrize("played", ["0.001", "0.5", "7", "1000"])
@pytest.mark.parametrize("following", ["1/24", "1", "13/3", "400"])
def test_a_value_never_passes_the_next_note(played, following):
    found = of("1/3", played, F(1, 3) + F(following))
    assert 0 < found.length <= F(following)
