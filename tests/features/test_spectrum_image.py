"""The spectrum as a picture: a tone is bright where its pitch is, and all is written however it comes in blocks."""

from pathlib import Path

import numpy as np
import pytest

from descant.features import RATE, forget, get
from descant.features.spectrum_image import BANDS, SpectrumImage
from descant.types import Audio


def picture(tmp_path: Path, wave: np.ndarray, joined: int = 2):
    image = SpectrumImage(tmp_path / "picture", joined)
    audio = Audio(wave.astype(np.float32)[np.newaxis], RATE)
    facts = get(audio, image)
    forget(audio, [image])
    rows = np.frombuffer((tmp_path / "picture").read_bytes(), np.uint8).reshape(-1, BANDS)
    assert len(rows) == facts.rows
    return facts, rows


@pytest.mark.parametrize("pitch", [33, 60, 84, 105])
def test_a_tone_is_brightest_at_its_pitch(tmp_path, pitch):
    time = np.arange(3 * RATE) / RATE
    facts, rows = picture(tmp_path, 0.5 * np.sin(2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * time))
    seen = facts.lowest_pitch + rows[20:55].argmax(axis=1) / facts.bands_per_semitone
    assert np.allclose(seen, pitch, atol=0.34)
    expected = np.log1p(1000 * 0.5) / 7 * 255  # of a steady tone of amplitude 0.5
    assert np.all(np.abs(rows[20:55].max(axis=1) - expected) < 6)


def test_silence_is_black(tmp_path):
    _, rows = picture(tmp_path, np.zeros(RATE))
    assert not rows.any()


@pytest.mark.parametrize(("seconds", "joined", "rows"), [(2.0, 2, 51), (2.0, 4, 26), (0.01, 2, 1), (45.0, 2, 1126)])
def test_rows_cover_the_sound_to_its_end(tmp_path, seconds, joined, rows):
    facts, _ = picture(tmp_path, np.zeros(round(seconds * RATE)), joined)
    assert (facts.rows, facts.rows_per_second) == (rows, 50 / joined)


def test_joined_frames_show_the_loudest(tmp_path):
    wave = np.zeros(2 * RATE)
    wave[RATE:][:400] = np.random.default_rng(1).uniform(-1, 1, 400)  # a stroke at 1 s
    _, fine = picture(tmp_path, wave, 1)
    _, coarse = picture(tmp_path, wave, 4)
    assert np.array_equal(coarse[12], fine[48:52].max(axis=0))
