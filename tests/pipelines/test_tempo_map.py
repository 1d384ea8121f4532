"""A sequencer's bars are the bars that were heard."""

import numpy as np
import pytest

from descant.io.midi import read_midi, write_midi
from descant.pipelines.tempo_map import with_tempo_map
from descant.types import Beats, Meter, Notes

NOTES = Notes([0.1, 2.0], [0.5, 3.0], [60, 62], [80, 80])


def beats(first, interval, count, upbeat=0, bar=4):
    return Beats(first + interval * np.arange(count), (np.arange(count) - upbeat) % bar + 1)


def test_without_bars_nothing_is_added():
    assert with_tempo_map(NOTES, None, None) is NOTES
    assert with_tempo_map(NOTES, Beats([1.0, 2.0], [0, 0]), None) is NOTES


def test_one_tempo_a_bar_and_one_metre():
    mapped = with_tempo_map(NOTES, beats(0.02, 0.5, 12), Meter("4/4"))
    assert [round(one.bpm, 6) for one in mapped.tempos] == [120.0, 120.0]
    assert [one.time for one in mapped.tempos] == [0.0, pytest.approx(2.02)]
    assert [(one.numerator, one.denominator) for one in mapped.meters] == [(4, 4)]


def test_an_upbeat_is_a_bar_of_its_own():
    mapped = with_tempo_map(NOTES, beats(0.5, 0.5, 12, upbeat=1, bar=3), Meter("3/4"))
    assert [(one.time, one.numerator) for one in mapped.meters] == [(0.0, 2), (1.0, 3)]
    assert mapped.tempos[0].bpm == pytest.approx(120.0)


def test_times_survive_the_file(tmp_path):
    drifting = Beats(np.cumsum(np.linspace(0.4, 0.6, 40)), np.arange(40) % 4 + 1)
    mapped = with_tempo_map(NOTES, drifting, Meter("4/4"))
    back = read_midi(write_midi(mapped, tmp_path / "song.mid"))
    np.testing.assert_allclose(back.onset, NOTES.onset, atol=1e-3)
    assert len(back.tempos) == len(mapped.tempos)


def test_a_long_gap_is_no_tempo():
    gap = Beats([0.0, 0.5, 1.0, 1.5, 60.0, 60.5], [1, 2, 3, 4, 1, 2])
    assert with_tempo_map(NOTES, gap, Meter("4/4")) is NOTES
