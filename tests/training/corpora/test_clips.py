"""Clips: their truth belongs to their sound, and they are the same every time."""

import numpy as np
import pytest

from descant.datasets.clip_band import in_range
from descant.errors import MissingDataError
from descant.synthesis import safe_programmes
from descant.synthesis.voice import lines
from descant.training.corpora.clips import (
    DRUMMED,
    SECONDS,
    TURNS,
    Clips,
    _expressive,
    truth_of,
)
from descant.training.corpora.store import generator
from descant.types import Notes, Part, PitchContour, Tuning


def notes(pitches, program):
    onset = np.arange(len(pitches)) * 0.5
    return Notes(onset, onset + 0.45, np.array(pitches), np.full(len(pitches), 80), parts=(Part("", program),))


def test_parts_move_by_octaves_to_where_their_instrument_is_true():
    assert in_range(notes([40, 43, 45], 73)).pitch.tolist() == [64, 67, 69]  # flute
    assert in_range(notes([100, 101, 60], 32)).pitch.tolist() == [64, 65]  # bass: what then lies too low is left out
    assert in_range(notes([60, 64], 0)).pitch.tolist() == [60, 64]


def test_only_lone_melodies_of_bending_instruments_bend():
    melody = notes([60, 62, 64, 65], 40)
    chords = Notes(np.zeros(2), np.ones(2), np.array([60, 64]), np.full(2, 80), parts=(Part("", 40),))
    rng = np.random.default_rng(0)
    assert any(_expressive(melody, [True], rng).bends for _ in range(10))
    assert not any(_expressive(chords, [True], rng).bends for _ in range(10))
    assert not any(_expressive(notes([60, 62], 0), [True], rng).bends for _ in range(10))
    assert not any(_expressive(melody, [False], rng).bends for _ in range(10))


def test_a_voice_s_bends_are_its_pitch():
    line = lines(notes([60, 64, 67], 53), seed=4)[0]
    truth = truth_of(line, bent=True)
    at = 0.3
    bend = [one.semitones for one in truth.bends if one.time <= at][-1]
    assert 60 + bend == pytest.approx(line.pitch_at(np.array([at]))[0], abs=0.3)
    assert truth_of(line, bent=False).bends == ()


def test_about_half_of_the_clips_have_drums():
    assert 0.4 < np.mean([DRUMMED.get(kind, 0.0) for kind in TURNS]) < 0.6


@pytest.mark.parametrize("index", [1, 8, 20])  # a piano, a singer, a quartet or choir
def test_a_clip_is_made_from_its_number_alone(index):
    corpus = Clips()
    try:
        (audio, piece), (again, _) = (corpus.make("valid", index, generator(corpus, "valid", index)) for _ in range(2))
    except MissingDataError as error:
        pytest.skip(str(error))
    assert np.array_equal(audio.samples, again.samples)
    truth = piece.get(Notes)
    assert len(truth)
    assert truth.duration < SECONDS + 1
    assert abs(piece.get(Tuning).cents) <= 35
    for part, program in enumerate(one.program for one in truth.parts):
        pitch = truth.pitch[(truth.part == part) & ~truth.drum]
        if len(pitch) and program != 53:
            low, high = safe_programmes.RANGES[program]
            assert low <= pitch.min()
            assert pitch.max() <= high
    contour = piece.get(PitchContour)
    assert (contour is not None) == (TURNS[index] == "singer")
    level = np.abs(audio.samples[0])
    assert level.max() > 0.01
