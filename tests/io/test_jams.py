"""JAMS: valid by the jams package's own check, and read back."""

import json

import jams
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.errors import DescantError, UnreadableFileError
from descant.io.jams import NAMESPACES, read_jams, write_jams
from descant.types import Beats, Chords, Keys, Meter, Notes, Piece, PitchContour, Sections, Tempo
from tests.io.samples import full_piece, same_piece


@pytest.fixture
def written(tmp_path):
    return write_jams(full_piece(), tmp_path / "a song.jams")


def test_the_jams_package_finds_it_valid(written):
    document = jams.load(str(written), validate=True, strict=True)
    assert document.validate(strict=True)
    assert {one.namespace for one in document.annotations} == set(NAMESPACES.values())
    assert document.file_metadata.title == "A song"
    assert document.file_metadata.duration == 20.25


def test_other_programs_read_the_values(written):
    document = jams.load(str(written))
    chords = document.search(namespace="chord")[0]
    assert [(one.time, one.duration, one.value, one.confidence) for one in chords] == [
        (0.0, 3.0, "D:min7/b3", 0.5),
        (3.25, 2.25, "N", 1.0),
    ]
    assert chords.annotation_metadata.annotation_tools == "descant templates"
    assert [one.value for one in document.search(namespace="key_mode")[0]] == ["D:minor", "F#:major"]
    assert [one.value for one in document.search(namespace="tempo")[0]] == [120.5, 60.25]
    assert [len(one.data) for one in document.search(namespace="note_midi")] == [2, 1]
    assert document.search(namespace="pitch_contour")[0].data[0].value == {
        "index": 0,
        "frequency": 440.0,
        "voiced": True,
    }
    assert document.sandbox["descant"]["tuning_cents"] == 3.25


def test_a_full_piece_comes_back_whole(written):
    assert same_piece(read_jams(written), full_piece())


def test_the_same_bytes_twice(written, tmp_path):
    assert write_jams(read_jams(written), tmp_path / "b.jams").read_bytes() == written.read_bytes()


def test_empty_annotations_come_back_and_are_valid(tmp_path):
    piece = Piece("x", 1.0)
    for one in (Beats([], []), Chords([], [], []), Keys([], [], []), Sections([], [], []), Tempo(()), Meter(None)):
        piece = piece.with_(one)
    piece = piece.with_(Notes([], [], [], [])).with_(PitchContour([], [], []))
    path = write_jams(piece, tmp_path / "a.jams")
    jams.load(str(path), validate=True, strict=True)
    assert same_piece(read_jams(path), piece)


def test_files_of_the_jams_package_are_read(tmp_path):
    document = jams.JAMS()
    document.file_metadata.duration = 10.0
    document.file_metadata.title = "Theirs"
    for tool in ("one", ""):
        beats = jams.Annotation("beat", duration=10.0)
        beats.annotation_metadata.annotation_tools = tool
        beats.append(time=1.0, duration=0.0, value=2.0, confidence=None)
        beats.append(time=0.5, duration=0.0, value=None, confidence=0.5)
        document.annotations.append(beats)
    chords = jams.Annotation("chord_harte", duration=10.0)
    chords.append(time=0.0, duration=2.5, value="Bb:min", confidence=None)
    document.annotations.append(chords)
    contour = jams.Annotation("pitch_contour", duration=10.0)
    contour.append(time=0.0, duration=0.0, value={"index": 0, "frequency": -220.0, "voiced": False}, confidence=None)
    document.annotations.append(contour)
    notes = jams.Annotation("note_midi", duration=10.0)
    notes.append(time=0.0, duration=1.0, value=60.2, confidence=None)
    document.annotations.append(notes)
    mood = jams.Annotation("tag_open", duration=10.0)
    mood.append(time=0.0, duration=1.0, value="happy", confidence=None)
    document.annotations.append(mood)
    path = tmp_path / "theirs.jams"
    document.save(str(path))
    piece = read_jams(path)
    assert (piece.file, piece.duration, piece.tags) == ("Theirs", 10.0, {"title": "Theirs"})
    assert piece.get(Beats).time.tolist() == [0.5, 1.0]
    assert piece.get(Beats).position.tolist() == [0, 2]
    assert piece.get(Beats).confidence.tolist() == [0.5, 1.0]
    assert piece.get(Beats).made_by.transform == "one (annotation 0)"
    assert piece.get(Beats, by="jams (annotation 1)") is not None
    assert piece.get(Chords).label == ("Bb:min",)
    assert piece.get(PitchContour).hz.tolist() == [220.0]
    assert piece.get(Notes).pitch.tolist() == [60]


def observation(**more):
    return {"time": 0.0, "duration": 1.0, "value": "C", "confidence": None, **more}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({}, "is not a JAMS file"),
        ({"annotations": [{"namespace": "chord"}]}, "annotation 0 (chord) is damaged"),
        ({"annotations": [{"namespace": "chord", "data": [5]}]}, "annotation 0 (chord) is damaged"),
        ({"annotations": [{"namespace": "chord", "data": [observation(value="Cm")]}]}, "chord label 0 is not valid"),
        ({"annotations": [{"namespace": "chord", "data": [observation(time="x")]}]}, "annotation 0 (chord) is damaged"),
        ({"annotations": [], "sandbox": 5}, "'sandbox' must be an object"),
        ({"annotations": [], "file_metadata": {"duration": "long"}}, "'duration' must be a number"),
    ],
)
def test_damage_is_named(document, words, tmp_path):
    path = tmp_path / "a.jams"
    path.write_text(json.dumps(document))
    with pytest.raises(UnreadableFileError) as caught:
        read_jams(path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4) | st.just({})
ROWS = st.lists(
    st.fixed_dictionaries({"time": VALUES, "duration": VALUES, "value": VALUES, "confidence": VALUES}), max_size=3
)


@given(st.sampled_from(sorted(NAMESPACES.values())), ROWS | VALUES, VALUES)
def test_any_other_document_is_a_piece_or_a_clear_error(tmp_path_factory, namespace, rows, sandbox):
    path = tmp_path_factory.getbasetemp() / "any.jams"
    path.write_text(json.dumps({"annotations": [{"namespace": namespace, "data": rows, "sandbox": sandbox}]}))
    try:
        piece = read_jams(path)
    except DescantError:
        return
    assert isinstance(piece, Piece)
