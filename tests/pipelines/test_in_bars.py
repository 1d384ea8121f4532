"""Bars that follow the user's word on beats and metre."""

from dataclasses import replace

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.pipelines.in_bars import counted, in_bars
from descant.types import Beats, Meter, MeterChange, Piece
from tests.pieces import short_piece

BEATS = Beats(np.arange(16) / 2, np.array([3, 4, 1, 2] * 4))
PIECE = Piece("song", 8.0).with_(short_piece()).with_(BEATS)
FREE = replace(short_piece(), tempos=(), meters=())  # as they are heard


def test_without_corrections_all_is_as_it_was():
    notes, beats = in_bars(PIECE)
    assert notes is PIECE.estimates[0]
    assert beats is BEATS


def test_beats_that_the_user_set_hide_the_tempo_map():
    mine = Beats(np.arange(8) * 1.1, np.arange(8) % 3 + 1)
    notes, beats = in_bars(PIECE.corrected(mine))
    assert (notes.tempos, notes.meters) == ((), ())
    assert beats is mine


def test_a_metre_takes_the_place_of_the_maps_metres():
    notes, beats = in_bars(PIECE.corrected(Meter("3/4")))
    assert notes.meters == (MeterChange(0.0, 3, 4),)
    assert notes.tempos == short_piece().tempos
    assert beats is BEATS


@pytest.mark.parametrize(
    ("signature", "positions"), [("3/4", [2, 3, 1, 2, 3, 1]), ("6/8", [1, 2, 1, 2, 1, 2]), ("2/2", [1, 2, 1, 2, 1, 2])]
)
def test_a_metre_counts_heard_beats_anew(signature, positions):
    notes, beats = in_bars(Piece("song", 8.0).with_(FREE).with_(BEATS).corrected(Meter(signature)))
    assert notes.meters == ()
    assert beats.time.tolist() == BEATS.time.tolist()
    assert beats.position[:6].tolist() == positions


def test_no_metre_leaves_the_beats():
    assert in_bars(PIECE.corrected(Meter(None)))[1] is BEATS


def test_beats_without_a_downbeat_count_from_the_first():
    assert counted(Beats(np.arange(4.0), np.zeros(4)), 3).position.tolist() == [1, 2, 3, 1]


def test_a_piece_without_notes_has_no_bars():
    with pytest.raises(InvalidValueError, match="song: has no notes"):
        in_bars(Piece("song", 1.0))
