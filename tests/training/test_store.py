"""Corpora are made once, the same everywhere, and read back as they were made."""

import zlib

import numpy as np
import pytest

from descant.features import HOP, RATE
from descant.features.log_mel import BANDS, LogMel
from descant.features.tuned_vqt import TunedVqt
from descant.features.vqt import BINS
from descant.io.cache import VARIABLE
from descant.training.corpora.store import frames_of, items
from descant.types import Audio, Beats, Piece


class Tones:
    """A corpus: a tone of random pitch, two beats."""

    name = "tones-1"

    def __init__(self):
        self.made = 0

    def make(self, split, index, rng):
        self.made += 1
        hz = rng.uniform(200, 800)
        samples = 0.5 * np.sin(2 * np.pi * hz * np.arange(RATE) / RATE)
        piece = Piece(f"{split} {index}", 1.0).with_(Beats([0.25, 0.75], [1, 2]))
        return Audio(samples.astype(np.float32)[np.newaxis], RATE), piece


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    return tmp_path


def test_items_are_made_once_and_read_back(cache):
    corpus = Tones()
    found = items(corpus, "train", 3)
    assert corpus.made == 3
    items(corpus, "train", 4)
    assert corpus.made == 4
    assert found[2].piece().get(Beats).time.tolist() == [0.25, 0.75]
    made, _ = corpus.make("train", 2, np.random.default_rng([zlib.crc32(b"tones-1/train"), 2]))
    np.testing.assert_allclose(found[2].samples(), made.samples[0], atol=1e-4)


def test_splits_differ(cache):
    train, valid = items(Tones(), "train", 1)[0], items(Tones(), "valid", 1)[0]
    assert not np.allclose(train.samples(), valid.samples())


@pytest.mark.parametrize(("source", "bins"), [(LogMel(), BANDS), (TunedVqt(), BINS)])
def test_frames_are_kept_beside_the_sound(cache, source, bins):
    item = items(Tones(), "train", 1)[0]
    first = item.frames(source)
    assert first.shape == (1 + RATE // HOP, bins)
    assert first.dtype == np.float16
    np.testing.assert_allclose(first, frames_of(item.samples(), source), atol=0.01)
    item.stem.with_suffix(".flac").unlink()
    np.testing.assert_array_equal(item.frames(source), first)  # not computed again
