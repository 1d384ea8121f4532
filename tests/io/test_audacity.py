"""Audacity label tracks."""

import pytest

from descant.errors import UnreadableFileError, UnsupportedFormatError
from descant.io.audacity import audacity_text, pitch_name, read_audacity, write_audacity
from descant.types import Beats, Chords, Keys, Notes, Sections
from tests.io.samples import full_piece, same


def test_lines_by_hand():
    assert audacity_text(Beats([0.5], [4])) == "0.500000\t0.500000\t4\n"
    assert audacity_text(Keys([0.0], [1.5], ["D minor"])) == "0.000000\t1.500000\tD minor\n"
    assert audacity_text(full_piece().get(Notes)).splitlines() == [
        "0.000000\t1.000000\tC4",
        "1.000000\t1.750000\tD4",
        "1.500000\t2.000000\tdrum 38",
    ]


def test_names_of_pitches():
    assert [pitch_name(one) for one in (0, 21, 60, 69, 127)] == ["C-1", "A0", "C4", "A4", "G9"]


@pytest.mark.parametrize("kind", [Chords, Keys, Sections, Beats])
def test_times_and_labels_come_back(kind, tmp_path):
    annotation = full_piece().get(kind)
    back = read_audacity(write_audacity(annotation, tmp_path / "a.txt"), kind)
    for name in ("time", "position", "start", "end", "label"):
        assert same(getattr(back, name, None), getattr(annotation, name, None))


def test_lines_about_frequencies_are_passed_over(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("0.0\t1.0\tA\n\\\t100.0\t200.0\n1.0\t2.0\tB\n")
    assert read_audacity(path, Sections).label == ("A", "B")


def test_labels_placed_by_hand_are_beats_of_unknown_position(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("0.5\t0.5\t\n1.0\t1.0\t1\n")
    assert read_audacity(path, Beats).position.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        (Chords, "0\t1\tC\n1 2 C\n", "line 2: needs a start, an end and a label, apart by tabs"),
        (Chords, "0\t1\tC\n1\tx\tC\n", "line 2: 'x' is not a time in seconds"),
        (Chords, "0\t1\t\n", "line 1: needs a start, an end and a label"),
        (Beats, "0\t0\tone\n", "line 1: 'one' is not a beat's position"),
    ],
)
def test_bad_lines_are_named(kind, text, words, tmp_path):
    path = tmp_path / "bad.txt"
    path.write_text(text)
    with pytest.raises(UnreadableFileError) as caught:
        read_audacity(path, kind)
    assert str(caught.value).startswith(f"{path}: ")
    assert words in str(caught.value)


def test_notes_are_not_read_from_labels(tmp_path):
    with pytest.raises(UnsupportedFormatError, match="not as Notes"):
        read_audacity(tmp_path / "a.txt", Notes)
