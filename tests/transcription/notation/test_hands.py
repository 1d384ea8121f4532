"""Hands: chords divided between a left hand and a right one."""

import pytest

from descant.transcription.notation.hands import LEFT, RIGHT, Chord, hands


def row(*pitches, length=0.25):
    """Chords a quarter of a second apart."""
    return [Chord(at * length, tuple(one), (at * length + length * 0.9,) * len(one)) for at, one in enumerate(pitches)]


def test_far_apart():
    chords = row((36, 43, 72, 76), (38, 74), (40, 47, 76, 79), (79,), (36,))
    assert hands(chords) == [
        (LEFT, LEFT, RIGHT, RIGHT),
        (LEFT, RIGHT),
        (LEFT, LEFT, RIGHT, RIGHT),
        (RIGHT,),
        (LEFT,),
    ]


@pytest.mark.parametrize("step", [1, -1])
def test_a_scale_through_all_keys_is_handed_over_once(step):
    keys = [(key,) for key in range(36, 97)][::step]
    sides = [one for (one,) in hands(row(*keys, length=0.12))]
    assert (sides[0], sides[-1]) == ((LEFT, RIGHT) if step > 0 else (RIGHT, LEFT))
    assert sum(one != two for one, two in zip(sides[1:], sides[:-1], strict=True)) == 1


def test_what_no_hand_spans_is_divided():
    ((*sides,),) = hands(row((48, 55, 64, 72)))
    assert set(sides) == {LEFT, RIGHT}
    assert sides == sorted(sides, reverse=True), "from left to right"


def test_a_hand_keeps_what_it_holds():
    held = [Chord(0.0, (40, 76), (4.0, 4.0))]
    moving = [Chord(0.5 * at, (key,), (0.5 * at + 0.4,)) for at, key in enumerate((72, 71, 72, 69), 1)]
    assert hands(held + moving)[1:] == [(RIGHT,)] * 4


def test_no_chord_no_hand_and_all_keys_at_once():
    assert hands([]) == []
    (sides,) = hands([Chord(0.0, tuple(range(128)), (1.0,) * 128)])
    assert len(sides) == 128
