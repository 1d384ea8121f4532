"""The source: one sharp closure a period, nothing above half the sample rate, breath while the folds are open."""

import numpy as np
import pytest

from descant.synthesis.glottal_source import breath, pulses

RATE = 22_050


def steady(hz, seconds=1.0):
    phase = np.arange(int(RATE * seconds)) * hz / RATE
    return phase, np.full(len(phase), hz, dtype=np.float32)


@pytest.mark.parametrize("hz", [100.0, 441.0, 1050.0])
def test_the_partials_are_harmonic_and_none_is_folded_back(hz):
    phase, f0 = steady(hz)
    spectrum = np.abs(np.fft.rfft(pulses(phase, f0, RATE, 0.6) * np.hanning(len(phase))))
    harmonic = np.abs(np.arange(len(spectrum)) % hz)
    away = np.minimum(harmonic, hz - harmonic) > 5
    assert spectrum[away].max() < 0.003 * spectrum.max()


def test_the_folds_shut_abruptly_once_a_period():
    phase, f0 = steady(100.0, 0.2)
    sound = pulses(phase, f0, RATE, 0.6)
    closures = [period * 220 + np.argmin(sound[period * 220 : period * 220 + 220]) for period in range(19)]
    assert np.diff(closures) == pytest.approx(RATE / 100, abs=1.5)
    assert -sound.min() > 1.5 * sound.max()


def test_a_pressed_voice_is_brighter_than_a_soft_one():
    phase, f0 = steady(150.0)
    first = [np.abs(np.fft.rfft(pulses(phase, f0, RATE, quotient)))[150] for quotient in (0.4, 0.8)]
    assert first[0] < first[1]  # of the same power in all


def test_breath_flows_while_the_folds_are_open():
    phase, _ = steady(100.0)
    air = breath(phase, 0.6, np.random.default_rng(0))
    opened = phase % 1 < 0.6
    assert np.std(air[opened]) > 3 * np.std(air[~opened])
