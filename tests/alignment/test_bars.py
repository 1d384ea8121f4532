"""Bars and beats of written scores and of MIDI, by hand."""

import numpy as np
import pytest

from descant.alignment.bars import bars_of_notes, bars_of_score, place
from descant.alignment.written import written_notes
from descant.types import MeterChange, Notes, TempoChange
from tests.scores import full_score


def test_a_written_score_with_an_upbeat():
    bars = bars_of_score(full_score())
    assert [(bar.start, bar.end, bar.count, bar.number) for bar in bars] == [
        (0.0, 1.0, 1, "0"),
        (1.0, 5.0, 4, "1"),
        (5.0, 9.0, 4, "2"),
        (9.0, 13.0, 4, "3"),
        (13.0, 16.0, 3, "4"),
    ]
    assert place(bars, 0.0) == ("0", 4.0)
    assert place(bars, 1.0) == ("1", 1.0)
    assert place(bars, 7.5) == ("2", 3.5)
    assert place(bars, 99.0)[0] == "4"


def test_midi_that_changes_its_metre():
    notes = Notes(
        np.arange(10.0),
        np.arange(10.0) + 1,
        [60] * 10,
        [80] * 10,
        tempos=(TempoChange(0.0, 60.0),),
        meters=(MeterChange(0.0, 2, 4), MeterChange(4.0, 6, 8)),
    )
    bars = bars_of_notes(notes, written_notes(notes))
    assert [bar.start for bar in bars] == [0, 2, 4, 7]
    assert place(bars, 5.5) == ("3", 2.0)
    assert place(bars, 3.0) == ("2", 2.0)


def test_midi_without_a_metre_counts_in_four():
    notes = Notes([0.0, 3.0], [1.0, 4.0], [60, 60], [80, 80])
    bars = bars_of_notes(notes, written_notes(notes))
    assert [(bar.start, bar.count, bar.unit) for bar in bars] == [(0.0, 4, 4), (4.0, 4, 4)]


def test_written_notes_are_quarters_by_the_tempi():
    notes = Notes(
        [0.0, 1.0, 2.0], [1.0, 2.0, 2.5], [60, 62, 64], [80] * 3, tempos=(TempoChange(0.0, 60.0), TempoChange(1.0, 120))
    )
    page = written_notes(notes)
    assert page.onset == pytest.approx([0, 1, 3])
    assert page.duration == pytest.approx([1, 2, 1])
    assert page.seconds(page.onset) == pytest.approx([0, 1, 2])
