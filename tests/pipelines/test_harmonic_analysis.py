"""Harmony of scores, performed notes and sound; of what is odd."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

import descant
from descant.errors import InvalidValueError, UnknownTransformError, UnsupportedFormatError
from descant.pipelines.harmonic_analysis import OneLineWarning, analysis_json, harmonic_analysis
from descant.synthesis.as_written import as_written
from descant.types import Beats, Notes, Score
from descant.types.score import Event, KeySignature, ScorePart
from tests.scores import FOUR, chorale, frame, full_score, note


def test_a_chorale():
    found = harmonic_analysis(chorale())
    assert found.numerals.key[0] == "C major"
    assert found.numerals.figure[:4] == ("I", "IV", "V", "I")
    assert found.numerals.figure[-2:] == ("V7", "I")
    assert (found.cadences.kind[-1], found.cadences.time[-1]) == ("PAC", 8.0)
    assert not found.heard
    assert 0.4 < found.confidence < 1
    assert [one.figure for one in found.score.numerals] == list(found.numerals.figure)


def test_performed_notes_are_written_down_first():
    found = harmonic_analysis(as_written(chorale()))
    assert found.heard
    assert found.numerals.key[0] == "C major"
    assert found.numerals.figure[-1] == "I"


def test_the_best_is_used_unless_another_is_named():
    assert harmonic_analysis(chorale()).numerals.made_by.transform == "chord-gnn"
    with pytest.raises(UnknownTransformError, match="no transform is named"):
        harmonic_analysis(chorale(), use="nobody")


def test_a_wrong_key_signature_does_not_decide():
    found = harmonic_analysis(chorale(KeySignature(0)))
    assert found.numerals.key[-1] == "C major"


def one_part(*rows: tuple[Event, ...]) -> Score:
    return Score(frame(*[(4, FOUR, {}) for _ in rows]), (ScorePart(tuple(rows)),))


TWELVE_TONES = ("C4", "Ab4", "D5", "F#4", "B4", "Eb4", "G4", "C#5", "F4", "Bb4", "E4", "A4")


@pytest.mark.filterwarnings("ignore:no two notes")
@pytest.mark.parametrize(
    "score",
    [
        one_part((note(0, 4, "C4"),)),
        one_part(tuple(note(at, 1, one) for at, one in enumerate(("C4", "D4", "E4", "F4")))),
        one_part(*[tuple(note(at, 1, one) for at, one in enumerate(TWELVE_TONES[bar : bar + 4])) for bar in (0, 4, 8)]),
        one_part((note(0, 4, "C###4"),)),
        full_score(),
    ],
    ids=["one note", "one voice", "twelve tones", "odd spelling", "drums too"],
)
def test_odd_music_gets_an_answer(score):
    found = harmonic_analysis(score)
    assert len(found.numerals) >= 1
    assert 0 < found.confidence < 1


def test_a_tune_alone_is_told_of():
    tune = one_part(tuple(note(at, 1, one) for at, one in enumerate(("C4", "D4", "E4", "F4"))))
    with pytest.warns(OneLineWarning, match="no two notes sound together"):
        harmonic_analysis(tune)
    with warnings.catch_warnings():
        warnings.simplefilter("error", OneLineWarning)
        harmonic_analysis(chorale())


@pytest.mark.filterwarnings("ignore:no two notes")
def test_twelve_tones_are_less_sure_than_a_chorale():
    rows = [tuple(note(at, 1, one) for at, one in enumerate(TWELVE_TONES[bar : bar + 4])) for bar in (0, 4, 8)]
    assert harmonic_analysis(one_part(*rows)).confidence < harmonic_analysis(chorale()).confidence


def test_what_has_no_pitches_is_refused():
    drums = replace(full_score(), parts=full_score().parts[2:])
    for silent in (one_part((note(0, 4),)), drums):
        with pytest.raises(InvalidValueError, match="no pitched notes"):
            harmonic_analysis(silent)
    with pytest.raises(InvalidValueError, match="no pitched notes"):
        harmonic_analysis(Notes([], [], [], []))
    with pytest.raises(UnsupportedFormatError, match="a Beats has no harmony to read"):
        harmonic_analysis(Beats(np.arange(4.0), np.arange(4) % 4 + 1))


def test_a_page_of_numerals_can_be_analysed_again(tmp_path):
    first = harmonic_analysis(chorale())
    again = harmonic_analysis(descant.save(first.score, tmp_path / "a.musicxml"))
    assert again.score.numerals == first.score.numerals


def test_plain_values():
    document = analysis_json(harmonic_analysis(chorale()), "chorale.musicxml")
    assert document["file"] == "chorale.musicxml"
    last = document["numerals"][-1]
    assert (last["measure"], last["beat"], last["start"], last["end"]) == ("2", 4.0, 8.0, 9.0)
    assert 0 < last["confidence"] <= 1
    close = document["cadences"][-1]
    assert (close["measure"], close["beat"], close["kind"], close["key"]) == ("2", 4.0, "PAC", "C major")
