"""The filter: peaks at the formants, which may move, and no delay."""

import numpy as np
import pytest

from descant.synthesis.vocal_tract import FORMANTS, filtered, response

RATE, HOP = 22_050, 210


@pytest.mark.parametrize("kind", FORMANTS)
def test_the_response_peaks_at_the_formants(kind):
    formants = np.array([FORMANTS[kind]["a"]], dtype=np.float32)
    size = 8192
    gain = np.abs(response(formants, np.zeros(1, np.float32), RATE, size))[0]
    for formant in formants[0, :2]:
        at = round(formant * size / RATE)
        assert gain[at - 15 : at + 16].max() > max(gain[at - 45], gain[at + 45])
    assert gain[0] == pytest.approx(1.0, abs=1e-3)


def test_a_soft_voice_lacks_high_partials():
    formants = np.array([FORMANTS["tenor"]["a"]] * 2, dtype=np.float32)
    loud, soft = np.abs(response(formants, np.array([0, 12], np.float32), RATE, 2048))
    bin_of_3k = round(3000 * 2048 / RATE)
    assert 20 * np.log10(loud[bin_of_3k] / soft[bin_of_3k]) == pytest.approx(12, abs=0.5)


def test_a_steady_tract_is_the_plain_convolution():
    rng = np.random.default_rng(0)
    source = rng.standard_normal(20 * HOP).astype(np.float32)
    formants = np.repeat(np.array([FORMANTS["alto"]["o"]], np.float32), 22, axis=0)
    heard = filtered(source, formants, np.zeros(22, np.float32), RATE, HOP)
    size = 2**14
    whole = response(formants[:1], np.zeros(1, np.float32), RATE, size)[0]
    plain = np.fft.irfft(np.fft.rfft(source, size) * whole, size)[: len(source)]
    inner = slice(2 * HOP, -2 * HOP)
    assert np.corrcoef(heard[inner], plain[inner])[0, 1] > 0.99


def test_nothing_sounds_before_the_source():
    source = np.zeros(20 * HOP, dtype=np.float32)
    source[10 * HOP] = 1.0
    formants = np.repeat(np.array([FORMANTS["bass"]["u"]], np.float32), 22, axis=0)
    heard = np.abs(filtered(source, formants, np.zeros(22, np.float32), RATE, HOP))
    assert heard[: 10 * HOP].max() < 1e-3 * heard.max()
    assert heard[10 * HOP : 12 * HOP].max() == heard.max()
