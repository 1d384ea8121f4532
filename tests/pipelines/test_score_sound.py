"""A score's sound begins with the score, and is the same played in stretches."""

import numpy as np
import pytest

from descant.features.stream import RATE
from descant.pipelines import score_sound as module
from descant.pipelines.score_sound import score_sound
from descant.types import Notes
from tests.scores import full_score, tune


def test_time_zero_is_the_scores_beginning():
    found = score_sound(tune())
    assert (found.sample_rate, found.channels) == (RATE, 1)
    assert found.duration > 4.0  # eight quarters at 120, ringing on
    loud = np.abs(found.samples[0]).reshape(1, -1)[0]
    assert np.flatnonzero(loud > 0.05)[0] / RATE < 0.03


def test_each_measure_is_played_once():
    score = full_score()
    assert score_sound(score).duration < float(score.length) + 8.0


def test_stretches_join(monkeypatch):
    onset = 0.5 * np.arange(40)
    notes = Notes(onset, onset + 0.45, 60 + np.arange(40) % 12, np.full(40, 80))
    whole = score_sound(notes).samples[0]
    monkeypatch.setattr(module, "STRETCH", 6.0)
    monkeypatch.setattr(module, "OVERLAP", 2.0)
    joined = score_sound(notes).samples[0]
    count = min(len(whole), len(joined), round(20.0 * RATE))
    frames = [one[: count // 2205 * 2205].reshape(-1, 2205) for one in (whole, joined)]
    loud = [np.sqrt(np.mean(np.square(one), axis=1)) for one in frames]
    assert np.corrcoef(*loud)[0, 1] > 0.95
    assert np.median(loud[1] / loud[0]) == pytest.approx(1.0, abs=0.25)
    assert np.abs(loud[1] - np.median(loud[1] / loud[0]) * loud[0]).max() < 0.3 * loud[0].max()
    assert len(joined) >= round(notes.duration * RATE)


def test_a_silent_stretch_leaves_the_next_one_as_loud(monkeypatch):
    monkeypatch.setattr(module, "STRETCH", 6.0)
    onset = np.array([0.0, 0.5, 13.0, 13.5])
    found = score_sound(Notes(onset, onset + 0.4, np.full(4, 60), np.full(4, 80))).samples[0]
    first, last = np.abs(found[: 2 * RATE]).max(), np.abs(found[round(12.9 * RATE) :]).max()
    assert last == pytest.approx(first, rel=0.5)
