"""Landmarks: pairs as the rules say, hashes that survive a change of speed once it is undone."""

import numpy as np

from descant.features import get
from descant.features.spectral_peaks import Peaks, SpectralPeaks, cells
from descant.library.landmarks import CODES, FOLLOWING_ASKED, FURTHEST, LATEST, SOONEST, asked, codes, pairs
from tests.library.sounds import music


def test_pairs_of_four_peaks_by_hand():
    frame = np.array([0.0, 1.0, 10.0, 200.0])  # the second is too soon for the first, the last too late for all
    cell = np.array([50.0, 52.0, 55.0, 60.0])
    found = pairs(frame, cell, 8)
    assert sorted(zip(found.first.tolist(), found.second.tolist(), strict=True)) == [(0, 2), (1, 2)]


def test_a_peak_too_far_in_frequency_is_no_partner():
    found = pairs(np.array([0.0, 10.0]), np.array([10.0, 11.0 + FURTHEST]), 8)
    assert len(found.first) == 0


def test_no_peak_has_more_partners_than_asked_and_each_is_within_reach():
    peaks = get(music(1), SpectralPeaks())
    found = pairs(peaks.frame, peaks.cell, 5)
    assert np.bincount(found.first).max() == 5
    time = peaks.frame[found.second] - peaks.frame[found.first]
    assert time.min() >= SOONEST
    assert time.max() <= LATEST
    assert np.abs(peaks.cell[found.second] - peaks.cell[found.first]).max() <= FURTHEST


def test_hashes_are_numbers_that_the_index_has_room_for():
    peaks = get(music(2), SpectralPeaks())
    found = codes(peaks.frame, peaks.cell, pairs(peaks.frame, peaks.cell, 8))
    assert found.min() >= 0
    assert found.max() < CODES
    assert len(np.unique(found)) > len(found) / 4


def test_a_faster_clip_has_the_same_hashes_once_its_speed_is_known():
    peaks = get(music(3), SpectralPeaks())
    true = codes(peaks.frame, peaks.cell, pairs(peaks.frame, peaks.cell, 8))
    speed = 1.04
    moved = Peaks((peaks.frame / speed), (peaks.hz * speed), peaks.rank, peaks.frames)
    paired = pairs(moved.frame, cells(moved.hz), FOLLOWING_ASKED)
    shares = [np.isin(true, asked(moved, paired, one)[0]).mean() for one in (speed, 1.0)]
    assert shares[0] > 0.8
    assert shares[1] < 0.5


def test_nothing_has_no_pairs():
    nothing = np.zeros(0, dtype=np.int64)
    assert len(pairs(nothing, nothing.astype(float), 8).first) == 0
