"""The shipped piano models on music that was made here."""

import numpy as np
import pytest

from descant.evaluation.measures import note
from descant.registry import find
from descant.synthesis.sampler import sampler
from descant.types import Audio, Notes

MODELS = {"onsets-and-frames": "onsets_and_frames", "autoregressive-multistate": "autoregressive_multistate"}


@pytest.fixture(params=MODELS)
def transcribe(request):
    return find(request.param)


@pytest.fixture(scope="module")
def played():
    """A broken chord, chords and a repeated key, on the SoundFont that every installation has."""
    rows = [(0.5 + 0.25 * at, 0.24, pitch) for at, pitch in enumerate((48, 55, 60, 64, 67, 72, 76, 79))]
    rows += [(3.0, 0.9, pitch) for pitch in (48, 60, 64, 67)] + [(4.0, 0.9, pitch) for pitch in (41, 57, 60, 65)]
    rows += [(5.2 + 0.2 * at, 0.15, 69) for at in range(5)]
    onset, length, pitch = (np.array(column) for column in zip(*rows, strict=True))
    notes = Notes(onset, onset + length, pitch.astype(np.int64), np.full(len(rows), 80))
    return notes, sampler(notes)


def test_hears_what_was_played(transcribe, played):
    notes, audio = played
    heard = transcribe(audio)
    assert note(notes, heard)["F-measure_no_offset"] > 0.9
    assert heard.confidence is not None
    assert heard.confidence.min() > 0.3


def test_every_note_comes_to_an_end(transcribe, played):
    _, audio = played
    hiss = np.random.default_rng(0).normal(0.0, 1e-3, (1, 12 * audio.sample_rate))
    heard = transcribe(Audio(np.concatenate([audio.samples[:1], hiss], axis=1).astype(np.float32), audio.sample_rate))
    assert (heard.offset - heard.onset).max() < 3.0  # the longest lasts 0.9 s


def test_the_same_sound_gives_the_same_notes(transcribe, played):
    _, audio = played
    once, again = transcribe(audio), transcribe(Audio(audio.samples.copy(), audio.sample_rate))
    assert np.array_equal(once.onset, again.onset)
    assert np.array_equal(once.offset, again.offset)


@pytest.mark.parametrize("seconds", [0.0001, 0.01, 1.0])
def test_nothing_in_silence_and_scraps(transcribe, seconds):
    heard = transcribe(Audio(np.zeros((1, max(int(seconds * 22_050), 1)), dtype=np.float32), 22_050))
    assert len(heard) == 0


def test_a_constant_is_no_note(transcribe):
    assert len(transcribe(Audio(np.full((2, 44_100), 0.5, dtype=np.float32), 22_050))) <= 2
