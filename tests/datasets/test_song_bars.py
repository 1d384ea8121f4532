"""Songs in bars: one written out by hand, and those of POP909 as tokens of REMI and back."""

import numpy as np

from descant.composition.remi import Remi
from descant.datasets import pop909, song_bars
from descant.types import Beats, Chords, Notes, Part
from tests.composition import sets

PARTS = (Part("PIANO"), Part("MELODY"))


def test_a_song_stands_in_its_own_bars():
    """Beats of 0.4 s, then of 0.8 s; the melody begins before the first one, and a bar with the second."""
    notes = Notes([0.1, 0.72, 1.3], [0.3, 1.5, 1.32], [72, 57, 64], [80, 70, 60], [1, 0, 1], PARTS)
    beats = Beats(np.array([0.3, 0.7, 1.5, 2.3, 3.1]), np.array([3, 1, 2, 1, 2]))
    chords = Chords(np.array([0.3, 0.7]), np.array([0.7, 2.3]), ("N", "A:min"))
    found = song_bars.in_bars(pop909.Pop909Song("000", notes, beats, chords, None, ()))
    beat = song_bars.BEAT
    assert found.notes.parts == tuple(Part(name) for name in ("melody", "bridge", "piano"))
    assert found.notes.onset.tolist() == [0.5 * beat, 2 * beat, 2.75 * beat]  # a beat before the first one
    assert found.notes.offset.tolist() == [1 * beat, 3 * beat, 3 * beat]  # no note is shorter than a sixteenth
    assert np.asarray(found.notes.part).tolist() == [0, 2, 0]
    assert found.notes.velocity.tolist() == [80, 70, 60]
    assert [(one.time / beat, one.numerator, one.denominator) for one in found.notes.meters] == [(0, 2, 4)]
    assert [found.chords.at(at) for at in range(5)] == [None, "N", "A:min", "A:min", None]


def test_an_upbeat_is_a_bar_and_bars_may_change():
    beats = Beats(np.arange(12) * 0.5, np.array([4, 1, 2, 3, 4, 1, 2, 1, 2, 3, 4, 1]))
    notes = Notes([0.0], [0.5], [60], [80], parts=(Part("MELODY"),))
    empty = Chords(np.zeros(0), np.zeros(0), ())
    found = song_bars.in_bars(pop909.Pop909Song("000", notes, beats, empty, None, ()))
    assert [(one.time / song_bars.BEAT, one.numerator) for one in found.notes.meters] == [
        (0, 1),
        (1, 4),
        (5, 2),
        (7, 4),
    ]


def test_pop909_comes_back():
    for one in sets.some(lambda: (pop909.read_song(f"{at:03d}") for at in range(1, 910)), 3):
        notes = song_bars.in_bars(one).notes
        encoded = Remi().encode(notes)
        assert encoded.off_grid.moved == 0
        back = Remi().decode(encoded.tokens)
        assert np.allclose(back.onset, notes.onset)
        for name in ("pitch", "part"):
            assert np.array_equal(getattr(back, name), getattr(notes, name))
