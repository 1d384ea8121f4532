"""Decoding of All-In-One on activations whose beats, bars and sections are known."""

import numpy as np
import pytest

from descant.analysis.all_in_one import (
    BOUNDARY_BIAS,
    HABITS,
    RULES,
    both,
    boundaries_said,
    decode_beats,
    sounds_alike,
)
from descant.analysis.bar_pointer import Observations, state_space

SPACE = state_space(40.0, 240.0, HABITS)


def activations(times: np.ndarray, positions: np.ndarray, seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """Logits as the network gives them: a peak of three frames on each beat."""
    beat, downbeat = np.full((2, round(50 * seconds)), -5.0)
    for time, position in zip(times, positions, strict=True):
        at = round(50 * time)
        beat[at - 1 : at + 2] = (0.0, 2.0, 0.0)
        if position == 1:
            downbeat[at - 1 : at + 2] = (-1.0, 3.0, -1.0)
    return beat.astype(np.float16), downbeat.astype(np.float16)


@pytest.mark.parametrize("bar", [2, 3, 4])
@pytest.mark.parametrize("bpm", [48.0, 93.0, 200.0])
def test_beats_and_bars(bpm: float, bar: int) -> None:
    times = 0.7 + np.arange(0.0, 29.0, 60 / bpm)
    positions = (np.arange(len(times)) + 1) % bar + 1
    found = decode_beats(*activations(times, positions, 31.0), SPACE)
    assert len(found) == len(times)
    assert np.abs(found.time - times).max() < 0.021
    assert np.array_equal(found.position, positions)
    assert np.asarray(found.confidence).min() > 0.5


def test_beats_that_are_not_played_are_filled_in_and_tempo_may_change() -> None:
    times = 0.5 + np.concatenate([np.arange(24) * 0.6, 24 * 0.6 + np.arange(24) * 0.45])
    positions = np.arange(48) % 4 + 1
    beat, downbeat = activations(times, positions, times[-1] + 1)
    missing = [6, 13, 31]
    for at in np.round(50 * times[missing]).astype(int):
        beat[at - 1 : at + 2] = downbeat[at - 1 : at + 2] = -4.0
    found = decode_beats(beat, downbeat, SPACE)
    assert np.abs(found.time[:, None] - times).min(axis=0).max() < 0.06
    assert len(found) == 48


def test_what_is_plain_to_see_decides_where_the_network_does_not() -> None:
    times = 0.6 + 0.5 * np.arange(50)
    beat, downbeat = activations(times, np.full(50, 2), 27.0)  # beats, and no downbeat among them
    rules = np.zeros((1350, sum(SPACE.bars)), dtype=np.float32)
    first = np.round(50 * times[2::4]).astype(int)  # each third beat of four
    rules[first[:, None] + np.arange(-1, 2), SPACE.first[-1]] = 6.0
    nothing = np.zeros(1350, dtype=np.float32)
    found = decode_beats(beat, downbeat, SPACE, Observations(rules, nothing, nothing))
    assert np.abs(found.downbeats[:, None] - times[2::4]).min(axis=0).max() < 0.03
    assert len(found) == 50


def test_both_go_as_far_as_either() -> None:
    one, other = (
        Observations(np.full((frames, 9), 2.0, np.float32), *np.full((2, frames), 1.0, np.float32)) for frames in (5, 7)
    )
    heard = both(one, other)
    assert heard.beat.shape == (5, 9)
    assert np.allclose(heard.beat, 2.0 + 2.0 * RULES)
    assert np.allclose(heard.quarter, 1.0 + RULES)


def test_no_pulse_no_beats() -> None:
    nothing = np.full(1000, -6.0, dtype=np.float16)
    assert len(decode_beats(nothing, nothing, SPACE)) == 0
    assert len(decode_beats(nothing[:1], nothing[:1], SPACE)) == 0


def test_where_the_pulse_ends_the_beats_end() -> None:
    times = 10.0 + 0.5 * np.arange(40)
    found = decode_beats(*activations(times, np.arange(40) % 4 + 1, 60.0), SPACE)
    assert found.time[0] > 8.0
    assert found.time[-1] < 32.0


def test_a_boundary_is_looked_for_beside_each_bar_line() -> None:
    logit = np.full(500, -6.0, dtype=np.float16)
    logit[210:230] = 3.0
    said = boundaries_said(logit, np.array([0.0, 2.0, 4.0, 6.0, 10.0]))
    assert said.argmax() == 2
    assert (said[[0, 1, 3, 4]] < 0).all()
    assert said[2] == pytest.approx(3.0 - BOUNDARY_BIAS)


def test_stretches_with_one_embedding_sound_alike() -> None:
    form = np.eye(3, dtype=np.float16)[np.repeat([2, 0, 2], 100)]
    alike = sounds_alike(form, np.array([0.0, 2.0, 4.0, 6.0]))
    assert np.allclose(alike, [[1, 0, 1], [0, 1, 0], [1, 0, 1]], atol=1e-6)
