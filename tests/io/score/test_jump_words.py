"""Words that ask for jumps, in the forms that pages have."""

import pytest

from descant.io.score.jump_words import jump_of
from descant.types.score import JUMPS


@pytest.mark.parametrize("jump", JUMPS)
def test_every_jump_is_read_by_its_name(jump):
    assert jump_of(jump) == (jump, True)


@pytest.mark.parametrize(
    ("words", "jump", "alone"),
    [
        ("Da Capo", "D.C.", True),
        ("D.C. al fine.", "D.C. al Fine", True),
        ("D. C.  al Fine", "D.C. al Fine", True),
        ("DC al Coda", "D.C. al Coda", True),
        ("dal segno alla coda", "D.S. al Coda", True),
        ("Dal Segno al Fine", "D.S. al Fine", True),
        ("D.S.", "D.S.", True),
        ("FINE", "Fine", True),
        ("Il Fine", "Fine", True),
        ("to the Coda", "To Coda", True),
        ("al Coda", "To Coda", True),
        ("CODA", "coda", True),
        ("Menuetto da capo", "D.C.", False),
        ("Scherzo D.C. senza replica", "D.C.", False),
        ("D.C. al Fine e poi la Coda", "D.C.", False),  # whichever comes first
        ("Menuet D. C. al Fine", "D.C. al Fine", False),
    ],
)
def test_words_of_pages(words, jump, alone):
    assert jump_of(words) == (jump, alone)


@pytest.mark.parametrize(
    "words", ["", "dolce", "fine line", "codetta", "a capo", "al segno", "Capo 3", "sfz d.", "AC/DC"]
)
def test_other_words_ask_for_none(words):
    assert jump_of(words) is None
