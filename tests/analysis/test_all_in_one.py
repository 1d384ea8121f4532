"""Decoding of All-In-One on activations whose beats, bars and sections are known."""

import numpy as np
import pytest

from descant.analysis.all_in_one import HABITS, best_cuts, decode_beats, decode_sections, letters
from descant.analysis.bar_pointer import state_space
from descant.types import Beats

SPACE = state_space(40.0, 240.0, HABITS)


def activations(times: np.ndarray, positions: np.ndarray, seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """Logits as the network gives them: a peak of three frames on each beat."""
    beat, downbeat = np.full((2, round(50 * seconds)), -5.0)
    for time, position in zip(times, positions, strict=True):
        at = round(50 * time)
        beat[at - 1 : at + 2] = (0.0, 2.0, 0.0)
        if position == 1:
            downbeat[at - 1 : at + 2] = (-1.0, 1.5, -1.0)
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


def test_no_pulse_no_beats() -> None:
    nothing = np.full(1000, -6.0, dtype=np.float16)
    assert len(decode_beats(nothing, nothing, SPACE)) == 0
    assert len(decode_beats(nothing[:1], nothing[:1], SPACE)) == 0


def test_where_the_pulse_ends_the_beats_end() -> None:
    times = 10.0 + 0.5 * np.arange(40)
    found = decode_beats(*activations(times, np.arange(40) % 4 + 1, 60.0), SPACE)
    assert found.time[0] > 8.0
    assert found.time[-1] < 32.0


def test_sections_begin_at_bar_lines_and_repeat() -> None:
    seconds, bars = 64.0, 2.0
    beats = Beats(0.5 * np.arange(128), np.arange(128) % 4 + 1)
    boundary = np.full(round(50 * seconds), -5.0)
    form = np.zeros((len(boundary), 4))
    sounds = {"A": 0, "B": 1, "C": 2}
    edges, names = np.array([0, 8, 12, 20, 24, 32]) * bars, "ABACA"
    for start, end, name in zip(edges[:-1], edges[1:], names, strict=True):
        boundary[round(50 * start) : round(50 * start) + 20] = 2.0
        form[round(50 * start) : round(50 * end), sounds[name]] = 1.0
    found = decode_sections(boundary, form, beats, seconds)
    assert np.allclose(found.start, edges[:-1])
    assert np.allclose(found.end, edges[1:])
    assert "".join(found.label) == names
    assert found.end[-1] == seconds


def test_without_boundaries_and_without_beats_the_whole_is_covered() -> None:
    found = decode_sections(np.full(500, -6.0), np.ones((500, 3)), Beats(np.zeros(0), np.zeros(0)), 10.0)
    assert (found.start[0], found.end[-1]) == (0.0, 10.0)
    assert set(found.label) == {"A"}


def test_cuts_weigh_strength_against_usual_lengths() -> None:
    strength = np.full(17, -3.0)
    strength[8] = 2.0
    assert best_cuts(strength).tolist() == [0, 8, 16]
    strength[3] = 1.0  # a section of three bars is not worth it
    assert best_cuts(strength).tolist() == [0, 8, 16]


def test_letters_come_in_order_of_appearance() -> None:
    sounds = np.eye(3)[[2, 0, 2, 1, 0]] + 0.05
    assert letters(sounds) == ("A", "B", "A", "C", "B")
    assert letters(np.ones((1, 3))) == ("A",)
