"""MIREX label files: written by hand, read back, bad lines named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.errors import DescantError, UnreadableFileError, UnsupportedFormatError
from descant.io.lab import lab_text, read_lab, write_lab
from descant.types import Beats, Chords, Keys, Notes, Sections
from tests.io.samples import full_piece, same


def test_lines_by_hand():
    assert lab_text(Chords([0.0, 1.5], [1.5, 2.0], ["N", "D:min7/b3"])) == (
        "0.000000\t1.500000\tN\n1.500000\t2.000000\tD:min7/b3\n"
    )
    assert lab_text(Beats([0.5, 1.0], [4, 1])) == "0.500000\t4\n1.000000\t1\n"


@pytest.mark.parametrize("kind", [Chords, Keys, Sections, Beats])
def test_times_and_labels_come_back(kind, tmp_path):
    annotation = full_piece().get(kind)
    back = read_lab(write_lab(annotation, tmp_path / "a b.lab"), kind)
    for name in ("time", "position", "start", "end", "label"):
        assert same(getattr(back, name, None), getattr(annotation, name, None))


def test_times_closer_than_a_microsecond_keep_apart(tmp_path):
    beats = Beats([1.0, 1.0 + 1e-9], [1, 2])
    assert read_lab(write_lab(beats, tmp_path / "a.lab"), Beats).time.tolist() == beats.time.tolist()


def test_spaces_blank_lines_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path):
    path = tmp_path / "a.lab"
    path.write_bytes(b"\xef\xbb\xbf0.0  1.0  A long verse\r\n\r\n1.0 2.0 B\r\n")
    assert read_lab(path, Sections).label == ("A long verse", "B")
    path.write_text("0 1 D:minor\n1 2 E major\n")
    assert read_lab(path, Keys).label == ("D minor", "E major")
    path.write_text("0.5\n1.0 2\n")
    assert read_lab(path, Beats).position.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        (Chords, "0 1 C\n\n1 2\n", "line 3: needs a start, an end and a label, got '1 2'"),
        (Chords, "0 1 C\nx 2 C\n", "line 2: 'x' is not a time in seconds"),
        (Chords, "0 1 C\n1 2 Cm\n", "line 2: chord label 0 is not valid: 'Cm'"),
        (Chords, "0 1 C\n2 1 C\n", "line 2: chord 0 ends at 1 s"),
        (Chords, "0 2 C\n1 3 C\n", "chord 1 starts at 1 s, before chord 0 ends at 2 s"),
        (Chords, "0 nan C\n", "line 1: chord ends must be finite"),
        (Beats, "1.0 1\n2.0 two\n", "line 2: 'two' is not a beat's position"),
        (Beats, "1.0 1\n2.0 2 3\n", "line 2: needs a time and a position"),
        (Beats, "1.0 1\n2.0 1.5\n", "line 2: beat positions must be whole numbers"),
        (Beats, "2.0 1\n1.0 2\n", "entry 1 at 1 s follows entry 0 at 2 s"),
    ],
)
def test_bad_lines_are_named(kind, text, words, tmp_path):
    path = tmp_path / "bad.lab"
    path.write_text(text)
    with pytest.raises(UnreadableFileError) as caught:
        read_lab(path, kind)
    assert str(caught.value).startswith(f"{path}: ")
    assert words in str(caught.value)


def test_other_types_have_no_label_files(tmp_path):
    with pytest.raises(UnsupportedFormatError, match="not Notes"):
        read_lab(tmp_path / "a.lab", Notes)


@given(
    st.sampled_from([Chords, Keys, Sections, Beats]),
    st.binary(max_size=60) | st.text("0123456789. \tCN:\n-einf").map(str.encode),
)
def test_any_other_bytes_are_labels_or_a_clear_error(tmp_path_factory, kind, data):
    path = tmp_path_factory.getbasetemp() / "any.lab"
    path.write_bytes(data)
    try:
        assert isinstance(read_lab(path, kind), kind)
    except DescantError as error:
        assert "any.lab" in str(error)  # noqa: PT017 (either way is right)
