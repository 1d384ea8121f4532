"""Captions: what they say is true, what they ask for is known, and some words are never used."""

import numpy as np
import pytest

from descant.datasets.caption_words import FACTS, NUMBER, UNSEEN, UNSEEN_STEMS, WORDS, bpm_bin, facts, marked
from descant.datasets.captions import FRAMES, KINDS, OTHER_FRAMES, TAGS, any_caption, caption, key_said
from descant.datasets.music_attributes import MusicAttributes

SLOW_PIANO = MusicAttributes(
    tempo_bpm=72.0,
    key="D minor",
    meter="3/4",
    instruments=("piano",),
    style="piano piece",
    genre=None,
    corpus="When in Rome",
    composer="Franz Schubert",
    title="Moment musical",
    texture="solo",
    notes_per_second=2.5,
    median_pitch=50.0,
    loudness="soft",
    articulation="legato",
    mood="sad",
)


def test_facts_of_a_clip():
    assert facts(SLOW_PIANO) == {
        *("instrument=piano", "style=piano piece", "texture=solo", "mode=minor", "key=D minor", "meter=3/4"),
        *("loudness=soft", "articulation=legato", "mood=sad", "tempo=slow", f"bpm={bpm_bin(72.0)}"),
        *("density=sparse", "pitch=low", "corpus=When in Rome", "composer=Franz Schubert"),
        *("without=drums", "without=voice", "without=bass"),
    }


def test_marks_are_rows_of_the_facts():
    row = marked({"mood=sad", "tempo=slow"})
    assert row.shape == (len(FACTS),)
    assert row.sum() == 2
    assert row[NUMBER["mood=sad"]] == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("others", [False, True])
def test_all_that_is_asked_is_true(kind, others):
    true = facts(SLOW_PIANO)
    for seed in range(100):
        said = caption(SLOW_PIANO, kind, np.random.default_rng(seed), others=others)
        assert said.kind == kind
        assert said.words.strip()
        assert said.asks <= true
        assert said.asks or said.own
        assert "{" not in said.words
        assert said.own == ("Moment musical" in said.words)


def test_the_same_seed_says_the_same():
    one, again = (any_caption(SLOW_PIANO, np.random.default_rng(5)) for _ in range(2))
    assert one == again


def test_frames_for_evaluation_are_not_trained_on():
    for kind, frames in OTHER_FRAMES.items():
        assert not set(frames) & set(FRAMES[kind])
    assert TAGS not in FRAMES  # have no frame


def test_unseen_words_are_in_no_caption():
    spoken = [word for words in (*WORDS.values(), *FRAMES.values()) for word in words]
    assert not [word for word in spoken if UNSEEN_STEMS.search(word)]
    assert all(UNSEEN_STEMS.search(word) for word in UNSEEN)
    assert all(fact in NUMBER for named in UNSEEN.values() for fact in named)


def test_what_is_not_known_is_not_said():
    drums = MusicAttributes(
        **{**vars(SLOW_PIANO), "key": None, "composer": None, "instruments": ("drums",), "style": "drum beat"}
    )
    for seed in range(50):
        assert caption(drums, "similar to", np.random.default_rng(seed)).asks <= facts(drums)
    assert not any(one.startswith(("key", "mode", "composer")) for one in facts(drums))


def test_keys_are_said_in_several_ways():
    said = {key_said("Bb minor", np.random.default_rng(seed)) for seed in range(40)}
    assert said == {"Bb minor", "B flat minor", "Bbm"}


def test_neighbouring_tempi_are_the_same_number():
    assert bpm_bin(119.0) == bpm_bin(120.0)
    assert bpm_bin(120.0) != bpm_bin(130.0)
