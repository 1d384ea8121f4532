"""Chord tones on beats, counted by hand."""

import numpy as np
import pytest

from descant.datasets.arrangement import Spans
from descant.datasets.song_bars import BEAT, SongBars
from descant.evaluation.compose.accompaniment_chords import (
    by_chance,
    in_key_of,
    pooled,
    rate,
)
from descant.evaluation.measured import Measured
from descant.types import Notes


def song():
    """A minor for two beats, no chord for one, then a seventh chord."""
    chords = Spans(np.array([0.0, 2.0, 3.0]), np.array([2.0, 3.0, 4.0]), ("A:min", "N", "G:7"))
    return SongBars("000", Notes([0.0], [1.0], [69], [80]), chords)


def struck(places, pitches):
    onset = BEAT * np.array(places, dtype=float)
    return Notes(onset, onset + 0.1, np.array(pitches), np.full(len(onset), 80))


def test_notes_on_beats_are_held_against_the_chord():
    notes = struck([0, 0, 0.5, 1, 2, 3, 3, 5], [57, 59, 58, 64, 61, 65, 64, 60])
    found = rate(song(), notes)
    assert (found.right, found.notes) == (3, 5)  # 57, 64 and 65, of those and 59 and 64; no chord elsewhere
    by_luck = by_chance(song(), notes)
    assert (by_luck.right, by_luck.notes) == (pytest.approx((3 + 3 + 3 + 4 + 4) / 12), 5)
    rows = [Measured("", "", "", None, "", {}, one) for one in (found, by_luck)]
    assert pooled(rows)["chord tones on beats"] == (pytest.approx((3 + 17 / 12) / 10), 10)


def test_another_song_is_moved_to_this_ones_tonic():
    scale = np.array([0, 2, 4, 5, 7, 9, 11, 12, 0, 0, 7])
    c_major, d_major = (struck(np.arange(11), 60 + by + scale) for by in (0, 2))
    assert in_key_of(d_major, c_major).pitch.tolist() == c_major.pitch.tolist()
    assert in_key_of(c_major, d_major).pitch.tolist() == d_major.pitch.tolist()
