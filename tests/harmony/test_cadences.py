"""Cadences: kinds, and that a close needs the end of a phrase."""

import numpy as np
import pytest

from descant.harmony.cadences import Chord, Lines, cadences, kind_of, page_of
from descant.types import Part, Score
from descant.types.roman_numerals import RomanNumerals
from descant.types.score import ScorePart
from tests.scores import FOUR, frame, note

TONIC, DOMINANT, SECOND = ("C3", "E4", "G4", "C5"), ("G2", "D4", "G4", "B4"), ("D3", "A3", "F4", "D5")
WHOLE, REST = 4, ()


def numerals(*figures, key="C major"):
    """One a bar of four."""
    start = 4.0 * np.arange(len(figures))
    return RomanNumerals(start, start + 4, (key,) * len(figures), figures)


def score(*bars, **last):
    """A bar a chord: `(names, quarters)`, then rests."""
    rows = [
        (note(0, length, *names), *((note(length, 4 - length),) if length < 4 else ())) if names else (note(0, 4),)
        for names, length in bars
    ]
    measures = frame(*((4, FOUR, last if at == len(bars) - 1 else {}) for at in range(len(bars))))
    return Score(measures, (ScorePart(tuple(rows), "Piano"),))


def found(page, chords):
    made = cadences(page, chords)
    return list(zip(made.time.tolist(), made.kind, strict=True))


def test_a_perfect_cadence_before_a_rest():
    page = score((TONIC, 4), (SECOND, 4), (DOMINANT, 4), (TONIC, 2), (TONIC, 4))
    assert found(page, numerals("I", "ii", "V", "I", "I6")) == [(12.0, "PAC")]


def test_an_end_off_the_tonic_is_imperfect():
    top_third = ("C3", "G3", "C4", "E5")
    page = score((TONIC, 4), (SECOND, 4), (DOMINANT, 4), (top_third, 2), (TONIC, 4))
    assert found(page, numerals("I", "ii", "V7", "I", "I6")) == [(12.0, "IAC")]


def test_an_inverted_dominant_is_imperfect():
    page = score((TONIC, 4), (SECOND, 4), (DOMINANT, 4), (TONIC, 2), barline="final")
    assert found(page, numerals("I", "ii", "V65", "I")) == [(12.0, "IAC")]


def test_a_half_cadence_before_a_rest():
    page = score((TONIC, 4), (SECOND, 4), (DOMINANT, 2), (TONIC, 4), (SECOND, 4))
    assert found(page, numerals("I", "ii", "V", "I", "ii")) == [(8.0, "HC")]


def test_plagal_and_deceptive_need_a_fermata():
    for figures, kind in ((("I", "IV", "I"), "PC"), (("I", "V", "vi"), "DC")):
        plain = score((TONIC, 4), (DOMINANT, 4), (TONIC, 4), (TONIC, 4))
        rows = list(plain.parts[0].measures)
        rows[2] = (note(0, 4, *TONIC, marks=("fermata",)),)
        held = Score(plain.measures, (ScorePart(tuple(rows)),))
        chords = numerals(*figures, "iii")
        assert found(held, chords) == [(8.0, kind)]
        assert found(plain, chords) == []


def test_going_on_is_no_cadence():
    """A dominant and its tonic in running eighths, without a chord that prepares them or a rest."""
    names = ("C5", "D5", "E5", "F5", "G5", "F5", "E5", "D5")
    bar = tuple(note(f"{at}/2", "1/2", one) for at, one in enumerate(names))
    page = Score(frame(*((4, FOUR, {}) for _ in range(6))), (ScorePart((bar,) * 6),))
    assert found(page, numerals("I", "V7", "I", "V65", "I", "I6")) == []


def test_of_two_near_ones_the_stronger_is_kept():
    """The dominant of a perfect cadence might be a half one; both are a bar apart."""
    page = score((TONIC, 4), (SECOND, 4), (TONIC, 4), (DOMINANT, 4), (TONIC, 2), barline="final")
    assert found(page, numerals("I", "ii6", "I64", "V", "I")) == [(16.0, "PAC")]


def test_another_key_is_named():
    start = np.array([0.0, 4.0, 8.0])
    chords = RomanNumerals(start, start + 4, ("G major",) * 3, ("ii", "V", "I"))
    in_g = ("G2", "D4", "B4", "G5")
    made = cadences(score((SECOND, 4), (DOMINANT, 4), (in_g, 2), barline="double"), chords)
    assert (made.kind, made.key) == (("PAC",), ("G major",))
    assert 0 < made.confidence[0] < 1


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        ("V7", "I", "IAC"),
        ("viio6", "i", "IAC"),
        ("#viio7", "i", "IAC"),
        ("V7", "I6", ""),
        ("V7/V", "V", "HC"),
        ("V7/IV", "I", ""),
        ("ii", "V7", ""),
        ("bVII", "I", ""),
        ("VII", "i", ""),
        ("v", "i", ""),
        ("i", "v", ""),
        ("V", "VI", "DC"),
        ("V65", "vi", ""),
        ("iv", "i", "PC"),
        ("IV6", "I", ""),
        ("I", "V/V", ""),
    ],
)
def test_kinds(before, now, kind):
    assert kind_of(Chord.of(before), Chord.of(now), same_key=True) == kind


def test_authentic_cadences_stay_in_their_key():
    assert kind_of(Chord.of("V"), Chord.of("I"), same_key=False) == ""
    assert kind_of(Chord.of("I"), Chord.of("V"), same_key=False) == "HC"


def test_places_in_a_bar():
    lines = Lines(page_of(score((TONIC, 4), (TONIC, 4))))
    assert [lines.strength(at) for at in (4.0, 6.0, 5.0, 4.5)] == [3, 2, 1, 0]
    assert lines.top(1.0) == 72
    assert lines.top(9.0) == -1


def test_nothing_in_nothing_out():
    empty = Score(frame((4, FOUR, {})), ())
    assert len(cadences(empty, numerals("V", "I"))) == 0
    assert len(cadences(score((TONIC, 4)), RomanNumerals(np.zeros(0), np.zeros(0), (), ()))) == 0
    assert len(cadences(score((TONIC, 4)), numerals("I"))) == 0
    drums = ScorePart(((note(0, 4, "C4", drums=(36,)),),), sound=Part("Kit", 0, drum=True))
    assert len(cadences(Score(frame((4, FOUR, {})), (drums,)), numerals("V", "I"))) == 0
