"""The baselines do what their names say."""

import numpy as np
import pytest

from descant.evaluation import baselines
from descant.types import Audio, Beats

RATE = 22_050


def chord(pitches, seconds=2.0):
    time = np.arange(round(seconds * RATE)) / RATE
    return sum(np.sin(2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * time) for pitch in pitches) / (2 * len(pitches))


def test_every_fourth_beat_is_a_downbeat():
    beats = baselines.every_fourth(Beats(np.arange(9) * 0.5, np.zeros(9)))
    assert beats.downbeats.tolist() == [0.0, 2.0, 4.0]
    assert baselines.beat_tempo(beats).bpm == pytest.approx(120.0)
    assert baselines.beat_tempo(Beats([1.0], [1])).bpm is None


def test_templates_name_triads():
    sound = Audio(np.concatenate([chord((60, 64, 67)), chord((57, 60, 64))]), RATE)
    assert [label for label in baselines.binary_templates(sound).label if label] == ["C:maj", "A:min"]


def test_every_eight_bars():
    beats = Beats(np.arange(80) * 0.5, np.arange(80) % 4 + 1)
    sections = baselines.every_eight_bars(beats, 40.0)
    assert sections.start == pytest.approx([0.0, 16.0, 32.0])
    assert len(baselines.every_eight_bars(Beats(np.zeros(0), np.zeros(0)), 5.0)) == 1


def test_threshold_finds_loud_tones():
    notes = baselines.cqt_threshold(Audio(np.concatenate([np.zeros(RATE), chord((60,)), np.zeros(RATE)]), RATE))
    assert 60 in notes.pitch
    longest = int((notes.offset - notes.onset).argmax())
    assert notes.pitch[longest] == 60
    assert notes.onset[longest] == pytest.approx(1.0, abs=0.1)


def test_strokes_are_told_apart_by_their_band():
    rng = np.random.default_rng(0)
    sound = np.zeros(4 * 22_050)
    at = np.arange(4_410) / 22_050
    for second in (0.5, 2.5):
        start = round(second * 22_050)
        sound[start : start + 4_410] += np.sin(2 * np.pi * 60 * at) * np.exp(-20 * at)
    hiss = np.diff(rng.standard_normal(4_411), n=1) * np.exp(-60 * at)
    sound[round(1.5 * 22_050) : round(1.5 * 22_050) + 4_410] += 0.2 * hiss
    strokes = baselines.band_strokes(Audio(0.5 * sound[np.newaxis] / np.abs(sound).max(), 22_050))
    assert all(strokes.drum)
    kicks = strokes.onset[strokes.pitch == 36]
    assert any(abs(kicks - 0.5) < 0.05)
    assert any(abs(kicks - 2.5) < 0.05)
    assert any(abs(strokes.onset[strokes.pitch == 42] - 1.5) < 0.05)


def test_silence_holds_no_strokes():
    assert len(baselines.band_strokes(Audio(np.zeros((1, 22_050)), 22_050))) == 0
    assert len(baselines.band_strokes(Audio(np.zeros((1, 0)), 22_050))) == 0
