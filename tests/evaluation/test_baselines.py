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
