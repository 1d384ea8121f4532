"""Charts as chords on beats: bars shared evenly, basses, a last chord that is held, and what cannot be read."""

import pytest

from descant.composition.chord_chart import chart, foreign
from descant.errors import InvalidValueError


def test_bars_are_shared_evenly():
    found = chart("Dm | Gm C7 | A7/C# N.C. | Dm")
    assert found.bars == 4
    assert [(one.text, one.start, one.stop) for one in found.chords] == [
        ("Dm", 0, 16),
        ("Gm", 16, 24),
        ("C7", 24, 32),
        ("A7/C#", 32, 40),
        ("Dm", 48, 64),
    ]
    sixth = found.chords[3]
    assert (sixth.root, sixth.intervals, sixth.bass) == (9, (0, 4, 7, 10), 1)


def test_bars_of_other_beats():
    found = chart("C | G D | C", [(4, 8, 12, 16), (16, 22, 28), (28, 32, 32)])  # of three beats, of two, a short one
    assert [(one.start, one.stop) for one in found.chords] == [(4, 16), (16, 22), (22, 28), (28, 32)]
    with pytest.raises(InvalidValueError, match="a bar of 3 beats takes 1 or 3"):
        chart("C G", [(0, 4, 8, 12)])
    with pytest.raises(InvalidValueError, match="the chords fill 2 bars, and there are 1"):
        chart("C | G", [(0, 4, 8, 12)])


def test_the_last_chord_is_held():
    *_, before, last = chart("C | F G | C").spans(32)
    assert (before.start, before.stop, before.held) == (64, 72, False)
    assert (last.start, last.stop, last.held) == (72, 80, True)
    (*_, short) = chart("C F G C").spans()
    assert (short.start, short.stop, short.held) == (12, 16, True)
    assert not chart("C | N.C.").spans()[-1].held


def test_what_the_upper_voices_sing():
    (ninth,) = chart("G9").chords
    assert ninth.span(0, 16).tones == {7, 9, 11, 2, 5}
    assert ninth.span(0, 16).needed == {9, 11, 5}  # no fifth
    (over,) = chart("C/D").chords
    assert (over.bass, over.span(0, 4).needed, over.span(0, 4).tones) == (2, {0, 4, 7}, {0, 4, 7})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("C | F G C", "bar 2 of the chords has 3 chords"),
        ("C || F", "bar 2 of the chords has 0"),
        ("", "has 0 chords"),
        ("Hm", "'Hm' is no chord"),
        ("C13", "'C13' is no chord"),
        ("C | Ceggs", "'Ceggs' is no chord"),
    ],
)
def test_what_cannot_be_read(text, words):
    with pytest.raises(InvalidValueError, match=words.replace("|", r"\|")):
        chart(text)


def test_a_chord_without_a_tone_of_the_key():
    assert foreign(chart("C | F | F#"), 0, "major").text == "F#"
    assert foreign(chart("C | Fm | Bb | A"), 0, "major") is None
    assert foreign(chart("F#"), 9, "minor") is None
