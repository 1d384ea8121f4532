"""Probabilities that we write down become the keys they stand for; cadences that we play have their key."""

import numpy as np
import pytest

from descant.analysis.key_net import KEYS, NONE, decode, key_net, overall_key, step_edges
from descant.features.key_fit import NAMES
from descant.types import Audio
from tests.analysis.test_key_profiles import RATE, cadence, play


def probable(keys: list[str], sure: float = 0.8) -> np.ndarray:
    """What a network that holds these keys likely would say, one a step."""
    rows = np.full((len(keys), KEYS + 1), (1 - sure) / (KEYS + 1))
    for at, key in enumerate(keys):
        rows[at, NONE if key == "N" else NAMES.index(key)] += sure
    return rows


def test_a_modulation_is_where_the_answers_change() -> None:
    keys = decode(probable(["C major"] * 40 + ["E minor"] * 60), np.arange(101.0))
    assert keys.label == ("C major", "E minor")
    assert keys.start.tolist() == [0.0, 40.0]
    assert keys.end.tolist() == [40.0, 100.0]
    assert keys.overall == "E minor"


def test_passing_doubts_are_passed_over() -> None:
    keys = decode(probable(["C major"] * 30 + ["G major"] * 2 + ["C major"] * 30), np.arange(63.0))
    assert keys.label == ("C major",)
    assert 0.5 < keys.overall_confidence < 1.0


def test_what_has_no_key_is_left_open() -> None:
    keys = decode(probable(["N"] * 30 + ["D minor"] * 30), np.arange(61.0))
    assert keys.label == ("D minor",)
    assert keys.start[0] == pytest.approx(30.0)
    assert decode(probable(["N"] * 30), np.arange(31.0)).overall == "N"


def test_the_overall_key_weighs_time() -> None:
    rows = probable(["C major", "A minor"], sure=1.0)
    assert NAMES[overall_key(rows, np.array([1.0, 2.0]), np.zeros((2, 24)))[0]] == "A minor"
    assert overall_key(rows, np.array([1.0, 2.0]), np.zeros((2, 24)))[1] == pytest.approx(2 / 3)


def test_the_overall_key_is_none_that_some_steps_rule_out() -> None:
    rows = np.full((3, 25), 1e-4)
    rows[:, 0], rows[:, 5] = (0.9, 0.9, 1e-4), (0.1, 0.1, 0.99)
    best, share = overall_key(rows, np.ones(3), np.zeros((3, 24)))
    assert best == 5
    assert share == pytest.approx(rows[:, 5].sum() / rows[:, :24].sum())


def test_profiles_tell_a_short_visit_but_not_whether_there_is_a_key() -> None:
    said = probable(["C major"] * 12 + ["N"] * 12)
    alike = np.zeros((24, 24))
    alike[:12, 0] = 0.9
    alike[4:8, 7], alike[4:8, 0] = 0.9, 0.2  # four steps whose notes are G major's
    keys = decode(said, np.arange(25.0), alike)
    assert keys.label == ("C major", "G major", "C major")
    assert keys.end[-1] == pytest.approx(12.0)
    assert keys.overall == "C major"


@pytest.mark.parametrize(("duration", "count"), [(0.1, 1), (2.0, 1), (2.4, 1), (2.6, 2), (20.0, 10), (21.9, 11)])
def test_steps_end_with_the_sound(duration: float, count: int) -> None:
    edges = step_edges(duration)
    assert len(edges) == count + 1
    assert edges[-1] == duration


@pytest.mark.parametrize("key", ["C major", "F# major", "A minor", "Eb minor"])
def test_a_cadence_has_its_key(key: str) -> None:
    keys = key_net(Audio(play(cadence(key) * 6), RATE))
    assert keys.overall == key
    assert keys.label == (key,)


@pytest.mark.parametrize("frames", [1, 220, 5 * RATE])
def test_silence_has_no_key(frames: int) -> None:
    keys = key_net(Audio(np.zeros((1, frames), np.float32), RATE))
    assert len(keys) == 0
    assert keys.overall == "N"
