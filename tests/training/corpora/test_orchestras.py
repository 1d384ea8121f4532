"""Bands: any class of instruments, solos among them, some parts only for a while."""

import numpy as np

from descant.training.corpora.orchestras import PIANO_SOLOS, SECONDS, SOLOS, balanced, in_part, programs
from descant.types import Notes, Part
from descant.types.instruments import DRUMS, instrument_class


def notes():
    onset = np.tile(np.arange(0, SECONDS, 0.5), 2)
    part = np.repeat([0, 1], len(onset) // 2)
    return Notes(onset, onset + 0.4, np.full(len(onset), 60), np.full(len(onset), 80), part, (Part("a"), Part("b")))


def test_all_classes_are_drawn_equally_often():
    rng = np.random.default_rng(0)
    drawn = instrument_class([one for _ in range(1000) for one in programs(3, 1.0, rng)])
    counts = np.bincount(drawn, minlength=DRUMS)
    assert counts.min() > 120
    assert counts.max() < 240


def test_solos_have_one_instrument():
    rng = np.random.default_rng(0)
    assert len(set(programs(3, PIANO_SOLOS + SOLOS / 2, rng))) == 1
    assert instrument_class(programs(3, 0.0, rng)).tolist() == [0, 0, 0]


def test_some_parts_sound_for_a_while_only():
    kept = [in_part(notes(), np.random.default_rng(seed)) for seed in range(30)]
    lengths = {len(one) for one in kept}
    assert max(lengths) == len(notes())
    assert len(lengths) > 5
    assert all(one.parts == notes().parts for one in kept)


def test_every_part_has_its_own_volume():
    found = balanced(notes(), np.random.default_rng(0)).controls
    assert [one.part for one in found] == [0, 1]
    assert all(one.number == 7 and 60 <= one.value < 128 for one in found)
