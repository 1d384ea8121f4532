"""Humdrum and RomanText, each against what was written by hand."""

import pytest

import descant
from descant.errors import UnreadableFileError
from descant.io.score import read_others
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
