"""RomanText: measures, beats and keys as the format has them."""

from fractions import Fraction as F

import pytest

import descant
from descant.datasets.roman_chords import chord_changes
from descant.errors import UnwritableFileError
from descant.io.score.write_romantext import romantext
from descant.types import Score
from descant.types.score import Numeral, ScorePart, TimeSignature
from tests.scores import FOUR, THREE, frame, note

SIX = TimeSignature((6,), 8)
UPBEAT = frame((1, FOUR, {}), (4, FOUR, {}), (4, FOUR, {}), (3, SIX, {}))


def score(numerals, measures=UPBEAT) -> Score:
    rows = tuple((note(0, one.length, "C4"),) for one in measures)
    return Score(measures, (ScorePart(rows),), title="A\ntune", numerals=numerals)


NUMERALS = (
    Numeral(F(0), "V", "C major"),
    Numeral(F(1), "I", "C major"),
    Numeral(F(1) + F(4, 3), "V65/ii", "C major"),
    Numeral(F(9), "i", "D minor"),
    Numeral(F(9) + F(3, 2), "viio7", "D minor"),
)


def test_text_by_hand():
    assert romantext(score(NUMERALS)) == (
        "Title: A tune\nAnalyst: descant\n\nTime Signature: 4/4\n\n"
        "m0 b4 C: V\nm1 I b2.33 V65/ii\n\nTime Signature: 6/8\n\nm3 d: i b2 viio7\n"
    )


def test_a_reader_of_the_format_finds_the_same():
    found = chord_changes(romantext(score(NUMERALS)))
    assert [(one.measure, one.figure) for one in found] == [(0, "V"), (1, "I"), (1, "V65/ii"), (3, "i"), (3, "viio7")]
    assert [one.beat for one in found] == pytest.approx([4, 1, 7 / 3, 1, 2])


EIGHTHS, HALVES = TimeSignature((3,), 8), TimeSignature((6,), 4)
ODD = {
    "an upbeat, then compound bars": (UPBEAT, [0, 1, F(7, 3), 9, F(21, 2)]),
    "three eighths are one beat": (frame(*[(F(3, 2), EIGHTHS, {})] * 3), [0, F(1, 2), 2, 3, 4]),
    "six quarters are two beats": (frame(*[(6, HALVES, {})] * 2), [0, 1, 3, 6, 10]),
    "a bar in two halves": (
        frame((4, FOUR, {}), (3, FOUR, {"repeat_end": 2}), (1, FOUR, {"number": "X1"}), *[(4, FOUR, {})] * 2),
        [0, 4, 7, 8, 13],
    ),
    "a new metre under a held chord": (
        frame((4, FOUR, {}), (3, THREE, {}), (4, FOUR, {}), (4, FOUR, {})),
        [0, 1, 2, 8, 11],
    ),
    "a bar that is too long": (frame((4, FOUR, {}), (5, FOUR, {}), (4, FOUR, {}), (4, FOUR, {})), [0, 4, 6, 9, 13]),
}


@pytest.mark.parametrize("name", ODD)
def test_music21_finds_them_at_the_same_places(name):
    from music21 import converter

    measures, places = ODD[name]
    figures = ("V", "I", "V65/ii", "i", "viio7")
    numerals = tuple(
        Numeral(F(at), figure, "C major" if number < 3 else "D minor")
        for number, (at, figure) in enumerate(zip(places, figures, strict=True))
    )
    read = converter.parse(romantext(score(numerals, measures)), format="romanText")
    found: list[tuple[float, str]] = []
    for one in read.recurse().getElementsByClass("RomanNumeral"):
        if not found or found[-1][1] != one.figure:  # what is held into a new metre is said again
            found.append((float(one.getOffsetInHierarchy(read)), one.figure))
    shift = found[0][0]
    assert [figure for _, figure in found] == list(figures)
    assert [at - shift for at, _ in found] == pytest.approx([float(at) for at in places], abs=0.02)


def test_a_score_without_numerals_is_refused(tmp_path):
    with pytest.raises(UnwritableFileError, match="has no Roman numerals; `descant harmony` finds them"):
        descant.save(score(()), tmp_path / "a.rntxt")
    assert not list(tmp_path.iterdir())


def test_numerals_are_read_back(tmp_path):
    path = descant.save(score(NUMERALS), tmp_path / "a.rntxt")
    found = descant.open(path).numerals
    assert [(one.figure, one.key) for one in found] == [(one.figure, one.key) for one in NUMERALS]
    assert [float(one.at) for one in found] == pytest.approx([0, 1, 7 / 3, 9, 10.5], abs=0.02)
