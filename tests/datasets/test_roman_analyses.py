"""Scores with Roman numerals: a tiny copy of the sets' folders, and the real ones where they are."""

import numpy as np
import pytest

from descant.datasets import roman_analyses
from descant.datasets.roman_analyses import Pair, chord_at, fit, listed, pairs, read_piece
from descant.errors import MissingDataError
from descant.harmony.roman import MAJOR
from tests.datasets.test_when_in_rome import ATTRIBUTES, measure, note, score, write_mxl

ANALYSIS = "Analyst: Somebody\n\nm0 b3 C: V\nm1 I b2 IV\nm2 V7 b3 I6/V\n"
PIANO = (
    measure(0, ATTRIBUTES.format("<key><fifths>1</fifths></key>"), note("G", 4, 2))
    + measure(1, note("C", 4, 2), note("E", 4, 2, "chord"), note("F", 4, 4), note("A", 4, 4, "chord"))
    + measure(2, note("G", 4, 4), note("B", 4, 4, "chord"), note("F", 5, 4, "chord"), note("B", 4, 2))
)
ROME, NETWORK = "when_in_rome/Corpus", "augnet_splits"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    for name in ("_corpus", "_madrigals"):
        getattr(roman_analyses, name).cache_clear()
    monkeypatch.setattr(roman_analyses, "music21_scores", dict)
    for at in ("01", "02", "03"):
        place = tmp_path / ROME / "Songs" / "X" / "_" / at
        write_mxl(place / "score.mxl", score(PIANO))
        who = "DCML" if at == "03" else "Somebody"
        (place / "analysis.txt").write_text(ANALYSIS.replace("Somebody", who))
    lists = tmp_path / NETWORK / "AugmentedNet" / "data"
    lists.mkdir(parents=True)
    for name in roman_analyses.COLLECTIONS:
        (lists / f"{name}.py").write_text(
            "annotation_score_duples = {}\nsplits = {'training': [], 'validation': [], 'test': []}\n"
        )
    (lists / "wir.py").write_text(
        "annotation_score_duples = {\n"
        "    'one': ('rawdata/When-in-Rome/Corpus/Songs/X/_/1/analysis.txt',\n"
        "            'rawdata/When-in-Rome/Corpus/Songs/X/_/1/score.mxl'),\n"
        "    'gone': ('rawdata/When-in-Rome/Corpus/Songs/Y/1/analysis.txt', 'rawdata/corrections/Y.mxl'),\n"
        "}\n"
        "splits = {'training': [], 'validation': ['one'], 'test': ['gone']}\n"
    )
    yield tmp_path
    for name in ("_corpus", "_madrigals"):
        getattr(roman_analyses, name).cache_clear()


def test_splits_are_as_listed_and_the_rest_trains(folder):
    assert [pair.name for pair in pairs("valid")] == ["one"]
    assert pairs("valid")[0].analysis.parent.name == "01"  # folders are numbered otherwise today
    assert listed("test") == {"gone": None}
    assert pairs("test") == []
    assert [pair.name for pair in pairs("train")] == ["Songs/X/_/02"]  # 1 is held out, 3 must not train


def test_a_piece(folder):
    [piece] = roman_analyses.pieces("valid")
    assert piece.start.tolist() == [0, 1, 2, 4, 6]
    assert [one.figure for one in piece.chords] == ["V", "I", "IV", "V7", "I6/V"]
    assert {one.key for one in piece.chords} == {(0, MAJOR)}
    assert piece.notes.fifths.tolist() == [1, 0, 4, -1, 3, 1, 5, -1, 5]
    assert piece.notes.bar.tolist() == [-2, 1, 4]
    assert piece.notes.sharps.tolist() == [1, 1, 1]
    assert fit(piece) == 1
    assert chord_at(piece.start, np.array([0.0, 0.99999, 1.5, 9.0])).tolist() == [0, 1, 1, 4]


def test_measures_counted_otherwise(folder):
    place = folder / ROME / "Songs" / "X" / "_" / "02"
    (place / "analysis.txt").write_text("m1 b3 C: V\nm2 I b2 IV\nm3 V7 b3 I6/V\n")  # the upbeat as measure 1
    piece = read_piece(Pair("two", place / "analysis.txt", place / "score.mxl"))
    assert piece.start.tolist() == [0, 1, 2, 4, 6]


def test_what_does_not_fit_is_left_out(folder):
    place = folder / ROME / "Songs" / "X" / "_" / "02"
    pair = Pair("two", place / "analysis.txt", place / "score.mxl")
    pair.analysis.write_text(ANALYSIS.replace("C:", "F#:"))
    assert read_piece(pair) is None
    pair.analysis.write_text("Title: nothing\n")
    assert read_piece(pair) is None
    pair.score.write_bytes(b"not a score")
    assert read_piece(pair) is None


def test_says_what_is_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    with pytest.raises(MissingDataError, match="AugmentedNet"):
        pairs("valid")


def test_every_listed_test_piece_is_found():
    try:
        found = listed("test")
    except MissingDataError as error:
        pytest.skip(str(error))
    assert len(found) == 56
    assert [name for name, pair in found.items() if pair is None] == []
