"""JSON: what is written is what is documented, and it comes back."""

import dataclasses
import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.errors import DescantError, InvalidValueError, UnreadableFileError, UnsupportedFormatError
from descant.io.json_piece import piece_from_json, piece_json, read_json, write_json
from descant.types import FIELDS, Beats, Chords, Meter, Notes, Piece, PitchContour, Tempo
from tests.io.samples import by, full_piece, same_piece


def test_a_full_piece_comes_back_whole(tmp_path):
    piece = full_piece()
    assert same_piece(read_json(write_json(piece, tmp_path / "a.json")), piece)
    assert same_piece(piece_from_json(json.loads(json.dumps(piece_json(piece)))), piece)


def test_the_fields_of_the_issue_by_hand():
    written = piece_json(full_piece())
    assert written["schema"] == 1
    assert written["tempo"] == {
        "bpm": 120.5,
        "candidates": [{"bpm": 120.5, "confidence": 0.75}, {"bpm": 60.25, "confidence": 0.25}],
    }
    assert (written["meter"], written["meter_confidence"]) == ("4/4", 0.5)
    assert written["beats"][1] == {"time": 0.625, "position": 2, "confidence": 0.025}
    assert written["key"] == {"label": "D minor", "confidence": 0.75}
    assert written["keys"][0] == {"start": 0.0, "end": 8.0, "label": "D minor", "confidence": 0.5}
    assert written["chords"][0] == {"start": 0.0, "end": 3.0, "label": "D:min7/b3", "confidence": 0.5}
    assert written["notes"][2] == {
        "onset": 1.5,
        "offset": 2.0,
        "pitch": 38,
        "velocity": 100,
        "program": 0,
        "drum": True,
        "part": 1,
        "confidence": 1.0,
    }
    assert written["pitch"][1] == {"time": 0.02, "hz": 0.0, "voiced": False, "confidence": 0.25}
    assert written["tuning_cents"] == 3.25
    assert written["loudness"]["integrated_lufs"] == -14.5
    assert written["made_by"]["beats"] == {"transform": "hmm", "version": "0.1.0", "parameters": {"most": 4}}
    assert len(written["alternatives"]["dp"]["beats"]) == 2
    assert written["corrections"]["meter"] == "3/4"
    assert set(written["made_by"]) == set(FIELDS)


def test_every_field_is_documented():
    text = (Path(__file__).parents[2] / "docs" / "json.md").read_text()
    example = json.loads(re.search(r"```json\n(.*?)```", text, re.S).group(1))
    assert set(piece_json(full_piece())) == set(example)
    piece_from_json(example)
    for name, value in piece_json(full_piece()).items():
        assert f"`{name}`" in text
        if isinstance(value, list) and value and isinstance(value[0], dict):
            assert set(value[0]) == set(example[name][0]), name


def test_the_same_piece_gives_the_same_bytes_one_entry_a_line(tmp_path):
    one, two = (write_json(full_piece(), tmp_path / name) for name in ("1.json", "2.json"))
    assert one.read_bytes() == two.read_bytes()
    assert '  {"time": 0.125, "position": 1, "confidence": 0.0},\n' in one.read_text()
    again = write_json(read_json(one), tmp_path / "3.json")
    assert again.read_bytes() == one.read_bytes()


def test_the_file_holds_what_piece_json_says(tmp_path):
    for piece in (full_piece(), Piece("", 0.0), Piece("x", 1.0).with_(Beats([], [])).with_(Meter(None))):
        assert json.loads(write_json(piece, tmp_path / "a.json").read_text()) == piece_json(piece)


def test_nothing_found_differs_from_nothing_sought(tmp_path):
    piece = Piece("x", 1.0).with_(Beats([], [])).with_(Tempo(())).with_(Notes([], [], [], []))
    back = read_json(write_json(piece, tmp_path / "a.json"))
    assert len(back.get(Beats)) == 0
    assert back.get(Tempo).bpm is None
    assert back.get(Chords) is None
    assert same_piece(back, piece)


def test_times_are_rounded_to_a_microsecond_unless_that_merges_entries():
    assert piece_json(Piece("x", 1.0).with_(Beats([0.1234567], [1])))["beats"][0]["time"] == 0.123457
    close = Beats([1.0, 1.0 + 1e-8], [1, 2])
    assert piece_from_json(piece_json(Piece("x", 1.0).with_(close))).get(Beats).time.tolist() == close.time.tolist()


def test_parameters_of_any_kind_become_plain_values():
    odd = by(
        "x", array=np.float32(0.5), path=Path("a"), pair=(1, 2), nothing=None, infinite=float("inf"), flag=np.True_
    )
    written = piece_json(Piece("x", 1.0).with_(Meter("4/4", made_by=odd)))["made_by"]["meter"]["parameters"]
    assert written == {"array": 0.5, "path": "a", "pair": [1, 2], "nothing": None, "infinite": "inf", "flag": True}


def test_a_file_name_that_is_not_unicode_survives(tmp_path):
    piece = Piece("caf\udce9.mp3", 1.0)
    assert read_json(write_json(piece, tmp_path / "a.json")).file == piece.file


def test_readers_pass_over_what_they_do_not_know():
    written = piece_json(full_piece())
    written["mood"] = "happy"
    written["beats"][0]["colour"] = "blue"
    assert same_piece(piece_from_json(written), full_piece())


def test_what_an_entry_may_miss_has_its_documented_value():
    piece = piece_from_json(
        {
            "schema": 1,
            "file": "x",
            "duration": 1.0,
            "tempo": {"bpm": 90},
            "meter": "4/4",
            "beats": [{"time": 0.5}],
            "notes": [
                {"onset": 0, "offset": 1, "pitch": 60, "program": 3, "drum": False},
                {"onset": 0, "offset": 1, "pitch": 38, "program": 0, "drum": True},
            ],
            "pitch": [{"time": 0, "hz": 440.0}, {"time": 1, "hz": 0}],
        }
    )
    assert piece.get(Tempo).bpm == 90.0
    assert piece.get(Beats).position.tolist() == [0]
    assert piece.get(Beats).confidence.tolist() == [1.0]
    notes = piece.get(Notes)
    assert sorted(zip(notes.pitch.tolist(), notes.program.tolist(), notes.drum.tolist(), strict=True)) == [
        (38, 0, True),
        (60, 3, False),
    ]
    assert notes.velocity.tolist() == [64, 64]
    assert piece.get(PitchContour).voiced.tolist() == [True, False]


def broken(**more):
    return {"schema": 1, "file": "x", "duration": 1.0, **more}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({}, 'has no "schema"'),
        ([], 'has no "schema"'),
        (broken(duration=None), "'duration' must be a number, got None"),
        (broken(duration=True), "'duration' must be a number"),
        (broken(duration=10**400), "'duration' must be a number"),
        (broken(file=5), "'file' must be text, got 5"),
        (broken(tags=[]), "'tags' must be an object"),
        (broken(warnings="x"), "'warnings' must be a list"),
        (broken(beats={}), "beats: must be a list of objects"),
        (broken(beats=[1]), "beats: must be a list of objects"),
        (broken(beats=[{"time": 1}, {"position": 2}]), "beats: entry 1 has no 'time'"),
        (broken(beats=[{"time": "1"}]), "beats: entry 0: 'time' is '1'"),
        (broken(beats=[{"time": 2}, {"time": 1}]), "beats: beats must be in order of time"),
        (broken(beats=[{"position": 1}]), "beats: the column 'time' is missing"),
        (broken(chords=[{"start": 0, "end": 1, "label": "Dm"}]), "chords: chord label 0 is not valid: 'Dm'"),
        (broken(meter="waltz"), "meter: a metre looks like 4/4"),
        (broken(tempo=90), "tempo: 'tempo' must be an object"),
        (broken(tempo={"candidates": [{"bpm": -1}]}), "tempo: a tempo must lie between"),
        (broken(tuning_cents=200), "tuning_cents: a tuning lies within 50 cents"),
        (broken(loudness={"range_lu": -1}), "loudness: a loudness range cannot be negative"),
        (broken(notes=[{"onset": 0, "offset": 1, "pitch": 200}]), "notes: note pitch must lie in 0 to 127"),
        (broken(notes=[], parts=[{"program": "x"}]), "notes: a General MIDI programme"),
        (broken(notes=[], bends=[{"part": 0}]), "notes: entry 0 of its PitchBends"),
        (broken(made_by=[], meter="4/4"), "'made_by' must be an object"),
        (broken(made_by={"meter": 5}, meter="4/4"), "made_by 'meter' must be an object"),
        (broken(alternatives={"x": 5}), "alternatives 'x': must be an object"),
        (broken(corrections={"meter": "x"}), "corrections: meter: a metre looks like"),
    ],
)
def test_damage_is_named(document, words):
    with pytest.raises(InvalidValueError) as caught:
        piece_from_json(document)
    assert words in str(caught.value)


@pytest.mark.parametrize("number", [2, 0, "1", None, True])
def test_another_schema_is_refused(number, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"schema": number, "file": "x", "duration": 1.0}))
    with pytest.raises(UnsupportedFormatError, match=r"a\.json: is of schema .* reads schema 1"):
        read_json(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"schema": 1,\n\n "file" "x"}', "line 3"),
        ("{", "damaged JSON: line 1"),
        ("[" * 100_000, "damaged JSON"),
        ('{"schema": 1, "duration": NaN}', "holds NaN, which JSON does not allow"),
        ("1" * 5000, "damaged JSON"),
        ('"text"', 'has no "schema"'),
    ],
)
def test_damaged_json_is_named_with_its_line(text, words, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(UnreadableFileError) as caught:
        read_json(path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from([*piece_json(full_piece()), "time", "start", "end", "label", "onset", "pitch", "part", "bpm"])


@given(st.dictionaries(NAMES, VALUES | st.lists(st.dictionaries(NAMES, VALUES, max_size=4), max_size=3), max_size=5))
def test_any_other_document_is_a_piece_or_a_clear_error(document):
    try:
        piece = piece_from_json({"schema": 1, "file": "x", "duration": 1.0, **document})
    except DescantError:
        return
    assert dataclasses.is_dataclass(piece)


@given(st.lists(st.floats(0, 1e5), max_size=8, unique=True), st.floats(0, 1))
def test_beats_at_any_times_come_back_to_the_microsecond(times, confidence):
    beats = Beats(sorted(times), np.zeros(len(times)), np.full(len(times), confidence))
    back = piece_from_json(json.loads(json.dumps(piece_json(Piece("x", 1.0).with_(beats))))).get(Beats)
    assert np.allclose(back.time, beats.time, rtol=0, atol=1e-6)
    assert np.allclose(back.confidence, beats.confidence, rtol=0, atol=1e-4)


def test_what_an_entry_leaves_out_gets_its_default():
    piece = piece_from_json(
        broken(
            beats=[{"time": 1, "position": 3, "confidence": 0.5}, {"time": 2}],
            chords=[{"start": 0, "end": 1, "label": "C"}, {"start": 1, "end": 2, "label": "F", "confidence": 0.25}],
            notes=[
                {"onset": 0, "offset": 1, "pitch": 60},
                {"onset": 1, "offset": 2, "pitch": 38, "velocity": 90, "program": 5, "drum": True, "confidence": 0.5},
            ],
            pitch=[{"time": 0, "hz": 440}, {"time": 1, "hz": 220, "voiced": False}, {"time": 2, "hz": 0}],
        )
    )
    beats, chords, notes, pitch = (piece.get(kind) for kind in (Beats, Chords, Notes, PitchContour))
    assert (beats.position.tolist(), beats.confidence.tolist()) == ([3, 0], [0.5, 1.0])
    assert chords.confidence.tolist() == [1.0, 0.25]
    assert (notes.velocity.tolist(), notes.confidence.tolist()) == ([64, 90], [1.0, 0.5])
    assert [(part.program, part.drum) for part in notes.parts] == [(0, False), (5, True)]
    assert pitch.voiced.tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"beats": [{"time": 1, "confidence": None}]}, "beats: entry 0: 'confidence' is None"),
        (
            {"notes": [{"onset": 0, "offset": 1, "pitch": 60, "part": 0}, {"onset": 0, "offset": 1, "pitch": 60}]},
            "notes: entry 1 has no 'part'",
        ),
        ({"pitch": [{"time": 1, "voiced": True}, {"time": 2}]}, "pitch: the column 'hz' is missing"),
    ],
)
def test_what_an_entry_must_not_leave_out_is_named(fields, words):
    with pytest.raises(InvalidValueError, match=re.escape(words)):
        piece_from_json(broken(**fields))
