"""Written notes: order, bars and what is refused."""

import numpy as np
import pytest

from descant.datasets.score_notes import ScoreNotes, beat_length
from descant.errors import InvalidValueError


def test_notes_come_in_order_and_beats_are_counted():
    score = ScoreNotes("x", [2, 0, 0], [1, 1, 4], [60, 67, 48], [0, 0, 1], np.arange(6), np.array([1, 4]))
    assert score.pitch.tolist() == [48, 67, 60]
    assert score.part.tolist() == [1, 0, 0]
    assert score.end == 4
    assert score.positions.tolist() == [3, 1, 2, 3, 1, 2]  # an upbeat in a bar of three


def test_no_bars_no_positions():
    score = ScoreNotes("x", [0], [1], [60], [0], np.arange(4), np.zeros(0))
    assert score.positions.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("meter", "beat"),
    [((4, 4), 1), ((2, 2), 2), ((3, 8), 0.5), ((6, 8), 1.5), ((12, 16), 0.75), ((5, 8), 0.5), ((6, 4), 1)],
)
def test_beats_are_dotted_in_compound_metres(meter, beat):
    assert beat_length(*meter) == beat


def test_refuses_what_cannot_be_written():
    beats = np.arange(2)
    with pytest.raises(InvalidValueError, match="differ in length"):
        ScoreNotes("x", [0], [1, 1], [60], [0], beats, beats)
    with pytest.raises(InvalidValueError, match="note 0"):
        ScoreNotes("x", [0], [0], [60], [0], beats, beats)
    with pytest.raises(InvalidValueError, match="beats do not rise"):
        ScoreNotes("x", [0], [1], [60], [0], np.array([1, 1]), beats)
    with pytest.raises(InvalidValueError, match="tempo"):
        ScoreNotes("x", [0], [1], [60], [0], beats, beats, bpm=0)
