"""Systems piece by piece: one that knows the answer, one that does not."""

import numpy as np

from descant.datasets.roman_analyses import Pair, RomanPiece
from descant.evaluation import roman_pieces
from descant.harmony.note_features import WrittenNotes
from descant.harmony.roman import MAJOR, Roman

CHORDS = (Roman((0, MAJOR), (1, 0), "maj", 0, 0), Roman((0, MAJOR), (5, 0), "7", 0, 1))
BARS = np.array([0.0, 4.0])
NOTES = WrittenNotes(
    BARS,
    np.full(2, 4.0),
    np.array([48, 55]),
    np.array([0, 1]),
    BARS,
    np.full(2, 4.0),
    np.ones(2),
    np.zeros(2, np.int64),
)
PIECE = RomanPiece("one", NOTES, BARS, CHORDS)


def knows(notes):
    return notes.onset, np.array([one.classes for one in CHORDS])


def thinks_of_one(notes):
    return notes.onset[:1], np.array([CHORDS[0].classes])


def test_every_system_is_asked_for_every_piece_that_is_there(monkeypatch, tmp_path):
    listed = {"one": Pair("one", tmp_path, tmp_path), "gone": None}
    monkeypatch.setattr(roman_pieces.roman_analyses, "listed", lambda split: listed)
    monkeypatch.setattr(roman_pieces.roman_analyses, "read_piece", lambda pair: PIECE)
    missing = []
    first, second = roman_pieces.piece_results("test", {"knows": knows, "one": thinks_of_one}, missing.append)
    assert missing == ["gone"]
    assert (first.piece, first.system, second.system) == ("one", "knows", "one")
    assert first.frames.frames == 64
    assert first.frames.rates["roman"] == 1
    assert sum(first.errors) == 0
    assert second.frames.rates["roman"] == 0.5
    assert sum(second.errors) == 32
    assert list(roman_pieces.piece_results("test", {"knows": knows}, missing.append, count=0)) == []
