"""Phrases are two bars long, and close on chords of the key or of one that is near."""

from itertools import pairwise

import numpy as np
import pytest

from descant.composition.phrases import BAR, CLOSES, HELD, PHRASE, cadences


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(("bars", "closes"), [(1, 0), (2, 0), (3, 0), (4, 1), (5, 1), (6, 2), (8, 3), (9, 3)])
def test_the_last_phrase_has_two_bars_or_three(bars, closes):
    found = cadences(0, bars * BAR, 0, "major", rng())
    assert [one.end for one in found] == [PHRASE * (at + 1) for at in range(closes)]
    if closes:
        assert bars * BAR - found[-1].end in (PHRASE, PHRASE + BAR)


def test_after_what_is_given():
    assert [one.end for one in cadences(24, 24 + 8 * BAR, 0, "minor", rng())] == [24 + PHRASE * at for at in (1, 2, 3)]


@pytest.mark.parametrize("mode", CLOSES)
@pytest.mark.parametrize("tonic", [0, 2, 11])
def test_what_is_held(mode, tonic):
    """In D major, an A major triad for a half cadence, E major before it where A is made a key, b minor for vi."""
    triads = {
        "I": (0, 4, 7), "i": (0, 3, 7), "V": (7, 11, 2), "V as its own key": (7, 11, 2), "vi": (9, 0, 4),
        "III": (3, 7, 10),
    }  # fmt: skip
    before = {"I": 7, "i": 7, "V as its own key": 2, "vi": 4, "III": 10}
    seen = set()
    for seed in range(40):
        for one in cadences(0, 8 * BAR, tonic, mode, rng(seed)):
            *leading, held = one.spans
            assert (held.start, held.stop, held.held) == (one.end - HELD, one.end, True)
            assert held.tones == {(tonic + step) % 12 for step in triads[one.on]}
            assert held.bass == (tonic + triads[one.on][0]) % 12
            assert [span.bass for span in leading] == [(tonic + step) % 12 for step in [before.get(one.on)] if step]
            seen.add(one.on)
    assert seen == set(CLOSES[mode])


def test_no_close_comes_twice_in_a_row():
    names = [one.on for one in cadences(0, 80 * BAR, 0, "minor", rng())]
    assert len(names) == 39
    assert all(one != two for one, two in pairwise(names))


def test_chances_sum_to_one():
    assert all(sum(chance for chance, _ in each.values()) == pytest.approx(1.0) for each in CLOSES.values())
