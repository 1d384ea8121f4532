"""ABC, Humdrum and RomanText, each against what was written by hand."""

import pytest

import descant
from descant.errors import UnreadableFileError
from descant.io.score import read_others
from descant.io.score.read_musicxml import LeftOutWarning

ABC = "X:1\nT:A scale\nM:3/4\nL:1/4\nK:G\nG A B|c d ^e|]\n"
KERN = "**kern\t**kern\n*M4/4\t*M4/4\n*k[b-]\t*k[b-]\n=1\t=1\n2F\t4a\n.\t4b-\n2C\t2cc\n==\t==\n*-\t*-\n"
ROMAN = "Composer: Nobody\nTitle: Cadence\nTime Signature: 4/4\nm1 C: I b3 V7\nm2 I\n"


def opened(tmp_path, text, name):
    path = tmp_path / name
    path.write_text(text)
    return descant.open(path)


def names(score):
    return [one.pitch.name for one in score.sounding()]


def test_abc(tmp_path):
    score = opened(tmp_path, ABC, "scale.abc")
    assert names(score) == ["G4", "A4", "B4", "C5", "D5", "E#5"]
    assert (score.title, score.measures[0].time.beats, score.measures[0].key.sharps) == ("A scale", (3,), 1)


def test_of_several_tunes_the_first_is_read_with_a_word(tmp_path):
    with pytest.warns(LeftOutWarning, match="has 2 tunes"):
        score = opened(tmp_path, ABC + "\n" + ABC.replace("X:1", "X:2").replace("scale", "tune"), "book.abc")
    assert score.title == "A scale"


def test_humdrum(tmp_path):
    score = opened(tmp_path, KERN, "two.krn")
    assert len(score.parts) == 2
    assert sorted(names(score)) == ["A4", "Bb4", "C3", "C5", "F3"]
    assert score.measures[0].key.sharps == -1


def test_roman_text_is_written_out_as_chords(tmp_path):
    score = opened(tmp_path, ROMAN, "cadence.rntxt")
    chords = [event for row in score.parts[0].measures for event in row if event.pitches]
    assert [{one.midi % 12 for one in chord.pitches} for chord in chords] == [{0, 4, 7}, {7, 11, 2, 5}, {0, 4, 7}]


@pytest.mark.parametrize("name", ["a.abc", "a.krn", "a.rntxt"])
@pytest.mark.parametrize("text", ["hello\n", "\x00\x01\x02", "=" * 1000])
def test_what_is_no_score_is_refused(name, text, tmp_path):
    with pytest.raises(UnreadableFileError, match=r"a\.(abc|krn|rntxt)"):
        opened(tmp_path, text, name)


def test_what_takes_too_long_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(read_others, "MOST_SECONDS", 0.01)
    with pytest.raises(UnreadableFileError, match=r"scale\.abc: was not read as ABC within 0\.01 s"):
        opened(tmp_path, ABC, "scale.abc")


def test_modules_in_the_folder_at_hand_are_not_run(tmp_path, monkeypatch):
    (tmp_path / "music21.py").write_text("raise SystemExit('run')\n")
    monkeypatch.chdir(tmp_path)
    assert names(opened(tmp_path, ABC, "scale.abc"))[0] == "G4"
