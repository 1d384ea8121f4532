"""Tables: every type is written with a header; the timed ones are read back."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.errors import DescantError, UnreadableFileError, UnsupportedFormatError
from descant.io.csv_tables import header_kind, read_csv, write_csv
from descant.types import FIELDS, Beats, Chords, Keys, Loudness, Meter, Notes, PitchContour, Sections, Tempo
from tests.io.samples import full_piece, same

TIMED = (Beats, Chords, Keys, Sections, Notes, PitchContour)


@pytest.mark.parametrize("kind", FIELDS.values())
def test_every_type_has_a_header_and_a_confidence(kind, tmp_path):
    path = write_csv(full_piece().get(kind), tmp_path / "a.csv")
    rows = list(csv.DictReader(path.open(newline="")))
    assert rows
    assert all(0.0 <= float(row["confidence"]) <= 1.0 for row in rows)


def test_lines_by_hand(tmp_path):
    piece = full_piece()
    assert write_csv(piece.get(PitchContour), tmp_path / "a.csv").read_text() == (
        "time,hz,voiced,confidence\n0.0,440.0,true,0.5\n0.02,0.0,false,0.25\n0.04,441.5,true,1.0\n"
    )
    assert write_csv(piece.get(Tempo), tmp_path / "a.csv").read_text() == "bpm,confidence\n120.5,0.75\n60.25,0.25\n"
    assert write_csv(piece.get(Meter), tmp_path / "a.csv").read_text() == "signature,confidence\n3/4,1.0\n"
    assert write_csv(piece.get(Loudness), tmp_path / "a.csv").read_text().splitlines()[1] == "-14.5,,5.25,1.0"
    assert write_csv(piece.get(Notes), tmp_path / "a.csv").read_text().splitlines()[3] == (
        "1.5,2.0,38,100,0,true,1,1.0"
    )


@pytest.mark.parametrize("kind", TIMED)
def test_timed_types_come_back(kind, tmp_path):
    annotation = full_piece().get(kind)
    path = write_csv(annotation, tmp_path / "a.csv")
    back = read_csv(path, kind)
    names = ("time", "position", "start", "end", "label", "hz", "voiced", "onset", "pitch", "velocity", "confidence")
    for name in (*names, "program", "drum"):
        assert same(getattr(back, name, None), getattr(annotation, name, None)), name
    assert header_kind(path) in (kind, None)


def test_columns_in_any_order_and_unknown_ones(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('Label,end,START,colour\n"A, again",1.5,0.5,red\n\n')
    sections = read_csv(path, Sections)
    assert (sections.start.tolist(), sections.end.tolist(), sections.label) == ([0.5], [1.5], ("A, again",))


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        (Beats, "seconds\n1.0\n", "line 1: the header needs time"),
        (Chords, "start,end,label\n0,1,C\n1,2\n", "line 3: has 2 cells, not 3"),
        (Chords, "start,end,label\n0,1,C\n1,two,C\n", "line 3: 'two' is not a value for end"),
        (Chords, "start,end,label\n0,1,C\n1,2,Cm\n", "line 3: chord label 0 is not valid: 'Cm'"),
        (PitchContour, "time,hz,voiced\n0,440,maybe\n", "line 2: 'maybe' is not a value for voiced"),
        (Notes, "onset,offset,pitch,program\n0,1,60,900\n", "line 2: a General MIDI programme"),
        (Notes, "onset,offset,pitch,pitch\n0,1,60,60\n", "needs 1 entries, got 2"),
        (Beats, "time\n2\n1\n", "entry 1 at 1 s follows entry 0 at 2 s"),
    ],
)
def test_bad_lines_are_named(kind, text, words, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(UnreadableFileError) as caught:
        read_csv(path, kind)
    assert str(caught.value).startswith(f"{path}: ")
    assert words in str(caught.value)


def test_types_for_the_whole_are_not_read_from_tables(tmp_path):
    with pytest.raises(UnsupportedFormatError, match="not as Tempo"):
        read_csv(tmp_path / "a.csv", Tempo)


@given(
    st.sampled_from(TIMED),
    st.binary(max_size=40)
    | st.text('0123.,\n"enx-').map(lambda t: b"time,hz,start,end,label,onset,offset,pitch\n" + t.encode()),
)
def test_any_other_bytes_are_a_table_or_a_clear_error(tmp_path_factory, kind, data):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    try:
        assert isinstance(read_csv(path, kind), kind)
    except DescantError as error:
        assert "any.csv" in str(error)  # noqa: PT017 (either way is right)
