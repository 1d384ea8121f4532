"""Performances for training: at the tempo asked for, within the excerpt, changed as drummers might."""

import numpy as np
import pytest

from descant.datasets.groove import GroovePerformance
from descant.training.corpora import drums
from descant.training.corpora.drums import SECONDS, level, performance
from descant.types import Beats, Notes, Part
from descant.types.drums import drum_class


def take(seconds=40.0):
    """Eighths on the hi-hat at 120 bpm, kick and snare by turns on the beats."""
    onset = np.concatenate([np.arange(0, seconds, 0.25), np.arange(0, seconds, 0.5)])
    hats = int(seconds / 0.25)
    pitch = np.concatenate([np.full(hats, 42), np.tile([36, 38], len(onset))[: len(onset) - hats]])
    notes = Notes(onset, onset + 0.05, pitch, np.full(len(onset), 80), parts=(Part("drums", 0, drum=True),))
    return GroovePerformance("a/1", "a", notes, Beats([0.0, 0.5], [1, 2]), "rock", 120.0, "train", False)


@pytest.fixture
def plain(monkeypatch):
    """No changes but tempo."""
    for name in ("FILLS", "DOUBLE_KICK", "MOVED_HAT", "SHAKER"):
        monkeypatch.setattr(drums, name, 0.0)


@pytest.mark.parametrize("bpm", [90.0, 120.0, 160.0])
def test_a_take_is_played_at_the_tempo_asked_for(plain, bpm):
    notes = performance("train", take(), bpm, np.random.default_rng(0))
    hats = notes.onset[notes.pitch == 42]
    np.testing.assert_allclose(np.diff(hats), 30 / bpm)
    assert notes.onset.max() < SECONDS


def test_a_moved_hi_hat_becomes_a_cymbal(plain, monkeypatch):
    monkeypatch.setattr(drums, "MOVED_HAT", 1.0)
    kinds = drum_class(performance("train", take(), 120.0, np.random.default_rng(0)).pitch)
    assert set(kinds.tolist()) == {0, 1, 4}


def test_double_kicks_replace_those_that_were_there(plain, monkeypatch):
    monkeypatch.setattr(drums, "DOUBLE_KICK", 1.0)
    notes = performance("train", take(), 120.0, np.random.default_rng(1))
    steps = np.diff(np.sort(notes.onset[notes.pitch == 36]))
    assert np.count_nonzero(np.abs(steps - 0.125) < 0.03) > 20
    assert np.count_nonzero(np.abs(steps - 1.0) < 0.03) > 5  # as the take has them, outside


def test_a_shaker_is_no_drum_that_is_asked_for(plain, monkeypatch):
    monkeypatch.setattr(drums, "SHAKER", 1.0)
    assert -1 in drum_class(performance("train", take(), 120.0, np.random.default_rng(0)).pitch)


def test_levels():
    assert np.sqrt(np.mean(np.square(level(np.full(100, 0.4, np.float32))))) == pytest.approx(0.1)
    assert not level(np.zeros(5, np.float32)).any()
