"""ChordGNN piece by piece, with a network that knows the answer."""

import numpy as np

from descant.datasets.roman_analyses import Pair, RomanPiece
from descant.evaluation import roman_pieces
from descant.harmony import chord_gnn
from descant.harmony.chord_gnn import Told
from descant.harmony.note_features import WrittenNotes
from descant.harmony.roman import CLASSES, HEADS, MAJOR, Roman

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
    heads = []
    for at, head in enumerate(HEADS):
        logits = np.zeros((2, CLASSES[head]), dtype=np.float32)
        logits[np.arange(2), [one.classes[at] for one in CHORDS]] = 5
        heads.append(logits)
    return Told(notes.onset, 8.0, tuple(heads), np.zeros(2, dtype=np.float32))


def test_every_listed_piece_has_a_row(monkeypatch, tmp_path):
    listed = {"one": Pair("one", tmp_path, tmp_path), "gone": None}
    monkeypatch.setattr(roman_pieces.roman_analyses, "listed", lambda split: listed)
    monkeypatch.setattr(roman_pieces.roman_analyses, "read_piece", lambda pair: PIECE)
    monkeypatch.setattr(chord_gnn, "told", knows)
    one, gone = roman_pieces.piece_results("test")
    assert (one.name, gone.name) == ("one", "gone")
    assert one.frames.frames == 64
    assert one.frames.rates["roman"] == 1
    assert gone.frames is None
