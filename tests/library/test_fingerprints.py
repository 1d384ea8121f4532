"""Fingerprints: few bytes, the same peaks back, and no bad bytes taken for one."""

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.features.spectral_peaks import Peaks
from descant.library.fingerprints import RANKS, fingerprint, from_bytes, to_bytes
from descant.types import Audio


def noise(seconds: float, seed: int = 0) -> Audio:
    rng = np.random.default_rng(seed)
    return Audio(np.clip(0.2 * rng.standard_normal(round(seconds * 8000)), -1, 1).astype(np.float32), 8000)


def test_peaks_come_back():
    frame = np.array([0.0, 0.0, 3.25, 70_000.0, 70_001.0])
    hz = np.array([150.0, 3799.0, 440.0, 1000.0, 2345.6])
    peaks = Peaks(frame.astype(np.float32), hz.astype(np.float32), np.array([0, 4, 1, 2, RANKS], np.int16), 80_000)
    back = from_bytes(to_bytes(peaks))
    assert back.frame.tolist() == [0, 0, 3.25, 70_000]  # the last is of a rank that is not kept
    assert np.allclose(back.cell, peaks.cell[:4], atol=1 / 30)
    assert back.frames == 80_000


def test_a_minute_takes_few_bytes_and_one_sound_gives_one_fingerprint():
    sound = noise(60.0)
    made = fingerprint(sound)
    assert 1000 < len(made) < 6000
    assert made == fingerprint(noise(60.0))
    assert made != fingerprint(noise(60.0, seed=1))


def test_silence_has_an_empty_one():
    assert len(from_bytes(fingerprint(Audio(np.zeros(16_000, np.float32), 8000)))) == 0


@pytest.mark.parametrize("spoil", [lambda d: b"", lambda d: b"\x09" + d[1:], lambda d: d[:-3], lambda d: d[:9] + b"x"])
def test_bytes_that_are_no_fingerprint_are_refused(spoil):
    with pytest.raises(InvalidValueError, match="index the file again"):
        from_bytes(spoil(fingerprint(noise(3.0))))
