"""Notes of a pitch contour, from contours and sounds whose notes are known."""

import numpy as np
import pytest

from descant.analysis.swift_f0 import swift_f0
from descant.features import get
from descant.features.f0 import F0
from descant.synthesis.voice import voice
from descant.transcription.sung_notes import sung_notes
from descant.types import Notes, PitchContour

HOP = 0.016


def contour(*stretches):
    """Stretches of (seconds, pitch or nan, or a function of time)."""
    rows = []
    for seconds, pitch in stretches:
        time = np.arange(round(seconds / HOP)) * HOP
        rows.append(pitch(time) if callable(pitch) else np.full(len(time), pitch, dtype=float))
    pitch = np.concatenate(rows)
    voiced = np.isfinite(pitch)
    hz = np.where(voiced, 440 * 2 ** ((np.nan_to_num(pitch, nan=69) - 69) / 12), 0.0)
    return PitchContour(np.arange(len(pitch)) * HOP, hz, voiced)


def test_plain_notes_between_silences():
    found = sung_notes(contour((0.48, np.nan), (0.4, 60.2), (0.32, 62.2), (0.16, np.nan), (0.48, 59.2), (1, np.nan)))
    np.testing.assert_allclose(found.pitch, [60.2, 62.2, 59.2], atol=0.01)
    np.testing.assert_allclose(found.onset, [0.48, 0.88, 1.36], atol=HOP)
    np.testing.assert_allclose(found.duration, [0.4, 0.32, 0.48], atol=HOP)
    assert found.unit == "seconds"


def test_vibrato_and_jitter_are_one_note():
    rng = np.random.default_rng(0)
    wide = contour((1.0, lambda t: 64 + 0.6 * np.sin(2 * np.pi * 5.5 * t) + 0.1 * rng.standard_normal(len(t))))
    found = sung_notes(wide)
    assert len(found) == 1
    assert found.pitch[0] == pytest.approx(64, abs=0.2)


def test_a_glide_is_two_notes():
    found = sung_notes(contour((0.4, 60), (0.12, lambda t: 60 + 7 * t / 0.12), (0.4, 67)))
    np.testing.assert_allclose(found.pitch, [60, 67], atol=0.3)


def test_frames_an_octave_off_stay_in_their_note_and_leaps_of_an_octave_are_notes():
    slipped = sung_notes(contour((0.3, 60), (0.08, 72), (0.3, 60)))
    assert len(slipped) == 1
    np.testing.assert_allclose(sung_notes(contour((0.4, 60), (0.4, 72))).pitch, [60, 72])


def test_silence_parts_notes_of_one_pitch_and_a_flicker_does_not():
    assert len(sung_notes(contour((0.3, 60), (0.08, np.nan), (0.3, 60)))) == 2
    assert len(sung_notes(contour((0.3, 60), (0.016, np.nan), (0.3, 60)))) == 1


def test_a_dip_of_the_level_parts_notes_of_one_pitch():
    level = np.full(50, -20.0)
    level[24:26] = -32
    one = contour((0.8, 60))
    assert len(sung_notes(one, level.astype(np.float32))) == 2
    assert len(sung_notes(one, np.full(50, -20.0, dtype=np.float32))) == 1


def test_faint_notes_are_not_sung():
    level = np.concatenate([np.full(30, -20.0), np.full(30, -60.0)]).astype(np.float32)
    found = sung_notes(contour((0.48, 60), (0.48, 71)), level)
    np.testing.assert_allclose(found.pitch, [60])


def test_nothing_sung_has_no_notes():
    assert len(sung_notes(contour((1.0, np.nan)))) == 0
    assert len(sung_notes(PitchContour([], [], []))) == 0
    assert len(sung_notes(PitchContour([], [], []), np.zeros(0, dtype=np.float32))) == 0


@pytest.mark.parametrize("seed", range(4))
def test_a_synthesised_voice(seed):
    """Notes that differ from their neighbours are found, whoever sings."""
    pitch = np.array([60, 62, 64, 67, 65, 69, 67, 62, 60])
    onset = 0.5 + 0.45 * np.arange(len(pitch))
    sound = voice(Notes(onset, onset + 0.42, pitch, np.full(len(pitch), 80)), seed=seed)
    found = sung_notes(swift_f0(sound), get(sound, F0()).level_db)
    near = [
        np.min(np.abs(found.onset - at) + np.abs(found.pitch - height)) for at, height in zip(onset, pitch, strict=True)
    ]
    assert np.mean(np.array(near) < 0.5) >= 8 / 9
    assert len(found) <= len(pitch) + 2
