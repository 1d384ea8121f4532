"""The index of landmarks, and peaks laid on peaks: the right place in the right recording."""

import numpy as np
import pytest

from descant.features import get
from descant.features.spectral_peaks import FRAME_RATE, Peaks, SpectralPeaks
from descant.library.fingerprints import fingerprint
from descant.library.landmark_index import landmark_index
from descant.library.peak_alignment import PeakMap, laid
from tests.library.sounds import cut, faster, music, noisy


@pytest.fixture(scope="module")
def index():
    return landmark_index((10 + seed, fingerprint(music(seed))) for seed in range(8))


def peaks_of(sound):
    return get(sound, SpectralPeaks())


@pytest.mark.parametrize("seed", [0, 3, 7])  # the first and the last on the line too
def test_a_clip_is_found_where_it_is(index, seed):
    best = index.candidates(peaks_of(cut(music(seed), 8.0, 5.0)), (1.0,), 4)[0]
    assert index.items[best.at] == 10 + seed
    assert best.frame / FRAME_RATE == pytest.approx(8.0, abs=0.1)


def test_a_clip_played_faster_is_found_at_its_speed_alone(index):
    clip = peaks_of(faster(cut(music(4), 6.0, 6.0), 1.04))
    (best, *_) = index.candidates(clip, (0.96, 1.0, 1.04), 4)
    assert (index.items[best.at], best.speed) == (14, 1.04)
    plain = index.candidates(clip, (1.0,), 1)
    assert not plain or plain[0].hits < best.hits / 3


def test_what_is_laid_tells_place_and_speed_exactly(index):
    clip = peaks_of(noisy(faster(cut(music(4), 6.0, 6.0), 1.037), 5.0))
    found = laid(clip, PeakMap(*index.peaks(4), index.frames(4)), 6.02 * FRAME_RATE, 1.04)
    assert found.speed == pytest.approx(1.037, abs=0.001)
    assert found.frame / FRAME_RATE == pytest.approx(6.0, abs=0.05)
    assert found.evidence > 100


def test_what_lies_elsewhere_is_no_evidence(index):
    clip = peaks_of(cut(music(4), 6.0, 6.0))
    wrong = laid(clip, PeakMap(*index.peaks(5), index.frames(5)), 6.0 * FRAME_RATE, 1.0)
    assert wrong.evidence < 10


def test_a_drone_that_meets_everything_proves_nothing():
    frame = np.arange(0.0, 600.0, 3.0)
    drone = PeakMap(frame, np.full(len(frame), 40.2), 600)
    clip = Peaks(np.arange(0, 300, 5, dtype=np.float32), np.full(60, 521.0, np.float32), np.zeros(60, np.int16), 300)
    found = laid(clip, drone, 100.0, 1.0)
    assert found.met == 60
    assert found.evidence < 10


def test_a_library_without_sound_has_no_candidates():
    empty = landmark_index([])
    assert empty.candidates(peaks_of(music(0)), (1.0,), 4) == []
    silent = landmark_index([(1, fingerprint(cut(music(0), 30.0, 1.0)))])
    assert silent.candidates(peaks_of(music(0)), (1.0,), 4) == []
