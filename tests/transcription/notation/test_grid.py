"""The grid: notes that stand on one come back there, and simple readings win over far-fetched ones."""

from fractions import Fraction as F
from itertools import pairwise

import numpy as np
import pytest

from descant.transcription.notation.grid import Place, Struck, placed


def read(*places, period=0.5, compound=False, simple=False, off=0.0, short=(), steps=9):
    """What is made of clusters at places, in beats, that are played so many seconds off."""
    meant = np.array([float(F(one)) for one in places])
    time = meant * period + off + 1.0
    beats = 1.0 + period * np.arange(-1, int(meant.max()) + 3)
    struck = [Struck(one, (one - beats[0]) / period, at in short, steps) for at, one in enumerate(time.tolist())]
    found, _ = placed(struck, beats, compound, simple)
    return [Place(one.beat - 1, one.grace) for one in found]


def beats(*places):
    return [Place(F(one)) for one in places]


RHYTHMS = [
    (0, 1, 2, 3, 4),
    (0, "1/2", 1, "3/2", 2),
    (0, "1/4", "1/2", "3/4", 1, 2),
    (0, "3/4", 1, "7/4", 2, 3),
    ("1/2", "3/2", "5/2", 3),
    (0, 4, 9, "19/2"),
]
THIRDS = [F(one, 3) for one in range(12)]
TRIPLETS = [
    (*THIRDS, 4),
    (*THIRDS, *(F(one, 4) for one in range(16, 28)), 7),  # beside sixteenths
]


@pytest.mark.parametrize("period", [0.4, 0.5, 0.75, 1.1])
@pytest.mark.parametrize("places", RHYTHMS)
def test_what_is_played_exactly_stands_there(places, period):
    assert read(*places, period=period) == beats(*places)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("places", RHYTHMS)
def test_what_is_played_15_ms_off_stands_there_too(places, seed):
    off = np.random.default_rng(seed).uniform(-0.015, 0.015, len(places))
    assert read(*places, period=0.6, off=off) == beats(*places)


@pytest.mark.parametrize("off", [0.0, 0.01])
@pytest.mark.parametrize("places", TRIPLETS)
def test_triplets(places, off):
    off = np.random.default_rng(0).uniform(-off, off, len(places))
    assert read(*places, period=0.75, off=off) == beats(*places)


@pytest.mark.parametrize("off", [0.0, [0.012, -0.01, 0.008, -0.012, 0.01, -0.006, 0.0]])
def test_dotted_beats_are_divided_in_three(off):
    places = (0, "1/3", "2/3", 1, "5/3", 2, 3)
    assert read(*places, period=0.8, compound=True, off=off) == beats(*places)


def test_a_short_note_before_another_is_a_grace_note():
    (before, grace, after) = read(0, F(186, 100), 2, short={1}, steps=2, period=0.5)  # 70 ms
    assert (before, after) == tuple(beats(0, 2))
    assert grace == Place(F(2), grace=True)
    assert not read(0, F(186, 100), 2, steps=2)[1].grace, "one that is held is none"


def test_two_clusters_close_together_are_one_place():
    assert read(0, 1, F(108, 100), 2) == beats(0, 1, 1, 2)  # a chord that is rolled slowly, 40 ms


def test_a_simple_page_has_no_sixteenths():
    found = read(0, "1/4", "1/2", "3/4", 1, simple=True)
    assert all(one.beat.denominator in (1, 2, 3) and not one.grace for one in found)


@pytest.mark.parametrize("seed", range(5))
def test_places_never_fall(seed):
    rng = np.random.default_rng(seed)
    found = read(*np.sort(rng.uniform(0, 8, 60)).tolist(), short=set(range(0, 60, 3)))
    assert all(one.beat <= two.beat for one, two in pairwise(found))
    assert len(found) == 60


def test_long_pauses_hold_nothing():
    assert read(0, 1000) == beats(0, 1000)
