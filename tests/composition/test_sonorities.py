"""Chords, tones outside of them and leading notes, by hand; and the same in every key."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from descant.composition.illiac import illiac
from descant.composition.jsb_raster import REST
from descant.composition.sonorities import chords, leading_notes, local_keys, non_chord_tones, pitch_classes

C = (72, 67, 64, 48)
F = (72, 69, 65, 53)
G = (71, 67, 62, 55)
PIECES = arrays.arrays(
    np.int64, st.tuples(st.integers(0, 10), st.just(4)), elements=st.sampled_from([REST, *range(50, 66)])
)


def held(*frames, steps=4):
    return np.repeat(np.array(frames, dtype=np.int64), steps, axis=0)


@pytest.mark.parametrize(
    ("frame", "chord"),
    [
        (C, True),
        ((72, 67, 63, 48), True),  # minor
        ((72, 66, 63, 48), True),  # diminished
        ((76, 68, 64, 48), True),  # augmented
        ((70, 67, 64, 48), True),  # C7
        ((70, 64, 60, 48), True),  # C7 without its fifth
        ((71, 67, 64, 48), True),  # C major 7
        ((69, 66, 63, 48), True),  # C diminished 7
        ((72, 64, 60, 48), True),  # a third
        ((72, 67, 60, 48), False),  # an open fifth
        ((72, 67, 65, 48), False),  # a fourth held over
        ((72, 60, 60, 48), False),  # one pitch class
        ((71, 67, 63, 48), False),  # minor with a major seventh
    ],
)
def test_what_is_a_chord(frame, chord):
    found, asked = chords(held(frame, steps=1))
    assert asked.tolist() == [True]
    assert found.tolist() == [chord]


def test_two_voices_are_not_asked():
    assert chords(held((72, REST, 64, 48), (REST, REST, 64, 48), steps=1)).asked.tolist() == [True, False]


def test_a_passing_note_and_a_suspension_are_outside():
    piece = held(C, F)
    piece[2:4, 0] = 74  # the soprano's D over C major
    piece[4:6, 1] = 67  # the alto's G held over into F major
    found, asked = non_chord_tones(piece)
    assert asked.all()
    assert np.argwhere(found).tolist() == [[2, 0], [3, 0], [4, 1], [5, 1]]


def test_silence_is_in_no_chord():
    found, asked = non_chord_tones(held((REST, 67, 64, 48), (REST,) * 4))
    assert asked.sum() == 12
    assert not found.any()


def test_leading_notes_rise_or_fall():
    rises, falls = held(C, F, G, C), held(C, F, G, (67, 67, 64, 48))
    assert np.argwhere(leading_notes(rises).asked).tolist() == [[11, 0]]
    assert leading_notes(rises).found[11, 0]
    assert np.argwhere(leading_notes(falls).asked).tolist() == [[11, 0]]
    assert not leading_notes(falls).found.any()


def test_leading_notes_are_asked_about_from_a_dominant_to_its_tonic_alone():
    deceptive = held(C, F, G, (72, 69, 64, 57))
    assert not leading_notes(deceptive).asked.any()
    seventh = held(C, F, (71, 65, 62, 55), (72, 64, 60, 48))
    assert leading_notes(seventh).found.sum() == 1
    third_degree = held(C, F, (71, 67, 64, 52), C)  # B is no dominant's in E minor
    assert not leading_notes(third_degree).asked.any()
    minor = held((72, 69, 64, 57), (74, 69, 65, 50), (71, 68, 64, 52), (72, 69, 64, 57))
    assert np.argwhere(leading_notes(minor).found).tolist() == [[11, 1]]  # G sharp to A


def test_local_keys_follow_the_piece():
    cadence = held(F, G, C)
    piece = np.concatenate([np.tile(cadence, (4, 1)), np.tile(cadence + 4, (4, 1))])
    keys = local_keys(piece)
    assert set(keys[:32]) == {0}
    assert set(keys[-32:]) == {4}
    assert local_keys(held((REST,) * 4)).tolist() == [24] * 4


def test_counterpoint_by_rule_is_chords_alone():
    piece = np.repeat(illiac(12, np.random.default_rng(0)), 4, axis=0)
    assert chords(piece).found.all()
    assert not non_chord_tones(piece).found.any()


@given(PIECES, st.integers(-5, 5))
def test_the_same_in_every_key(piece, semitones):
    moved = np.where(piece >= 0, piece + semitones, REST)
    assert pitch_classes(moved).tolist() == np.roll(pitch_classes(piece), semitones, axis=1).tolist()
    for measure in (chords, non_chord_tones, leading_notes):
        found, asked = measure(piece)
        assert found.shape == asked.shape
        assert not (found & ~asked).any()
    assert [one.tolist() for one in chords(moved)] == [one.tolist() for one in chords(piece)]


@pytest.mark.parametrize("semitones", [-2, 3])
def test_leading_notes_are_the_same_in_every_key(semitones):
    piece = held(C, F, G, C, F, G, (67, 67, 64, 48))
    assert [one.tolist() for one in leading_notes(piece + semitones)] == [one.tolist() for one in leading_notes(piece)]
    assert leading_notes(piece).asked.sum() == 2
