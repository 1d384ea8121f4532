"""Files in, maps out: scores and MIDI, sound and MIDI, repeats, other pieces."""

from dataclasses import replace

import numpy as np
import pytest

from descant.errors import InvalidValueError, UnsupportedFormatError
from descant.io.audio import write_audio
from descant.io.midi import read_midi, write_midi
from descant.pipelines.align import OddRecordingWarning, align, align_json, bar_times, rows
from descant.registry import find
from descant.types import Beats, Notes
from descant.types.score import TempoMark
from tests.alignment.performed import performed
from tests.pieces import rendered, short_piece
from tests.scores import full_score


def slower(notes, factor=1.3, wait=0.5):
    return replace(notes, onset=notes.onset * factor + wait, offset=notes.offset * factor + wait)


def page():
    return replace(full_score(), tempos=(TempoMark(0, 96.0),))


def test_a_score_with_its_repeat():
    take = slower(find("as-written")(page()))
    found = align(page(), take)
    assert found.fits
    assert found.repeats.startswith("repeats and jumps are played out: measures 0")
    assert [number for _, number in bar_times(found)] == ["0", "1", "2", "1", "3", "4"]
    expected = 0.5 + 1.3 * 60 / 96 * np.array([0, 1, 5, 9, 13, 17])
    assert [time for time, _ in bar_times(found)] == pytest.approx(expected, abs=0.03)


def test_a_score_whose_repeat_is_left_out():
    take = slower(find("as-written")(page(), repeats=False))
    found = align(page(), take)
    assert found.repeats == "repeats and jumps are not played"
    assert [number for _, number in bar_times(found)] == ["0", "1", "2", "3", "4"]


def test_midi_against_sound_keeps_its_notes_and_its_bars(tmp_path):
    piece = short_piece()
    found = align(write_midi(piece, tmp_path / "a.mid"), rendered(slower(piece)))
    assert found.fits
    moved = found.warped()
    assert moved.pitch.tolist() == piece.pitch.tolist()
    error = np.abs(moved.onset - slower(piece).onset)
    assert np.median(error) < 0.02
    assert error.max() < 0.06
    again = read_midi(write_midi(moved, tmp_path / "b.mid"))
    assert [one.name for one in again.parts] == [one.name for one in piece.parts]
    bars = [one.time for one in again.meters if one.numerator == 4]
    assert bars[0] == pytest.approx(0.5, abs=0.03)
    assert [time for time, _ in bar_times(found)] == pytest.approx(0.5 + 1.3 * np.arange(0, 8, 2), abs=0.03)


def test_rows_and_their_json():
    piece = short_piece()
    found = align(piece, slower(piece))
    row = rows(found)[2]
    assert row[1:4] == (2.0, "1", 3.0)
    assert row[0] == pytest.approx(0.5 + 1.3, abs=0.01)
    told = align_json(found, "a.mid", "b.wav")
    assert told["rows"][2] == dict(zip(("time", "quarter", "measure", "beat", "confidence"), row, strict=True))
    assert told["fits"]


@pytest.mark.parametrize("how", ["sound", "notes"])
def test_another_piece_does_not_fit(how):
    score, other = performed().take, performed(5).take
    assert align(score, rendered(score) if how == "sound" else score).fits
    assert not align(score, rendered(other) if how == "sound" else other).fits


def test_a_recording_at_baroque_pitch():
    piece = short_piece()
    found = align(piece, rendered(slower(piece), detune_cents=-101.0))
    assert found.fits
    assert found.semitones == -1
    assert align(piece, rendered(slower(piece))).semitones == 0


def test_a_file_that_is_cut_off_is_told_of(tmp_path):
    piece = short_piece()
    path = write_audio(rendered(piece), tmp_path / "a.wav")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.warns(OddRecordingWarning, match=r"a\.wav: the file is cut off"):
        found = align(piece, path)
    assert 6 < found.alignment.quarter[-1] < 14


def test_what_cannot_be_aligned(tmp_path):
    silent = Notes([], [], [], [])
    with pytest.raises(InvalidValueError, match="the score has no notes"):
        align(silent, short_piece())
    path = write_midi(silent, tmp_path / "empty.mid")
    with pytest.raises(InvalidValueError, match=r"empty\.mid: no music is heard"):
        align(short_piece(), path)
    with pytest.raises(UnsupportedFormatError, match="is no score"):
        align(rendered(), short_piece())
    with pytest.raises(UnsupportedFormatError, match="is no performance"):
        align(short_piece(), Beats([0.0], [1]))
