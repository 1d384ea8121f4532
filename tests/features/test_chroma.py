"""Chroma folds pitches into their classes; the harmony stream gives the same whatever the blocks."""

import numpy as np
import pytest

from descant.features import HOP, RATE, get
from descant.features.chroma import bass_chroma, chroma
from descant.features.harmony import Harmony, HarmonyFrames
from descant.features.tuned_vqt import TunedVqt
from descant.types import Audio


def tones(pitches: tuple[int, ...], seconds: float, cents: float = 0.0) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    hz = [440 * 2 ** ((pitch - 69) / 12 + cents / 1200) for pitch in pitches]
    return sum(0.08 * 0.6**k * np.sin(2 * np.pi * f * (k + 1) * time + k) for f in hz for k in range(8)).astype(
        np.float32
    )


def test_one_activation_folds_into_its_pitch_class() -> None:
    activations = np.zeros((2, 88), dtype=np.float32)
    activations[0, 60 - 21] = 0.25  # C4
    activations[1, 33 - 21] = 0.25  # A1
    assert np.argmax(chroma(activations)[0]) == 0
    assert chroma(activations)[0, 0] == pytest.approx(0.5)
    assert not bass_chroma(activations)[0].any()
    assert np.argmax(bass_chroma(activations)[1]) == 9
    assert bass_chroma(activations)[1, 9] == pytest.approx(0.5)


def test_a_chord_over_a_bass() -> None:
    harmony = get(Audio(tones((41, 60, 65, 69), 3.0), RATE), Harmony())  # F2, C4 F4 A4
    middle = slice(40, 110)
    assert set(np.argsort(harmony.chroma[middle].mean(axis=0))[-3:]) == {0, 5, 9}
    assert np.argmax(harmony.bass_chroma[middle].mean(axis=0)) == 5
    assert harmony.activations.shape == (1 + 3 * RATE // HOP, 88)


def heard_in_blocks(blocks: list[np.ndarray]) -> HarmonyFrames:
    source, stream = TunedVqt().start(), Harmony().start(RATE, 1)
    for block in blocks:
        stream.push(source.push(block))
    stream.push(source.finish())
    return stream.finish()


def test_the_stream_does_not_hear_where_blocks_end() -> None:
    sound = tones((48, 55, 64), 2.0)
    whole, cut = (heard_in_blocks(np.split(sound, range(size, len(sound), size))) for size in (len(sound), 7_001))
    np.testing.assert_allclose(whole.chroma, cut.chroma, rtol=1e-4, atol=1e-5)


def test_a_long_recording_is_tuned_by_its_start_and_streams_on() -> None:
    source, stream = TunedVqt().start(), Harmony().start(RATE, 1)
    block = tones((57, 61, 64), 20.0, cents=-30.0)
    for _ in range(4):
        stream.push(source.push(block))
    assert source.tuning is not None
    assert not source.beginning.held  # after a minute nothing is held back any more
    stream.push(source.finish())
    harmony = stream.finish()
    assert harmony.tuning_cents == pytest.approx(-30.0, abs=3.0)
    assert len(harmony.chroma) == 1 + 4 * len(block) // HOP


@pytest.mark.parametrize("samples", [1, 220, HOP])
def test_tiny_sounds(samples: int) -> None:
    harmony = get(Audio(np.full(samples, 0.5, np.float32), RATE), Harmony())
    assert len(harmony.chroma) == 1 + samples // HOP
    assert np.isfinite(harmony.chroma).all()
