"""ASAP: annotations as written, and the real set where it is."""

import numpy as np
import pytest

from descant.datasets import asap
from descant.errors import MissingDataError
from descant.io.midi import write_midi
from descant.types import ControlChange, Notes

LINES = (
    "0.5\t0.5\tb,2/4,-3\n1.0\t1.0\tdb\n1.5\t1.5\tb\n2.1\t2.1\tdb,3/4,0\n2.6\t2.6\tbR\n"
    "3.1\t3.1\tb\n3.1\t3.1\tb\n3.6\t3.6\tdb\n"
)


@pytest.fixture
def folder(tmp_path):
    notes = Notes([0.5], [1.0], [60], [80], controls=(ControlChange(0, 0.6, 64, 100),))
    write_midi(notes, tmp_path / "Bach" / "Fugue" / "Shi.mid")
    (tmp_path / "Bach" / "Fugue" / "Shi_annotations.txt").write_text(LINES)
    (tmp_path / "metadata.csv").write_text(
        "composer,title,midi_score,midi_performance,performance_annotations\n"
        "Bach,Fugue,Bach/Fugue/midi_score.mid,Bach/Fugue/Shi.mid,Bach/Fugue/Shi_annotations.txt\n"
    )
    return tmp_path


def test_reads_a_performance(folder):
    assert asap.performance_ids(folder) == ("Bach/Fugue/Shi",)
    played = asap.read_performance("Bach/Fugue/Shi", folder)
    assert (played.composer, played.title) == ("Bach", "Fugue")
    assert played.notes.controls[0].number == 64
    assert played.beats.time == pytest.approx([0.5, 1.0, 1.5, 2.1, 2.6, 3.1, 3.6])
    assert played.beats.position.tolist() == [2, 1, 2, 1, 0, 3, 1]  # the rubato beat has no number
    assert [(one.time, one.numerator) for one in played.annotations.meters] == [(0.5, 2), (2.1, 3)]
    assert [(one.time, one.sharps) for one in played.annotations.key_signatures] == [(0.5, -3), (2.1, 0)]


def test_says_what_is_missing(folder):
    with pytest.raises(MissingDataError, match=r"Nobody\.mid.*asap-dataset"):
        asap.read_performance("Bach/Fugue/Nobody", folder)


def test_the_real_set_can_be_read():
    try:
        ids = asap.performance_ids()
        played = asap.read_performance(ids[500])
    except MissingDataError as error:
        pytest.skip(str(error))
    assert len(ids) == 1067
    assert len(played.notes) > 100
    assert np.isin(played.annotations.meters[0].numerator, np.arange(1, 25))
    assert played.beats.time[-1] <= played.notes.duration + 5
