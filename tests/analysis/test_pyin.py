"""The pitch contour of pYIN, stretch by stretch, against tones whose pitch is known."""

import numpy as np
import pytest

from descant.analysis import pyin as module
from descant.analysis.pyin import pyin
from descant.features import HOP, RATE
from descant.types import Audio


def tone(hz: float, seconds: float) -> np.ndarray:
    phase = 2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE
    return sum(np.sin(partial * phase) / partial for partial in range(1, 6)) / 4


def test_two_tones_and_the_pauses_around_them() -> None:
    gap = np.zeros(RATE // 4)
    contour = pyin(Audio(np.concatenate([gap, tone(110, 0.75), gap, tone(440, 0.75), gap]), RATE))
    first, second = (contour.time > 0.35) & (contour.time < 0.9), (contour.time > 1.35) & (contour.time < 1.9)
    assert contour.voiced[first | second].mean() > 0.95
    assert np.median(contour.hz[first]) == pytest.approx(110, rel=0.006)
    assert np.median(contour.hz[second]) == pytest.approx(440, rel=0.006)
    assert not contour.voiced[contour.time < 0.15].any()


def test_stretches_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    glide = np.sin(2 * np.pi * (200 * np.arange(3 * RATE) / RATE + 40 * (np.arange(3 * RATE) / RATE) ** 2)) * 0.5
    whole = pyin(Audio(glide, RATE))
    monkeypatch.setattr(module, "STRETCH", 40)
    monkeypatch.setattr(module, "CONTEXT", 10)
    pieces = pyin(Audio(glide, RATE))
    assert len(whole) == len(pieces) == 1 + 3 * RATE // HOP
    assert np.mean(np.abs(1200 * np.log2(pieces.hz / whole.hz)) < 25) > 0.97


@pytest.mark.parametrize("frames", [0, 1, 220, 22_050])
@pytest.mark.parametrize("level", [0.0, 0.5])
def test_silence_constant_offset_and_a_few_samples(frames: int, level: float) -> None:
    contour = pyin(Audio(np.full((2, frames), level), 22_050))
    assert np.isfinite(contour.hz).all()
    assert not contour.voiced.any()
