"""Timbre: levels by hand, independence of level, and the same result however the sound is cut into blocks."""

import numpy as np
import pytest

from descant.features import get
from descant.features.stream import RATE
from descant.features.timbre import COEFFICIENTS, FLOOR_DB, ROW_RATE, Timbre, mel_filters
from descant.types import Audio


def noise(seconds, level=0.1):
    return level * np.clip(np.random.default_rng(0).standard_normal(round(seconds * RATE)) / 4, -1, 1)


def test_rows_come_five_a_second():
    rows = get(Audio(noise(10.0), RATE), Timbre())
    assert rows.shape == (51, 1 + COEFFICIENTS)
    assert rows.dtype == np.float32
    assert pytest.approx(5.0) == ROW_RATE


def test_the_level_moves_the_level_alone():
    loud, soft = (get(Audio(noise(4.0, level), RATE), Timbre())[2:-2] for level in (0.8, 0.08))
    assert np.mean(loud[:, 0] - soft[:, 0]) == pytest.approx(20.0, abs=0.1)
    assert np.allclose(loud[:, 1:], soft[:, 1:], atol=0.1)


def test_silence_is_at_the_floor():
    rows = get(Audio(np.zeros(RATE), RATE), Timbre())
    assert np.allclose(rows[:, 0], FLOOR_DB, atol=1e-3)
    assert np.allclose(rows[:, 1:], 0.0, atol=1e-3)


def test_a_row_lies_where_its_sound_does():
    sound = np.zeros(4 * RATE)
    sound[2 * RATE :] = noise(2.0)
    level = get(Audio(sound, RATE), Timbre())[:, 0]
    assert np.flatnonzero(level > -60)[0] in (9, 10)  # 2 s is the start of row 10; a window may reach across


def test_dark_and_bright_differ():
    time = np.arange(2 * RATE) / RATE
    dark, bright = (get(Audio(0.5 * np.sin(2 * np.pi * hz * time), RATE), Timbre())[3, 1] for hz in (150, 5000))
    assert dark > bright + 20


@pytest.mark.parametrize("size", [1, 300, 4411])
def test_blocks_do_not_matter(size):
    sound = noise(0.7).astype(np.float32)
    whole, cut = Timbre().start(RATE, 1), Timbre().start(RATE, 1)
    whole.push(sound)
    for start in range(0, len(sound), size):
        cut.push(sound[start : start + size])
    assert np.allclose(whole.finish(), cut.finish(), atol=1e-4)


def test_filters_cover_the_band():
    filters = mel_filters()
    hz = np.arange(len(filters)) * RATE / 2048
    inside = filters[(hz > 120) & (hz < 9000)].sum(axis=1)
    assert inside.min() > 0.4
    assert filters.max() <= 1.0
