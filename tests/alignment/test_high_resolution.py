"""Whole performances against their scores: the map that was played comes back, whatever the recording is like."""

import time
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from descant.alignment.high_resolution import align_written
from descant.alignment.written import Written
from descant.errors import InvalidValueError
from descant.types import Audio, Notes
from tests.alignment.performed import performed
from tests.pieces import rendered


@pytest.fixture(scope="module")
def sound():
    return rendered(performed().take)


def error(fit, piece, start=0.0):
    return np.abs(fit.alignment.seconds(piece.quarter) + start - piece.second)


def test_a_recording_gives_its_map_back(sound):
    piece = performed()
    fit = align_written(piece.score, sound)
    assert np.median(error(fit, piece)) < 0.010
    assert error(fit, piece).max() < 0.030
    assert fit.alignment.quarter[0] == 0.0
    assert fit.alignment.quarter[-1] == piece.score.end
    assert np.all(np.diff(fit.alignment.quarter) > 0)
    assert fit.cost < 0.4


def changed(sound, how):
    samples = sound.samples
    if how == "eight channels":
        return Audio(np.vstack([samples, *[0 * samples] * 3]), sound.sample_rate)
    if how == "left alone":
        return Audio(samples[0] / 8, sound.sample_rate)
    silence = np.zeros((2, 3 * sound.sample_rate), np.float32)
    noise = np.random.default_rng(0).normal(0, 0.002, (2, samples.shape[1] + 2 * silence.shape[1]))
    joined = np.hstack([silence, samples, silence]) + noise
    return Audio(joined / np.abs(joined).max(), sound.sample_rate)


@pytest.mark.parametrize(("how", "start"), [("eight channels", 0), ("left alone", 0), ("in noise", -3.0)])
def test_channels_and_noise_before_and_after(sound, how, start):
    piece = performed()
    fit = align_written(piece.score, changed(sound, how))
    assert np.median(error(fit, piece, start)) < 0.012
    assert np.percentile(error(fit, piece, start), 95) < 0.050


def test_out_of_tune_by_40_cents():
    piece = performed()
    fit = align_written(piece.score, rendered(piece.take, detune_cents=40.0))
    assert np.median(error(fit, piece)) < 0.010
    assert error(fit, piece).max() < 0.050


def test_a_part_of_the_piece(sound):
    piece = performed()
    first, last = (round(second * sound.sample_rate) for second in (8.0, 17.0))
    fit = align_written(piece.score, Audio(sound.samples[:, first:last], sound.sample_rate))
    inside = (piece.second > 8.5) & (piece.second < 16.5)
    assert np.median(error(fit, piece, 8.0)[inside]) < 0.015
    assert np.percentile(error(fit, piece, 8.0)[inside], 90) < 0.050
    assert abs(fit.alignment.quarter[0] - np.interp(8.0, piece.second, piece.quarter)) < 1.5
    assert abs(fit.alignment.quarter[-1] - np.interp(17.0, piece.second, piece.quarter)) < 1.5


def test_performed_notes_give_their_own_times():
    piece = performed()
    fit = align_written(piece.score, piece.take)
    assert np.median(error(fit, piece)) < 1e-6
    assert error(fit, piece).max() < 0.025
    again = align_written(piece.score, replace(piece.take, velocity=np.full(len(piece.take), 64)))
    assert again.alignment.time.tolist() == fit.alignment.time.tolist()


def test_another_piece_costs_far_more(sound):
    assert align_written(performed(5).score, sound).cost > align_written(performed().score, sound).cost + 0.2


@pytest.mark.parametrize(
    "take",
    [
        Audio(np.zeros((1, 48_000), np.float32), 48_000),
        Audio(np.full((2, 1), 0.5, np.float32), 48_000),
        Notes([], [], [], []),
    ],
    ids=["silence", "one sample", "no notes"],
)
def test_nothing_to_align(take):
    with pytest.raises(InvalidValueError, match="no music is heard"):
        align_written(performed().score, take)


def test_memory_and_time_grow_with_the_length_alone():
    used = []
    for times in (1, 3):
        piece = performed(1, eighths=150 * times)
        tracemalloc.start()
        start = time.perf_counter()
        fit = align_written(piece.score, piece.take)
        used.append((tracemalloc.get_traced_memory()[1], time.perf_counter() - start))
        tracemalloc.stop()
        assert np.median(error(fit, piece)) < 1e-6
    bytes_a_second = used[1][0] / performed(1, eighths=450).take.duration
    assert 3600 * bytes_a_second < 1.5e9
    assert used[1][0] < 3.5 * used[0][0]
    assert used[1][1] < 6 * used[0][1]


def test_a_score_of_one_note():
    score = Written(np.zeros(1), np.full(1, 4.0), np.array([60]), np.zeros(1, int))
    fit = align_written(score, Notes([0.5], [2.5], [60], [80]))
    assert fit.alignment.time[0] == pytest.approx(0.5)
