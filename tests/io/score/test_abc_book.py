"""Books of tunes in ABC."""

import pytest

from descant.errors import UnreadableFileError
from descant.io.score.abc_book import book_tunes

BOOK = """%%propagate-accidentals not
B: A book

X:1
T:One
R:Reel
C:Trad.
M:4/4
L:1/4
K:C
CDEF|

X:2
T:Two
M:4/4
L:1/4
K:H
CDEF|

X:3
T:Three
M:3/4
L:1/4
K:G
R:Waltz
GAB|
"""


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.abc"
    path.write_text(BOOK)
    return path


def test_each_tune_with_its_head(book):
    one, two, three = book_tunes(book)
    assert (one.number, two.number, three.number) == (1, 2, 3)
    read = one.read()
    assert (read.score.title, read.score.composer) == ("One", "Trad.")
    assert read.fields["R"] == "Reel"
    assert read.fields["B"] == "A book"
    assert [note.pitch.name for note in three.read().score.sounding()] == ["G4", "A4", "B4"]


def test_a_tune_that_cannot_be_read_says_which(book):
    two = list(book_tunes(book))[1]
    with pytest.raises(UnreadableFileError, match=r"book.abc, tune 2: line \d+: 'H' is no key"):
        two.read()


def test_no_tunes(tmp_path):
    path = tmp_path / "words.abc"
    path.write_text("nothing here\n")
    assert list(book_tunes(path)) == []
