"""Basic Pitch's decoding on posteriors whose notes are known, and on sound where its network is there."""

import numpy as np
import pytest

from descant.evaluation.comparators import basic_pitch_onnx as bp
from descant.evaluation.comparators import comparator
from descant.types import Audio

FRAMES = 120


def silence():
    return np.zeros((FRAMES, bp.PITCHES)), np.zeros((FRAMES, bp.PITCHES))


def decoded(note, onset):
    return [(start, end, pitch) for start, end, pitch, _ in bp.decode(note, onset)]


def test_a_note_runs_from_its_onset_until_its_posterior_stays_low():
    note, onset = silence()
    note[20:60, 39] = 0.8
    note[40:48, 39] = 0.25  # a gap of fewer frames than end a note
    note[48:60, 39] = 0.5  # and after it no rise that would hint at an onset
    onset[20, 39] = 0.9
    [(start, end, pitch, loud)] = bp.decode(note, onset)
    assert (start, end, pitch) == (20, 60, 60)
    assert loud == pytest.approx((20 * 0.8 + 8 * 0.25 + 12 * 0.5) / 40)


def test_notes_are_told_from_the_last_onset_on():
    note, onset = silence()
    note[20:50, 39] = 0.8
    note[70:100, 39] = 0.6  # a rise that hints at an onset
    onset[20, 39] = 0.9
    assert decoded(note, onset) == [(70, 100, 60), (20, 50, 60)]


def test_without_onsets_a_note_grows_from_its_maximum():
    note, onset = silence()
    note[20:60, 39] = 0.6
    note[40, 39] = 0.7
    assert decoded(note, onset) == [(20, 59, 60)]  # a frame shorter than it could be, as published


def test_short_notes_are_left_out():
    note, onset = silence()
    note[20:31, 39] = 0.8  # as many frames as are too short
    onset[20, 39] = 0.9
    assert decoded(note, onset) == []
    note[31, 39] = 0.8
    assert decoded(note, onset) == [(20, 32, 60)]


def test_energy_of_the_neighbours_is_taken_away():
    note, onset = silence()
    note[20:60, 39] = 0.8
    note[20:60, 40] = 0.35  # would grow to a note, but rises too little to hint at an onset
    onset[20, 39] = 0.9
    assert decoded(note, onset) == [(20, 60, 60)]


def test_a_rise_of_the_note_posterior_hints_at_an_onset():
    note, onset = silence()
    note[30:60, 39] = 0.8
    onset[10, 10] = 0.9
    hinted = bp.hinted(onset, note)
    assert hinted[30, 39] == pytest.approx(0.9)  # scaled to the highest onset
    assert hinted[31, 39] == 0.0 or hinted[31, 39] < hinted[30, 39] + 1e-9
    assert hinted[10, 10] == 0.9


def test_silence_gives_nothing():
    assert decoded(*silence()) == []


def test_frames_lie_on_its_own_clock():
    time = bp.frame_times(400)
    assert time[1] == pytest.approx(256 / 22_050)
    # 172 frames of 256 samples are a little longer than the window of 43,844 samples that they stand for.
    assert time[172] == pytest.approx(172 * 256 / 22_050 - (172 * 256 - 43_844) / 22_050 - 0.0018)


def test_says_what_is_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    assert "nmp.onnx is not there" in comparator("Basic Pitch (ONNX)").missing()
    assert comparator("basic-pitch") is None


def test_hears_a_tone():
    if bp.missing():
        pytest.skip(bp.missing())
    at = np.arange(44_100) / 22_050
    tone = sum(np.sin(2 * np.pi * 261.63 * partial * at) / partial for partial in range(1, 6))
    sound = np.concatenate([np.zeros(11_025), 0.3 * tone * np.exp(-at), np.zeros(11_025)])
    notes = bp.basic_pitch_onnx(Audio(sound[np.newaxis], 22_050))
    assert 60 in notes.pitch
    assert notes.onset[list(notes.pitch).index(60)] == pytest.approx(0.5, abs=0.05)
