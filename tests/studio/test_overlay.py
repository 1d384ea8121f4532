"""Corrections: fragments of a piece's JSON, read by its readers; what breaks a type's rules is refused in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.studio.overlay import correction, fragment_of
from descant.types import (
    Beats,
    Chords,
    ControlChange,
    Keys,
    Loudness,
    Meter,
    Notes,
    Part,
    Piece,
    PitchBend,
    Provenance,
    Sections,
    Tempo,
    TempoChange,
    Tuning,
)

PIECE = Piece("song.wav", 10.0)
NOTES = Notes(
    np.array([0.0, 1.0]),
    np.array([1.0, 2.0]),
    np.array([60, 36]),
    np.array([80, 90]),
    np.array([0, 1]),
    (Part("Piano"), Part("Drums", drum=True)),
    bends=(PitchBend(0, 0.5, 1.0),),
    controls=(ControlChange(0, 0.2, 64, 127),),
    tempos=(TempoChange(0.0, 90.0),),
    made_by=Provenance("heard", "1"),
)


@pytest.mark.parametrize(
    ("field", "fragment", "kind", "says"),
    [
        ("tempo", {"tempo": {"bpm": 96}}, Tempo, lambda one: one.bpm == 96.0),
        ("tempo", {"tempo": {"bpm": None}}, Tempo, lambda one: one.bpm is None),
        ("meter", {"meter": "3/4"}, Meter, lambda one: one.signature == "3/4"),
        ("meter", {"meter": None}, Meter, lambda one: one.signature is None),
        ("beats", {"beats": [{"time": 0.5, "position": 1}]}, Beats, lambda one: one.downbeats.tolist() == [0.5]),
        ("chords", {"chords": [{"start": 0, "end": 2, "label": "C:maj"}]}, Chords, lambda one: one.label == ("C:maj",)),
        ("chords", {"chords": []}, Chords, lambda one: len(one) == 0),
        ("sections", {"sections": [{"start": 0, "end": 2, "label": "Refrain"}]}, Sections, lambda one: len(one) == 1),
        ("tuning", {"tuning_cents": -12.5}, Tuning, lambda one: one.cents == -12.5),
        ("loudness", {"loudness": {"integrated_lufs": -14.0}}, Loudness, lambda one: one.integrated_lufs == -14.0),
        (
            "notes",
            {"notes": [{"onset": 0, "offset": 1, "pitch": 60}]},
            Notes,
            lambda one: one.velocity.tolist() == [64],
        ),
    ],
)
def test_every_field_can_be_said_and_is_kept_as_it_was_said(field: str, fragment: Any, kind: type, says: Any) -> None:
    found = correction(PIECE, field, fragment)
    assert type(found) is kind
    assert says(found)
    kept = fragment_of(found)
    again = correction(PIECE, field, kept)
    assert says(again)
    assert fragment_of(again) == kept


@pytest.mark.parametrize(
    ("field", "fragment", "words"),
    [
        ("mood", {"mood": "sad"}, "no field 'mood'"),
        ("chords", [], "is an object"),
        ("chords", {"beats": []}, "holds 'chords'; this one holds 'beats'"),
        ("chords", {}, "holds nothing"),
        ("chords", {"chords": "C"}, "list of objects"),
        ("chords", {"chords": [{"start": 0, "end": 1}]}, "label"),
        ("chords", {"chords": [{"start": 1, "end": 0, "label": "C"}]}, "chord"),
        ("chords", {"chords": [{"start": 0, "end": float("nan"), "label": "C"}]}, "chord"),
        ("beats", {"beats": [{"time": 1}, {"time": 1}]}, "in order of time"),
        ("beats", {"beats": [{"time": -1}]}, "beat time"),
        ("meter", {"meter": "four four"}, "a metre looks like 4/4"),
        ("tempo", {"tempo": {"bpm": -3}}, "between 0 and 1000"),
        ("tempo", {"tempo": []}, "must be an object"),
        ("notes", {"notes": [{"onset": 0, "offset": 0, "pitch": 60}]}, "not after its onset"),
        ("notes", {"notes": [{"onset": 0, "offset": 1, "pitch": 200}]}, "pitch"),
        ("notes", {"notes": [{"onset": 0, "offset": 1, "pitch": 60, "part": 3}], "parts": [{}]}, "part"),
        ("notes", {"notes": [], "parts": [{"program": 900}]}, "programme"),
        ("tuning", {"tuning_cents": 80}, "within 50 cents"),
        ("keys", {"keys": [{"start": 0, "end": 1, "label": "H minor"}]}, "key"),
    ],
)
def test_what_breaks_a_types_rules_is_refused_in_words(field: str, fragment: Any, words: str) -> None:
    with pytest.raises(InvalidValueError, match=words):
        correction(PIECE, field, fragment)


def test_the_key_of_the_whole_is_the_one_that_lasts_longest_where_none_is_said() -> None:
    rows = [(0, 1, "C major"), (1, 4, "A minor"), (4, 6, "C major")]
    keys = [{"start": start, "end": end, "label": label} for start, end, label in rows]
    assert correction(PIECE, "keys", {"keys": keys}).overall == "C major"  # 3 s, and 3 s of A minor: the first
    assert correction(PIECE, "keys", {"keys": keys[:2]}).overall == "A minor"
    assert correction(PIECE, "keys", {"keys": keys, "key": {"label": "F major"}}).overall == "F major"


def test_the_key_of_the_whole_alone_leaves_the_segments() -> None:
    piece = PIECE.with_(Keys(np.array([0.0]), np.array([9.0]), ("C major",), overall="C major"))
    found = correction(piece, "keys", {"key": {"label": "A minor"}})
    assert (found.overall, found.label) == ("A minor", ("C major",))


def test_notes_keep_the_pedals_bends_and_tempi_that_a_fragment_does_not_speak_of() -> None:
    piece = PIECE.with_(NOTES)
    moved = fragment_of(NOTES)["notes"]
    moved[0]["pitch"] = 62
    found = correction(piece, "notes", {"notes": moved, "parts": fragment_of(NOTES)["parts"]})
    assert found.pitch.tolist() == [62, 36]
    assert (found.bends, found.controls, found.tempos) == (NOTES.bends, NOTES.controls, NOTES.tempos)
    assert found.parts == NOTES.parts
    assert correction(piece, "notes", {"notes": moved}).parts == NOTES.parts
    assert correction(piece, "notes", {"notes": moved, "bends": []}).bends == ()
    fewer = correction(piece, "notes", {"notes": moved[:1], "parts": [{"name": "Flute", "program": 73}]})
    assert (fewer.bends, fewer.tempos) == ((), NOTES.tempos)  # bends belong to parts that may be gone


def test_a_correction_has_no_maker_and_leaves_the_estimate_as_it_is() -> None:
    piece = PIECE.with_(NOTES)
    piece = piece.corrected(correction(piece, "notes", {"notes": []}))
    assert len(piece.get(Notes)) == 0
    assert piece.corrections[0].made_by is None
    assert piece.get(Notes, by="heard") is NOTES
