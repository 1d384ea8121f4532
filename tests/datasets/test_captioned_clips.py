"""Captioned clips: the same every time, of pieces that no other split has, and true to what is said of them."""

import numpy as np
import pytest

from descant.datasets import captioned_clips, clip_band
from descant.datasets.captioned_clips import SOUNDFONTS, SPLITS, TURNS, clip, played
from descant.datasets.clip_pieces import SOURCES
from descant.datasets.location import data_folder
from descant.errors import MissingDataError
from descant.features import RATE
from descant.synthesis.soundfonts import named
from descant.types import Notes, Part


def needs_data(split="test"):
    try:
        data_folder()
        captioned_clips._names("chorale", split)
        named(SOUNDFONTS[split][0])
    except MissingDataError as error:
        pytest.skip(str(error))


def test_a_clip_is_the_same_every_time():
    needs_data()
    first, again = played("test", 1), played("test", 1)
    assert first.attributes == again.attributes
    assert np.array_equal(first.notes.onset, again.notes.onset)
    assert np.array_equal(captioned_clips.rendered(first), captioned_clips.rendered(again))
    assert played("test", 13).piece != first.piece  # the next chorale


def test_what_is_said_is_heard_in_the_notes():
    needs_data()
    for number in range(len(TURNS)):
        one = played("test", number)
        said = one.attributes
        assert said.style == TURNS[number]
        assert said.instruments
        assert (said.key is None) == (said.style == "drum beat")
        assert 20 < said.tempo_bpm < 300
        assert one.notes.duration <= captioned_clips.SECONDS + 1e-6
        assert one.notes.onset.min() == 0.0


def test_no_piece_is_in_two_splits():
    needs_data()
    for source in SOURCES:
        names = [set(source.names(split)) for split in SPLITS]
        assert all(names)
        assert not names[0] & names[1]
        assert not names[0] & names[2]
        assert not names[1] & names[2]


def test_no_soundfont_is_in_two_splits():
    fonts = [set(SOUNDFONTS[split]) for split in SPLITS]
    assert not fonts[0] & fonts[1]
    assert not (fonts[0] | fonts[1]) & fonts[2]


def test_a_clip_is_kept(tmp_path, monkeypatch):
    needs_data()
    import soundfile

    monkeypatch.setenv("DESCANT_CACHE", str(tmp_path))
    made = clip("test", 1)
    state = made.path.stat().st_mtime_ns
    assert clip("test", 1) == made
    assert made.path.stat().st_mtime_ns == state
    samples, rate = soundfile.read(made.path)
    assert rate == RATE
    assert 0.05 < np.abs(samples).max() <= 1.0


def test_short_notes_are_short_and_smooth_ones_reach_the_next():
    notes = Notes([0.0, 1.0, 2.0], [0.8, 1.8, 2.8], [60, 62, 64], [80, 80, 80])
    short = captioned_clips._articulated(notes, "staccato")
    smooth = captioned_clips._articulated(notes, "legato")
    assert np.allclose(short.offset - short.onset, 0.28)
    assert np.all(smooth.offset[:2] > notes.onset[1:])
    assert captioned_clips._articulated(notes, None) is notes


def test_what_is_too_short_is_played_again():
    notes = Notes([0.0, 1.0, 2.0], [0.8, 1.8, 2.8], [60, 62, 64], [80, 80, 80])
    found, start = captioned_clips._stretch(notes, 8.0, np.random.default_rng(0))
    assert found.duration > 6.0
    assert len(found.parts) == 1
    assert found.onset.min() == 0.0
    assert start in notes.onset or start > notes.duration


def test_parts_move_by_octaves_into_their_instruments_range():
    notes = Notes([0.0, 1.0], [0.5, 1.5], [40, 41], [80, 80], None, (Part("", 73),))
    moved = clip_band.in_range(notes)
    assert np.all((moved.pitch - notes.pitch) % 12 == 0)
    assert moved.pitch.min() >= 60
