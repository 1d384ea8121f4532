"""DCML's tables, a few rows by hand."""

import csv

import pytest

from descant.datasets.dcml_abc import movement, movements, split_of
from descant.errors import MissingDataError

NOTES = """\
quarterbeats,duration,gracenote,tied,tpc,midi,staff
0,1/4,,,1,67,1
0,1/2,,,0,48,4
1,1/4,,1,2,74,1
1,1/8,grace8,,2,76,1
2,1/4,,-1,2,74,1
3,1/4,,,0,72,1
"""
MEASURES = """\
mc,quarterbeats,keysig,timesig,act_dur,barline,repeats
1,0,-3,3/4,1/4,,firstMeasure
2,1,-3,3/4,3/4,,end
"""
LABELS = """\
quarterbeats,duration_qb,globalkey,localkey,numeral,form,figbass,changes,relativeroot,phraseend
0,1.0,Eb,I,V,,7,,,
1,0.5,Eb,I,V,,,64,,
3/2,0.5,Eb,I,V,,,,,\\\\
2,1.0,Eb,vi,#vii,o,7,,iv,
3,0.5,Eb,vi,i,,,,,
7/2,0.5,Eb,vi,i,,,,,\\\\
4,0.5,Eb,vi,@none,,,,,
"""


def rows(text):
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture
def one():
    return movement("n01op18-1_01", rows(NOTES), rows(MEASURES), rows(LABELS))


def test_notes_with_ties_joined_and_without_grace_notes(one):
    assert one.notes.onset.tolist() == [0, 0, 1, 3]
    assert one.notes.duration.tolist() == [2, 1, 2, 1]
    assert one.notes.pitch.tolist() == [48, 67, 74, 72]
    assert one.notes.fifths.tolist() == [0, 1, 2, 0]
    assert one.line.tolist() == [3, 0, 0, 0]


def test_bars_and_what_closes(one):
    assert one.notes.bar.tolist() == [-2, 1]  # an upbeat is the end of a bar
    assert one.notes.sharps.tolist() == [-3, -3]
    assert one.closes.tolist() == [4]


def test_numerals_and_ends_of_phrases(one):
    assert one.numerals.figure == ("V7", "I64", "V", "#viio7/iv", "i")
    assert one.numerals.key == ("Eb major",) * 3 + ("C minor",) * 2
    assert one.numerals.start.tolist() == [0, 1, 1.5, 2, 3]
    assert one.numerals.end.tolist() == [1, 1.5, 2, 3, 4]  # then there is no chord
    assert one.phrase_end.tolist() == [1.5, 3.5]


def test_quartets_are_split_by_number(tmp_path):
    assert [split_of(name) for name in ("n01op18-1_01", "n16op135_04")] == ["valid", "test"]
    with pytest.raises(MissingDataError, match="no split 'train'"):
        next(movements("train", tmp_path))
    with pytest.raises(MissingDataError, match="no harmonies"):
        next(movements("test", tmp_path))
