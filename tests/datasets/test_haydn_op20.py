"""Haydn's quartets: a Humdrum score written here."""

import pytest

from descant.datasets import haydn_op20
from descant.errors import MissingDataError

KERN = """**kern\t**kern
*M3/4\t*M3/4
4C\t4cc
=1\t=1
2D\t4dd
.\t8ee
.\t8ff
4E\t4gg
=2\t=2
2.C\t2.cc
==\t==
*-\t*-
"""


def test_notes_measures_and_an_upbeat(tmp_path):
    folder = tmp_path / "op20" / "1" / "i"
    folder.mkdir(parents=True)
    for name in ("op20n1-01.krn", "op20n1-01_tsroot.krn"):
        (folder / name).write_text(KERN)
    ((name, notes, measures),) = haydn_op20.pieces(tmp_path)
    assert name == "op20n1-01"
    assert [(one.numerator, one.denominator, one.upbeat) for one in measures] == [
        (3, 4, True),
        (3, 4, False),
        (3, 4, False),
    ]
    assert notes.beats.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert notes.downbeats.tolist() == [1, 4]
    assert sorted(zip(notes.onset, notes.pitch, strict=True)) == [
        (0, 48), (0, 72), (1, 50), (1, 74), (2, 76), (2.5, 77), (3, 52), (3, 79), (4, 48), (4, 72),
    ]  # fmt: skip


def test_without_scores(tmp_path):
    with pytest.raises(MissingDataError, match="haydn"):
        list(haydn_op20.pieces(tmp_path))
