"""The table is a table of General MIDI, and some of it is measured again where the SoundFont is there."""

import numpy as np
import pytest

from descant.synthesis import soundfonts
from descant.synthesis.safe_programmes import BENDING, CHORDAL, RANGES, chosen
from descant.synthesis.sampler import sampler
from descant.types import Notes, Part


def test_ranges_are_ranges_and_the_lists_are_of_them():
    assert all(0 <= program < 112 and 21 <= low < high <= 108 for program, (low, high) in RANGES.items())
    assert set(CHORDAL) <= set(RANGES)
    assert set(BENDING) <= set(RANGES)
    assert not set(RANGES) & {
        9,
        13,
        14,
        16,
        17,
        18,
        19,
        31,
        44,
        47,
        55,
        77,
        86,
        101,
    }  # measured an octave off, or worse
    assert RANGES[33][1] <= 85
    assert RANGES[68][1] <= 97
    assert RANGES[70][1] <= 85
    assert RANGES[46][0] > 50
    assert RANGES[0][1] < 82


def test_programmes_are_drawn_by_lot():
    rng = np.random.default_rng(0)
    assert {chosen(rng, True) for _ in range(400)} == set(CHORDAL)
    assert len({chosen(rng, False) for _ in range(400)}) > 50


@pytest.mark.parametrize("program", [0, 11, 24, 33, 41, 52, 57, 66, 71, 73, 81])
def test_the_lowest_and_highest_notes_sound_as_written(program):
    fonts = [path for path in soundfonts.installed() if path.name == "FluidR3_GM.sf2"]
    if not fonts:
        pytest.skip("the FluidR3 SoundFont is not installed")
    low, high = RANGES[program]
    pitches = np.array([low + 12, (low + high) // 2, high - 2])
    onset = np.arange(3) * 1.0
    sound = sampler(
        Notes(onset, onset + 0.8, pitches, np.full(3, 90), parts=(Part("", program),)), soundfont=str(fonts[0])
    )
    samples, rate = sound.samples.mean(axis=0), sound.sample_rate
    for start, pitch in zip(onset, pitches, strict=True):
        part = samples[int((start + 0.15) * rate) : int((start + 0.55) * rate)]
        power = np.fft.irfft(np.abs(np.fft.rfft(part * np.hanning(len(part)), 4 * len(part))) ** 2)
        period = rate / (440 * 2 ** ((pitch - 69) / 12))
        lags = np.arange(int(period / 1.4), int(period * 1.4) + 2)
        found = lags[np.argmax(power[lags])]
        assert 1200 * abs(np.log2(found / period)) < 30 + 1200 / period  # the grid of whole samples
