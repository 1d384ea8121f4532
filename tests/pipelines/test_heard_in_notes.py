"""Beats, chords and keys of notes and scores: truth that is written in them."""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

from descant.io.score.read_abc import read_abc
from descant.pipelines.heard_in_notes import beats_in, harmony_in, harte
from descant.pipelines.transcribe import notated
from descant.types import MeterChange, Notes, TempoChange
from descant.types.score import ChordSymbol, Numeral
from tests.pieces import short_piece


def tune(tmp_path, body: str, meter: str = "4/4"):
    path = tmp_path / "tune.abc"
    path.write_text(f"X:1\nT:tune\nM:{meter}\nL:1/4\nQ:1/4=60\nK:C\n{body}\n")
    return read_abc(path)


@pytest.mark.parametrize(
    ("key", "figure", "label"),
    [
        ("C major", "I", "C:maj"),
        ("C major", "V65", "G:7/3"),
        ("C major", "V43", "G:7/5"),
        ("C major", "V42", "G:7/b7"),
        ("C major", "ii6", "D:min/b3"),
        ("C major", "I64", "C:maj/5"),
        ("A minor", "viio7", "G#:dim7"),
        ("A minor", "iiø65", "B:hdim7/b3"),
        ("Eb major", "V7/V", "F:7"),
        ("C major", "IV7", "F:maj7"),
    ],
)
def test_numerals_as_they_sound(key, figure, label):
    assert harte(key, figure) == label


def test_chords_and_key_of_four_bars():
    chords, keys = harmony_in(short_piece(), None)
    assert chords.label == ("C:maj", "A:min", "F:maj", "G:7")
    assert chords.start.tolist() == [0.0, 2.0, 4.0, 6.0]
    assert (keys.overall, keys.label) == ("C major", ("C major",))
    assert chords.made_by.transform == "chord-gnn"


def test_chords_under_an_upbeat_begin_no_earlier_than_time():
    page = notated(short_piece(), None)
    early = replace(page, second=page.second - 0.3)  # the first beat of an upbeat lies before the first note
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("descant.pipelines.heard_in_notes.notated", lambda *_: early)
        chords, keys = harmony_in(short_piece(), None)
    assert chords.start.tolist() == pytest.approx([0.0, 1.7, 3.7, 5.7])
    assert keys.start.tolist() == [0.0]


def test_a_tune_alone_has_no_chords(tmp_path):
    assert harmony_in(tune(tmp_path, "C D E F | G A B c |"), None) == (None, None)


def test_symbols_over_the_staff_are_its_chords_in_seconds(tmp_path):
    score = replace(
        tune(tmp_path, "C D E F | G A B c |"), chords=(ChordSymbol(F(0), "C:maj"), ChordSymbol(F(6), "G:7"))
    )
    chords, keys = harmony_in(score, None)
    assert (chords.start.tolist(), chords.end.tolist()) == ([0.0, 6.0], [6.0, 8.0])
    assert (chords.label, keys) == (("C:maj", "G:7"), None)


def test_numerals_under_the_staff_are_its_chords_and_keys(tmp_path):
    numerals = (Numeral(F(0), "I", "C major"), Numeral(F(4), "V65", "F major"))
    chords, keys = harmony_in(replace(tune(tmp_path, "C D E F | G A B c |"), numerals=numerals), None)
    assert chords.label == ("C:maj", "C:7/3")
    assert keys.label == ("C major", "F major")
    assert keys.end.tolist() == [4.0, 8.0]


def test_repeats_are_played_out(tmp_path):
    beats = beats_in(tune(tmp_path, "|: C D E F :| G A B c |]"))
    assert beats.time.tolist() == [float(at) for at in range(12)]
    assert beats.position.tolist() == [1, 2, 3, 4] * 3


def test_an_upbeat_has_the_last_numbers_of_its_bar(tmp_path):
    beats = beats_in(tune(tmp_path, "F | C D E F | G A B c |"))
    assert beats.position.tolist() == [4, 1, 2, 3, 4, 1, 2, 3, 4]


def test_compound_metres_have_dotted_beats(tmp_path):
    beats = beats_in(tune(tmp_path, "C/D/E/ F/G/A/ | C/D/E/ F/G/A/ |", "6/8"))
    assert beats.time.tolist() == [0.0, 1.5, 3.0, 4.5]
    assert beats.position.tolist() == [1, 2, 1, 2]


def test_notes_follow_their_own_map_where_they_keep_to_it():
    beats = beats_in(replace(short_piece(), meters=(MeterChange(0.0, 2, 4),)))
    assert beats.made_by is None
    assert beats.position.tolist() == [1, 2] * 8


def test_beats_are_found_where_the_map_means_nothing():
    notes = short_piece()
    random = np.random.default_rng(3)
    onset = notes.onset * 1.13 + random.uniform(0, 0.02, len(notes))
    free = replace(notes, onset=onset, offset=onset + 0.2, tempos=(TempoChange(0.0, 120.0),), meters=())
    beats = beats_in(free)
    assert beats.made_by.transform == "pm2s-beats"


def test_a_transcribed_page_gives_the_same_beats():
    assert np.allclose(beats_in(notated(short_piece()).score).time, beats_in(short_piece()).time)


def test_no_notes_have_no_beats():
    empty = np.zeros(0)
    nothing = Notes(empty, empty, empty, empty)
    assert beats_in(nothing) is None
