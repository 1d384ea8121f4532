"""Hums made from a tune: what is done to it, and that it is always the same."""

from dataclasses import replace

import numpy as np
import pytest

from descant.evaluation.find.hummed import EASY, HARD, LEVELS, MODERATE, Level, hummed
from descant.types import Melody

RNG = np.random.default_rng(3)
TUNE = Melody(
    60 + np.cumsum(RNG.integers(-3, 4, 40)) % 20,
    np.arange(40.0),
    np.ones(40),
    "quarters",
    np.arange(0.0, 40.0, 4.0),
    tuple(str(at + 1) for at in range(10)),
)
PLAIN = Level("easy", 12, True, 0, 0, 0, 0, 0, 0, 0, 0, 0, -60)


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    monkeypatch.setattr("descant.evaluation.find.hummed.LEVELS", (*LEVELS, PLAIN))


def alike(hum, tune, first):
    return np.allclose(np.diff(hum.pitch), np.diff(tune.pitch[first : first + len(hum)]))


def test_without_faults_it_is_a_stretch_that_begins_a_bar_in_another_key_and_tempo():
    hum = hummed(TUNE, PLAIN)
    assert len(hum) == 12
    assert [first for first in range(0, 29, 4) if alike(hum, TUNE, first)]
    assert np.ptp(np.diff(hum.onset)) == pytest.approx(0)
    assert 0.28 < hum.onset[1] < 0.57
    assert hum.duration[0] == pytest.approx(0.9 * hum.onset[1])


def test_a_short_tune_is_hummed_whole():
    short = Melody(TUNE.pitch[:9], TUNE.onset[:9], TUNE.duration[:9], "quarters")
    assert len(hummed(short, PLAIN)) == 9
    assert alike(hummed(short, PLAIN), short, 0)


@pytest.mark.parametrize("level", LEVELS)
def test_the_same_each_time_and_another_by_seed(level):
    one, again, other = hummed(TUNE, level), hummed(TUNE, level), hummed(TUNE, level, seed=1)
    assert one.to_bytes() == again.to_bytes()
    assert one.to_bytes() != other.to_bytes()


def mean(change, measure, count=200):
    return np.mean([measure(hummed(TUNE, change, seed)) for seed in range(count)])


def level(monkeypatch, **change):
    made = replace(PLAIN, **change)
    monkeypatch.setattr("descant.evaluation.find.hummed.LEVELS", (*LEVELS, made))
    return made


def test_shares_are_as_said(monkeypatch):
    """Of twelve notes; the first is always sung."""
    assert mean(level(monkeypatch, dropped=0.2), len) == pytest.approx(12 - 0.2 * 11, abs=0.3)
    assert mean(level(monkeypatch, merged=0.2), len) == pytest.approx(12 - 0.2 * 11, abs=0.3)
    assert mean(level(monkeypatch, extra=0.25), len) == pytest.approx(15, abs=0.3)
    leaps = mean(level(monkeypatch, octave=0.1), lambda hum: np.sum(np.abs(hum.pitch - np.median(hum.pitch)) > 8))
    assert leaps > 0.7


def test_held_notes_keep_the_time_and_dropped_ones_lose_it(monkeypatch):
    length = mean(PLAIN, lambda hum: hum.onset[-1] / hum.onset[1])
    kept = mean(level(monkeypatch, merged=0.3), lambda hum: hum.onset[-1] + hum.duration[-1] / 0.9)
    lost = mean(level(monkeypatch, dropped=0.3), lambda hum: hum.onset[-1] + hum.duration[-1] / 0.9)
    assert length == pytest.approx(11)
    assert kept == pytest.approx(12 * 0.4, rel=0.15)
    assert lost < 0.85 * kept


def test_levels_go_from_easy_to_hard():
    names = ("jitter", "drift", "wrong", "octave", "dropped", "merged", "extra", "tempo_drift", "timing", "noise_db")
    for name in names:
        assert getattr(EASY, name) <= getattr(MODERATE, name) <= getattr(HARD, name), name
    assert EASY.notes > MODERATE.notes > HARD.notes
