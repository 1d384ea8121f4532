"""The dice game: its table is sound, and its minuets are what was thrown."""

from fractions import Fraction as F

import numpy as np
import pytest

from descant.composition.dice_game import FACES, TABLE, dice_game
from descant.errors import InvalidValueError

HARMONY = [  # the pitch classes of each measure, as its label says
    *("G B D", "C E G B D", "F# A C D", "G B D", "E G B", "C# E G A", "A C# D E F# G", "D F# A"),
    *("D F# A C", "G B D", "G B D F", "C E G", "A C E", "G B D", "G B D F# A C", "G B D"),
]


def notes(text):
    return [(name.rstrip("0123456789"), int(eighths)) for name, eighths in (one.split(":") for one in text.split())]


def test_every_measure_of_the_table_is_full_and_in_its_harmony():
    """On the beats: chord notes alone; between them a step may pass."""
    assert len(TABLE) == len(HARMONY) == 16
    for number, ((bass, choices), harmony) in enumerate(zip(TABLE, HARMONY, strict=True), 1):
        assert len(choices) == len(set(choices)) == FACES
        for text in (bass, *choices):
            assert sum(eighths for _, eighths in notes(text)) == 6, (number, text)
            place = 0
            for name, eighths in notes(text):
                assert place % 2 or name in harmony.split(), (number, text)
                place += eighths


def test_a_minuet_is_what_was_thrown():
    throws = np.arange(16) % 6 + 1
    score = dice_game(np.random.default_rng(0), throws)
    assert (len(score.measures), score.length) == (16, F(48))
    third = [event for event in score.parts[0].measures[2] if event.staff == 1]
    assert [(event.pitches[0].name, event.duration) for event in third] == [("F#5", 1), ("D5", 1), ("A4", 1)]
    bass = [event.pitches[0].name for event in score.parts[0].measures[-1] if event.staff == 2]
    assert bass == ["G3", "D3", "G2"]


def test_a_seed_is_a_minuet():
    one, same, other = (dice_game(np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert one == same
    assert one != other


def test_it_can_be_written_and_read():
    from descant.composition.remi import Remi

    found = Remi().encode(dice_game(np.random.default_rng(0)))
    assert (found.off_grid.moved, found.off_grid.lost) == (0, 0)


@pytest.mark.parametrize("throws", [[1] * 15, [0] + [1] * 15, [7] * 16])
def test_other_throws_are_refused(throws):
    with pytest.raises(InvalidValueError, match="16 throws from 1 to 6"):
        dice_game(np.random.default_rng(0), np.array(throws))
