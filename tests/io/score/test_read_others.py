"""Humdrum and RomanText, each against what was written by hand."""

from pathlib import Path

import pytest

import descant
from descant.errors import UnreadableFileError
from descant.io.said import Said
from descant.io.score import humdrum_checked, music21_process, read_others, roman_checked
from descant.io.score.read_musicxml import LeftOutWarning

KERN = "**kern\t**kern\n*M4/4\t*M4/4\n*k[b-]\t*k[b-]\n=1\t=1\n2F\t4a\n.\t4b-\n2C\t2cc\n==\t==\n*-\t*-\n"
ROMAN = "Composer: Nobody\nTitle: Cadence\nTime Signature: 4/4\nm1 C: I b3 V7\nm2 I\n"


def opened(tmp_path, text, name):
    path = tmp_path / name
    path.write_text(text)
    return descant.open(path)


def names(score):
    return [one.pitch.name for one in score.sounding()]


def test_of_several_pieces_the_first_is_read_with_a_word(tmp_path):
    with pytest.warns(LeftOutWarning, match="has 2 pieces; the first is read"):
        score = opened(tmp_path, KERN + KERN.replace("4a", "4g"), "two.krn")
    assert "A4" in names(score)


def test_humdrum(tmp_path):
    score = opened(tmp_path, KERN, "two.krn")
    assert len(score.parts) == 2
    assert sorted(names(score)) == ["A4", "Bb4", "C3", "C5", "F3"]
    assert score.measures[0].key.sharps == -1


def test_a_repeat_at_the_end_of_humdrum_begins_no_measure(tmp_path):
    score = opened(tmp_path, KERN.replace("==\t==", "==:|!\t==:|!"), "two.krn")
    assert [(one.length, one.repeat_end) for one in score.measures] == [(4, 2)]


def test_roman_text_is_written_out_as_chords(tmp_path):
    score = opened(tmp_path, ROMAN, "cadence.rntxt")
    chords = [event for row in score.parts[0].measures for event in row if event.pitches]
    assert [{one.midi % 12 for one in chord.pitches} for chord in chords] == [{0, 4, 7}, {7, 11, 2, 5}, {0, 4, 7}]


@pytest.mark.parametrize("name", ["a.krn", "a.rntxt"])
@pytest.mark.parametrize("text", ["hello\n", "\x00\x01\x02", "=" * 1000])
def test_what_is_no_score_is_refused(name, text, tmp_path):
    with pytest.raises(UnreadableFileError, match=r"a\.(krn|rntxt)"):
        opened(tmp_path, text, name)


def test_what_takes_too_long_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(read_others, "MOST_SECONDS", 0.01)
    with pytest.raises(UnreadableFileError, match=r"two\.krn: was not read as Humdrum within 0\.01 s"):
        opened(tmp_path, KERN, "two.krn")


def test_modules_in_the_folder_at_hand_are_not_run(tmp_path, monkeypatch):
    (tmp_path / "music21.py").write_text("raise SystemExit('run')\n")
    monkeypatch.chdir(tmp_path)
    assert "A4" in names(opened(tmp_path, KERN, "two.krn"))


HUMDRUM = KERN.replace("*k[b-]\t*k[b-]\n", "")


def humdrum(old="", new=""):
    """What is made of a file in which something stands in something else's place, and what is told."""
    said = Said()
    text = humdrum_checked.checked(HUMDRUM.replace(old, new, 1), Path("bad.krn"), said)
    return text, list(said._found)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2C\t2cc", "2C", "line 6: has 1 columns, parted by tabs, where 2 go on"),
        ("2C\t2cc", "2C\t2cc\t2e", "line 6: has 3 columns"),
        (HUMDRUM, HUMDRUM.replace("\t", " "), "line 1: its columns are parted by spaces"),
        (HUMDRUM, "**text\nla\n*-\n", "has no column of \\*\\*kern"),
        (HUMDRUM, "hello", "line 1: does not begin columns"),
        ("*-\t*-", "*-\t*-\n4c\t4c", "line 9: does not begin columns"),
        ("=1\t=1", "*v\t*", "line 3: joins a column with none"),
        ("=1\t=1", "*x\t*", "line 3: exchanges another number of columns"),
        ("2F", "2", "line 4: '2' is no note"),
        ("2F", "2FgH", "'2FgH' is no note"),
        ("2F", "2F" + "#" * 9, "'2F#########' is no note"),
        ("2F", "2" + "f" * 100, "'2f{39}' is no note"),
        ("2F", "0" * 30 + "F", "has no length that a note can have"),
        ("2F", "9" * 5000 + "F", "'9{40}' has no length"),
        ("2F", "1%1000000000000F", "has no length"),
        ("2F", "3%0F", "has no length"),
        ("2F", "0%3F", "has no length"),
        ("2F", "2" + "." * 100 + "F", "has no length"),
        ("2F", "99999F", "lasts 4.00004e-05 quarters"),
        ("2F", " ".join(["2F"] * 101), "a chord of 101 notes"),
        ("=1\t=1", "\n".join("\t".join(["*^"] * 2 ** (1 + n)) for n in range(10)), "has 512 columns"),
    ],
)
def test_humdrum_that_makes_no_sense_is_refused_with_its_line(old, new, says):
    with pytest.raises(UnreadableFileError, match=rf"^bad\.krn: .*{says}"):
        humdrum(old, new)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("*M4/4", "*M0/4", "the metre '*M0/4' is none; it is left out"),
        ("*M4/4", "*M4/3", "the metre '*M4/3' is none"),
        ("*M4/4", "*M1000000000/4", "the metre '*M1000000000/4' is none"),
        ("*M4/4", "*MM0", "the tempo '*MM0' is none"),
        ("*M4/4", "*k[zq]", "the key signature '*k[zq]' is none"),
        ("*M4/4", "*clefZ9", "the clef '*clefZ9' is none"),
        ("*-\t*-\n", "", "its columns do not end with *-; the rest of the file may be missing"),
        ("2F", "F", "a note has no length; it is taken for a quarter"),
        ("2F", "2F 4A", "the notes of a chord differ in length; they get that of the first"),
    ],
)
def test_what_nothing_can_be_made_of_in_humdrum_is_told(old, new, says):
    text, told = humdrum(old, new)
    assert [one.startswith(says) for one in told] == [True]
    assert new.startswith(("2", "F")) or not new or new not in text


def test_good_humdrum_is_left_as_it_is():
    text = "!!!COM: Nobody\n**kern\t**text\n*clefG2\t*\n*k[f#c#]\t*\n*MM120\t*\n*M3+2/8\t*\n*^\t*\n"
    text += "[8.cc#L 8.ee;\t4r\tla\nqd\t.\t.\n*v\t*v\t*\n*x\t*x\n.\t3%2BB--_\n*-\t*-\n"
    said = Said()
    assert humdrum_checked.checked(text, Path("good.krn"), said) == text
    assert not said._found


ROMANS = "Title: Cadence\nTime Signature: 4/4\nm1 C: I b3 V7\nm2 I\n"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (ROMANS, "Title: x\n", "has no measure"),
        (ROMANS, "hello\n", "has no measure"),
        ("m2", "m1000000000", "line 4: goes from measure 1 to 1,000,000,000; some are missing"),
        ("m2", "m30000", "line 4: goes from measure 1 to 30,000"),
        ("m2 I", "m2" + " I V" * 25_000, "line 4: has 100,002 characters"),
    ],
)
def test_roman_text_that_makes_no_sense_is_refused_with_its_line(old, new, says):
    with pytest.raises(UnreadableFileError, match=rf"^bad\.rntxt: {says}"):
        roman_checked.checked(ROMANS.replace(old, new), Path("bad.rntxt"), Said())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("4/4", "0/4", "the time signature '0/4' is none; it is left out"),
        ("4/4", "4/0", "the time signature '4/0' is none"),
        ("4/4", "waltz", "the time signature 'waltz' is none"),
        ("Time", "Key Signature: 99\nTime", "the key signature '99' is none"),
        ("m2", "m1", "a measure's number is no higher than the last; lines are read in their order"),
        ("m2", "(m2", "a line is nothing that RomanText knows; it is left out"),
    ],
)
def test_what_nothing_can_be_made_of_in_roman_text_is_told(old, new, says):
    said = Said()
    roman_checked.checked(ROMANS.replace(old, new), Path("bad.rntxt"), said)
    assert [one.startswith(says) for one in said._found] == [True]


def test_variants_endings_and_slow_metres_of_roman_text_are_good():
    said = Said()
    text = "Time Signature: slow 6/8\nm0 b2 C: V\nm1a I\nm1b I\nm2 V\nm2var1 IV\nm3-4 = m1-2\n% said\n"
    assert roman_checked.checked(text, Path("good.rntxt"), said) == text
    assert not said._found


def test_what_music21_says_is_told_in_one_line():
    traceback = "At line 4 for token m1, an exception was raised: \nTraceback:\n  File x\nmusic21.x.YError: no beat b9"
    assert music21_process._said(ValueError(traceback)) == "line 4: no beat b9"
    assert music21_process._said(ValueError()) == "ValueError"
