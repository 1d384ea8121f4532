"""The shipped towers: points of length 1, silence and nothing, and that words are near the sounds they name."""

import time

import numpy as np
import pytest

from descant.description.mulan import DIMENSIONS, SPACE, mulan_audio, mulan_text, version, words_vector
from descant.types import Audio, Notes, Part, Text
from tests.pieces import rendered, short_piece


def drums():
    onset = np.arange(0.0, 8.0, 0.25)
    pitch = np.where(np.arange(len(onset)) % 4 == 2, 38, np.where(np.arange(len(onset)) % 4 == 0, 36, 42))
    part = (Part("drums", 0, drum=True),)
    return rendered(Notes(onset, onset + 0.1, pitch, np.full(len(onset), 100), None, part))


@pytest.fixture(scope="module")
def sounds():
    chords = short_piece().only(np.asarray(short_piece().part) == 1)
    return {name: mulan_audio(audio) for name, audio in (("piano", rendered(chords)), ("drums", drums()))}


def test_points_have_length_one_and_a_space(sounds):
    for one in (*sounds.values(), mulan_text(Text("calm piano"))):
        assert one.space == SPACE
        assert one.vector.shape == (DIMENSIONS,)
        assert abs(np.linalg.norm(one.vector) - 1) < 1e-5


def test_silence_and_signs_say_nothing():
    assert not mulan_audio(Audio(np.zeros((1, 44_100), np.float32), 44_100)).vector.any()
    assert not mulan_text(Text("?!")).vector.any()


def test_words_are_near_the_sounds_they_name(sounds):
    for asked in ("drums", "drum beat", "drum solo"):
        words = mulan_text(Text(asked))
        assert words.similarity(sounds["drums"]) > words.similarity(sounds["piano"])
    piano = mulan_text(Text("piano"))
    assert piano.similarity(sounds["piano"]) > piano.similarity(sounds["drums"])


def test_a_misspelt_word_is_nearer_than_another():
    right, wrong, other = (words_vector(one) for one in ("piano", "pianno", "drums"))
    assert right @ wrong > right @ other


def test_words_take_a_millisecond_and_are_always_the_same():
    first = words_vector("a slow sad song in a minor key with drums")
    taken = []
    for _ in range(20):
        start = time.process_time()
        assert np.array_equal(words_vector("a slow sad song in a minor key with drums"), first)
        taken.append(time.process_time() - start)
    assert min(taken) < 0.001


def test_the_version_tells_the_weights():
    assert version().startswith("mulan-")
    assert len(version()) == len("mulan-") + 12
