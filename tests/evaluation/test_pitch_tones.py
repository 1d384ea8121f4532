"""The pitch benchmark: its truth is the sound's, its noise as loud as it says, its measures reward the right answer."""

import numpy as np
import pytest

from descant.evaluation import pitch_tones
from descant.evaluation.pitch_tones import RATE, ToneClip, evaluate_pitch, pitch_rows, tone_clips, with_noise
from descant.types import PitchContour


@pytest.fixture(scope="module")
def clip() -> ToneClip:
    return tone_clips(1)[0]


def perfect(clip: ToneClip, cents: float = 0.0) -> PitchContour:
    return PitchContour(clip.time, clip.hz * 2 ** (cents / 1200), clip.hz > 0)


def test_the_truth_is_what_sounds(clip: ToneClip) -> None:
    """The autocorrelation of what sounds, over one true period, is near one; pauses are silent."""
    samples = clip.audio.samples[0]
    checked = 0
    for time, hz in zip(clip.time, clip.hz, strict=True):
        at = round(time * RATE)
        if hz == 0:
            assert np.all(samples[at : at + 1] == 0)
        elif clip.hz[clip.time > time + 0.03][:1] > 0 and clip.hz[clip.time < time - 0.02][-1:] > 0:
            period = RATE / hz
            now = samples[at - 150 : at + 150]
            grid = np.arange(at - 150, at + 150) + period
            later = np.interp(grid, np.arange(len(samples)), samples)
            assert np.corrcoef(now, later)[0, 1] > 0.8
            checked += 1
    assert checked > 100
    assert 80 <= clip.hz[clip.hz > 0].min() <= clip.hz.max() <= 1000


def test_clips_are_the_same_for_the_same_seed(clip: ToneClip) -> None:
    np.testing.assert_array_equal(tone_clips(1)[0].audio.samples, clip.audio.samples)
    assert not np.array_equal(tone_clips(1, seed=1)[0].hz[:200], clip.hz[:200])


@pytest.mark.parametrize("colour", ["white", "pink"])
@pytest.mark.parametrize("snr_db", [20, 0])
def test_noise_is_as_loud_as_it_says(clip: ToneClip, colour: str, snr_db: float) -> None:
    clean = clip.audio.samples[0].astype(float)
    noisy = with_noise(clip, colour, snr_db).audio.samples[0].astype(float)
    silent, sounding = noisy[clean == 0], noisy[clean != 0]
    noise_power = np.mean(silent**2) if colour == "white" else None
    if noise_power is not None:
        assert 10 * np.log10(np.mean(sounding**2) / noise_power - 1) == pytest.approx(snr_db, abs=0.5)
    spectrum = np.abs(np.fft.rfft(noisy[clean == 0])) ** 2
    low, high = spectrum[len(spectrum) // 16 : len(spectrum) // 8].sum(), spectrum[len(spectrum) // 2 :].sum()
    assert (low > high / 2) == (colour == "pink")


def test_measures_of_a_perfect_a_mistuned_and_an_absent_answer(clip: ToneClip) -> None:
    best = evaluate_pitch(clip, perfect(clip))
    assert best.pop("Voicing False Alarm") == 0
    assert all(value == 1 for value in best.values())
    mistuned = evaluate_pitch(clip, perfect(clip, 35))
    assert mistuned["Raw Pitch Accuracy"] == 1
    assert mistuned["Raw Pitch Accuracy (25 cents)"] == 0
    none = evaluate_pitch(clip, PitchContour(np.zeros(0), np.zeros(0), np.zeros(0)))
    assert none["Raw Pitch Accuracy"] == none["Voicing Recall"] == none["Voicing False Alarm"] == 0


def test_rows_compare_with_the_baseline(monkeypatch: pytest.MonkeyPatch, clip: ToneClip) -> None:
    answers = {"swift-f0": perfect(clip), "pyin": perfect(clip, 35)}
    monkeypatch.setattr(pitch_tones, "find", lambda name: lambda _: answers[name])
    monkeypatch.setattr(pitch_tones, "conditions", lambda: [("clean", [clip])])
    rows = {(row["system"], row["metric"]): row for row in pitch_rows()}
    row = rows["swift-f0", "Raw Pitch Accuracy (25 cents)"]
    assert row == {
        "task": "pitch",
        "system": "swift-f0",
        "data": "synthesised-tones/clean",
        "metric": "Raw Pitch Accuracy (25 cents)",
        "value": 1.0,
        "n": 1,
        "baseline": 0.0,
        "baseline_system": "pyin",
        "rendered": None,
    }
    assert rows["pyin", "Raw Pitch Accuracy"]["baseline"] is None
