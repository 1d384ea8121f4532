"""Strokes are read off posteriors where their peaks are, between the frames too."""

import numpy as np
import pytest

from descant.features import FRAME_RATE
from descant.registry import find
from descant.transcription.drums import LASTS, NEAREST, peaks, strokes
from descant.types import Audio
from descant.types.drums import DRUM_CLASSES, DRUM_KEYS, drum_class

LEAST = (0.3,) * len(DRUM_CLASSES)


def triangles(times, frames, half_width=1.5):
    places = np.asarray(times)[:, None] * FRAME_RATE
    return np.maximum(1 - np.abs(np.arange(frames) - places) / half_width, 0).max(axis=0, initial=0.0)


@pytest.mark.parametrize("time", [0.2, 0.203, 0.207, 0.2101, 0.214, 0.219])
def test_a_stroke_between_two_frames_is_found_within_two_milliseconds(time):
    found, _ = peaks(triangles([time], 50), 0.3)
    assert found == pytest.approx([time], abs=0.002)


def test_of_two_peaks_too_near_each_other_the_higher_counts():
    values = np.zeros(20)
    values[[5, 7]] = 0.5, 0.9
    assert NEAREST * FRAME_RATE <= 2
    assert peaks(values, 0.3)[1].tolist() == [5, 7]
    values[[5, 6, 7]] = 0.5, 0.5, 0.5  # a plateau is one stroke
    assert peaks(values, 0.3)[1].tolist() == [5]


def test_peaks_below_the_threshold_and_empty_posteriors():
    assert len(peaks(np.full(5, 0.29), 0.3)[0]) == 0
    assert len(peaks(np.zeros(0), 0.3)[0]) == 0


def test_strokes_at_both_ends_are_found_and_none_lies_outside():
    onset = np.zeros((10, len(DRUM_CLASSES)))
    onset[0, 0] = onset[9, 1] = 0.8
    notes = strokes(onset, np.full_like(onset, 0.5), LEAST, 0.19)
    assert notes.onset.tolist() == [0.0, 0.18]
    assert notes.pitch.tolist() == [36, 38]
    assert len(strokes(onset, onset, LEAST, 0.1)) == 1


def test_every_class_has_its_own_threshold():
    onset = np.zeros((50, len(DRUM_CLASSES)))
    onset[20] = 0.5
    assert strokes(onset, onset, (0.4, 0.6, 0.4, 0.6, 0.4), 1.0).pitch.tolist() == [36, 42, 49]


def test_each_class_is_written_on_its_own_key_as_one_drum_part():
    onset = np.zeros((100, len(DRUM_CLASSES)))
    for kind in range(len(DRUM_CLASSES)):
        onset[10 + 10 * kind, kind] = 0.5 + 0.1 * kind
    notes = strokes(onset, np.linspace(0, 1, 5)[None].repeat(100, axis=0), LEAST, 2.0)
    assert notes.pitch.tolist() == list(DRUM_KEYS)
    assert drum_class(notes.pitch).tolist() == [0, 1, 2, 3, 4]
    assert notes.drum.all()
    assert notes.velocity.tolist() == [1, 32, 64, 95, 127]
    np.testing.assert_allclose(notes.confidence, [0.5, 0.6, 0.7, 0.8, 0.9])
    np.testing.assert_allclose(notes.offset - notes.onset, LASTS)


@pytest.fixture
def hearing():
    return find("drums")


def noise(seconds, rng):
    return rng.standard_normal(round(seconds * 22_050))


def test_bursts_are_heard_where_they_are_and_silence_has_none(hearing):
    """A beat made by hand: low thumps on one and three, noise bursts on two and four."""
    rng = np.random.default_rng(0)
    samples = np.zeros(22_050 * 5)
    time = np.arange(11_025) / 22_050
    kick = np.sin(2 * np.pi * (50 * time + 0.6 * (1 - np.exp(-time / 0.02)))) * np.exp(-time / 0.15)
    snare = (0.4 * noise(0.5, rng) + np.sin(2 * np.pi * 190 * time)) * np.exp(-time / 0.08)
    for beat in range(8):
        start = 5_512 + beat * 11_025
        samples[start : start + 11_025] += 0.6 * (snare if beat % 2 else kick)
    notes = hearing(Audio((samples / np.abs(samples).max())[None].astype(np.float32), 22_050))
    kind = drum_class(notes.pitch)
    for number, first in ((0, 0.25), (1, 0.75)):
        for time in first + np.arange(4):
            assert np.abs(notes.onset[kind == number] - time).min(initial=9.0) < 0.05
    assert len(hearing(Audio(np.zeros((1, 44_100), np.float32), 22_050))) == 0
