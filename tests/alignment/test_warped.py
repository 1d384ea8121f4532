"""Notes in a performance's time: nothing lost, every beat of a sequencer on its place."""

import numpy as np
import pytest

from descant.alignment.bars import bars_of_notes
from descant.alignment.warped import warped
from descant.alignment.written import written_notes
from descant.io.midi import read_midi, write_midi
from descant.types import Alignment, ControlChange, MeterChange, Notes, PitchBend, TempoChange


def waltz(lead=0.0):
    """Four bars of 3/4 in quarters, 120 a minute, with a pedal and a bend."""
    onset = lead + np.arange(12) / 2
    return Notes(
        onset,
        onset + 0.4,
        np.arange(60, 72),
        np.arange(70, 82),
        controls=(ControlChange(0, lead + 0.5, 64, 127), ControlChange(0, lead + 1.4, 64, 0)),
        bends=(PitchBend(0, lead + 2.0, 1.5),),
        tempos=(TempoChange(0.0, 120.0),),
        meters=(MeterChange(0.0, 3, 4),),
    )


def moved(notes, alignment):
    page = written_notes(notes)
    return warped(notes, page, bars_of_notes(notes, page), alignment)


def beats_in_file(notes, path):
    """The quarters of a file's onsets, as a sequencer counts them, and its metres' first quarters."""
    again = written_notes(read_midi(write_midi(notes, path)))
    return again.onset


TIMES = 1.7 + np.cumsum(np.array([0, 0.8, 0.7, 0.9, 0.6, 0.5, 0.7, 0.8, 1.0, 1.1, 0.9, 1.2]))


def test_a_whole_performance(tmp_path):
    notes = waltz()
    found = moved(notes, Alignment(TIMES, np.arange(12.0)))
    assert found.onset == pytest.approx(TIMES)
    assert found.pitch.tolist() == notes.pitch.tolist()
    assert found.velocity.tolist() == notes.velocity.tolist()
    assert [one.time for one in found.controls] == pytest.approx([TIMES[1], np.interp(2.8, np.arange(12), TIMES)])
    assert found.bends[0].time == pytest.approx(TIMES[4])
    # 1.7 s come first: two beats at the pace of the whole, 0.836 s; then bars of three.
    assert [one.time for one in found.meters] == pytest.approx([0.0, 1.7])
    assert [one.numerator for one in found.meters] == [2, 3]
    onset = beats_in_file(found, tmp_path / "out.mid")
    assert onset == pytest.approx(2 + np.arange(12), abs=0.01)


def test_a_part_of_the_piece_begins_with_its_bar(tmp_path):
    found = moved(waltz(), Alignment(TIMES[4:9] - TIMES[4] + 0.1, np.arange(4.0, 9.0)))
    assert found.pitch.tolist() == [64, 65, 66, 67, 68]
    assert found.onset[0] == pytest.approx(0.1)
    assert found.meters[0].numerator == 3
    assert beats_in_file(found, tmp_path / "out.mid") == pytest.approx([1, 2, 3, 4, 5], abs=0.01)
    assert found.controls[-1].value == 0  # the pedal was let go before


def test_a_lead_in_of_the_file_is_not_of_the_recording(tmp_path):
    found = moved(waltz(lead=3.0), Alignment(TIMES, 6 + np.arange(12.0)))
    assert len(found) == 12
    assert beats_in_file(found, tmp_path / "out.mid") == pytest.approx(2 + np.arange(12), abs=0.01)


def test_a_long_wait_keeps_its_seconds(tmp_path):
    times = TIMES + 40.0 * (np.arange(12) > 5)
    found = moved(waltz(), Alignment(times, np.arange(12.0)))
    assert read_midi(write_midi(found, tmp_path / "out.mid")).onset == pytest.approx(times, abs=0.002)
