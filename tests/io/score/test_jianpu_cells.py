"""The cells of a page of numbers, each measure against what a copyist would write."""

from fractions import Fraction as F

from descant.io.score.jianpu_cells import cells
from descant.types import Score
from descant.types.score import KeySignature, ScorePart, TimeSignature, Tuplet
from tests.scores import FOUR, frame, full_score, note

SIX = TimeSignature((6,), 8)


def row(*events, time=FOUR, length=None, key=None):
    """The cells of one measure."""
    measures = frame((length or time.length, time, {}), key=key)
    return cells(Score(measures, (ScorePart((events,)),)))[0]


def shown(*events, **more):
    return " ".join(cell.sign + cell.text + "." * cell.point for cell in row(*events, **more))


def test_long_notes_have_dashes_and_long_rests_a_number_a_beat():
    assert shown(note(0, 4, "C4")) == "1 - - -"
    assert shown(note(0, 4)) == "0 0 0 0"
    assert shown(note(0, 3), time=SIX) == "0. 0."
    assert shown(note(0, "3/2"), note("3/2", "5/2", "G4")) == "0 0 5 - 5"


def test_lines_and_beats():
    found = row(
        note(0, "3/4", "C4"), note("3/4", "1/4", "D4"), note(1, "1/2"), note("3/2", "1/2", "E4"), note(2, 2, "F4")
    )
    assert [cell.lines for cell in found] == [1, 2, 1, 1, 0, 0]
    assert [cell.beat for cell in found] == [0, 0, 1, 1, 2, 3]
    eighths = [note(F(at, 2), "1/2", "C4") for at in range(6)]
    assert [cell.beat for cell in row(*eighths, time=SIX)] == [0, 0, 0, 1, 1, 1]


def test_an_upbeat_is_in_the_last_beat():
    assert [cell.beat for cell in row(note(0, "1/2", "G4"), length=F(1, 2))] == [3]


def test_octaves_are_counted_from_the_tonic():
    found = row(note(0, 1, "B3"), note(1, 1, "C4"), note(2, 1, "B4"), note(3, 1, "C6"))
    assert [(cell.text, cell.octave) for cell in found] == [("7", -1), ("1", 0), ("7", 0), ("1", 2)]


def test_what_was_altered_gets_a_natural_sign_until_the_bar_ends():
    assert shown(note(0, 1, "F#4"), note(1, 1, "F#4"), note(2, 1, "F4"), note(3, 1, "F4")) == "♯4 ♯4 ♮4 4"
    assert shown(note(0, 1, "F4"), note(1, 3, "F#4"), key=KeySignature(1)) == "♭7 ♮7 - -"


def test_a_tie_needs_no_second_sign():
    score = Score(
        frame((4, FOUR, {}), (4, FOUR, {})),
        (ScorePart(((note(0, 4, "F#4", tied=(True,)),), (note(0, 2, "F#4"), note(2, 2, "F#4")))),),
    )
    first, second = cells(score)
    assert [(cell.sign, cell.tied) for cell in first if cell.text == "4"] == [("♯", True)]
    assert [(cell.sign, cell.tied) for cell in second if cell.text == "4"] == [("", False), ("♯", False)]


def test_tuplets_words_and_pieces_of_a_note():
    upbeat, bar, *_ = cells(full_score())
    assert [one.text for cell in upbeat for one in cell.lyrics] == ["The"]
    assert [(cell.text, cell.tuplet, cell.closes) for cell in bar] == [
        ("1", 0, False),
        ("7", 0, False),
        ("6", 3, False),
        ("4", 0, False),
        ("7", 0, True),
    ]
    assert [cell.onset for cell in bar] == [0, F(3, 2), 2, F(8, 3), F(10, 3)]
    long = row(note(0, "2/3", "C4", tuplet=Tuplet(3, 2)), note("2/3", "4/3", "D4", tuplet=Tuplet(3, 2)), note(2, 2))
    assert [(cell.text, cell.onset, cell.duration) for cell in long[:3]] == [
        ("1", 0, F(2, 3)),
        ("2", F(2, 3), F(2, 3)),
        ("-", F(4, 3), F(2, 3)),
    ]
    held = row(note(0, "5/2", "C4"), note("5/2", "3/2", "E4"))
    assert [(cell.text, cell.tied) for cell in held] == [("1", True), ("-", False), ("1", False), ("3", False)]
