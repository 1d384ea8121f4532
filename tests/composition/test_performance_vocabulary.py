"""388 events: written out by hand, drawn at random, and real performances there and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.composition.performance_vocabulary import LOUD, SHIFT, UP, PerformanceVocabulary
from descant.composition.vocabulary import closed, draw, read
from descant.errors import InvalidValueError
from descant.types import Notes, Part
from tests.composition import sets

EVENTS = PerformanceVocabulary()


def notes(rows, **more):
    """Of (onset, offset, pitch, velocity)."""
    columns = np.array(rows, dtype=float).reshape(-1, 4)
    return Notes(*columns.T, **more)


def written(music):
    return [EVENTS.names[token] for token in EVENTS.encode(music).tokens]


def same(one, two):
    """Two performances, note by note."""
    order = [np.lexsort((each.velocity, each.offset, each.pitch, each.onset)) for each in (one, two)]
    return all(
        np.array_equal(getattr(one, name)[order[0]], getattr(two, name)[order[1]])
        for name in ("onset", "offset", "pitch", "velocity")
    )


def test_there_are_388_events_and_each_has_a_name():
    assert EVENTS.size == len(EVENTS.names) == len(set(EVENTS.names)) == 388
    assert [EVENTS.names[one] for one in (0, UP, SHIFT, LOUD - 1, LOUD)] == [
        *("0 down", "0 up", "10 ms", "1000 ms", "loudness 0")
    ]


def test_a_bar_as_events():
    music = notes([(0.5, 1.0, 60, 82), (0.5, 3.25, 64, 82), (1.0, 1.5, 60, 42)])
    assert written(music) == [
        *("500 ms", "loudness 20", "60 down", "64 down", "500 ms", "60 up", "loudness 10", "60 down"),
        *("500 ms", "60 up", "1000 ms", "750 ms", "64 up"),
    ]
    assert same(EVENTS.decode(EVENTS.encode(music).tokens), music)


def test_what_the_events_cannot_say_is_told():
    exact = EVENTS.encode(notes([(0.0, 1.0, 60, 82)]))
    assert exact.off_grid.exact
    moved = EVENTS.encode(notes([(0.004, 1.0, 60, 82), (0.5, 0.503, 62, 80)])).off_grid
    assert (moved.moved, moved.touched, moved.cut, moved.lost) == (2, 1, 0, 0)
    assert moved.farthest == pytest.approx(0.007)  # a note lasts 10 ms at least
    struck = EVENTS.encode(notes([(0.0, 1.0, 60, 82), (0.5, 0.7, 60, 82), (0.5, 0.9, 60, 82)]))
    assert (struck.off_grid.cut, struck.off_grid.lost, struck.off_grid.moved) == (1, 1, 0)
    assert EVENTS.decode(struck.tokens).offset.tolist() == [0.5, 0.9]


def test_drawn_events_come_back():
    rng = np.random.default_rng(0)
    for length in (0, 1, 2, 3, 10, 100, 1000):
        tokens = draw(EVENTS, rng, length)
        again = EVENTS.encode(EVENTS.decode(tokens))
        assert again.tokens.tolist() == tokens.tolist()
        assert again.off_grid.exact


@given(st.data())
def test_any_sequence_that_the_grammar_allows_comes_back(data):
    state, tokens = EVENTS.start, []
    for _ in range(data.draw(st.integers(0, 30))):
        tokens.append(data.draw(st.sampled_from(np.flatnonzero(EVENTS.allowed(state)).tolist())))
        state = EVENTS.after(state, tokens[-1])
    tokens += closed(EVENTS, state)
    assert EVENTS.encode(EVENTS.decode(tokens)).tokens.tolist() == tokens


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 300), st.integers(58, 62), st.integers(0, 31)), max_size=12)
)
def test_notes_on_the_grid_come_back(rows):
    """Whatever the notes are: a key that is down is not struck again, so that nothing is cut."""
    free, kept = {}, []
    for onset, length, pitch, loud in sorted(rows):
        if onset >= free.get(pitch, 0):
            kept.append((onset / 100, (onset + length) / 100, pitch, 4 * loud + 2))
            free[pitch] = onset + length
    found = EVENTS.encode(notes(kept))
    assert found.off_grid.exact
    assert same(EVENTS.decode(found.tokens), notes(kept))
    read(EVENTS, found.tokens)


def test_what_it_cannot_take_is_refused():
    with pytest.raises(InvalidValueError, match="one instrument, and 2 parts have notes: choose one"):
        EVENTS.encode(Notes([0, 1], [1, 2], [60, 60], [80, 80], [0, 1], (Part(), Part("bass", 32))))
    with pytest.raises(InvalidValueError, match="go on for 1,000,000 s"):
        EVENTS.encode(notes([(0, 1e6, 60, 80)]))
    with pytest.raises(InvalidValueError, match="token 0, 60 down, cannot stand"):
        EVENTS.decode([60])  # nobody said how loud
    with pytest.raises(InvalidValueError, match="token 2, 60 up, cannot stand"):
        EVENTS.decode([LOUD, 60, UP + 60])  # it would last no time
    with pytest.raises(InvalidValueError, match="break off while keys are down"):
        EVENTS.decode([LOUD, 60])


def test_an_empty_performance_has_no_events():
    assert len(EVENTS.encode(notes([])).tokens) == 0
    assert len(EVENTS.decode([])) == 0


def test_a_part_may_be_named():
    assert EVENTS.decode([LOUD, 60, SHIFT, UP + 60], Part("drums", drum=True)).drum.tolist() == [True]


def _there_and_back(music):
    found = EVENTS.encode(music)
    back = EVENTS.decode(found.tokens, music.parts[0])
    told = found.off_grid
    assert len(back) == len(music) - told.lost
    assert told.farthest < 0.015 + 1e-6  # half a step, and a note lasts a step at least
    again = EVENTS.encode(back)
    assert again.off_grid.exact
    assert np.array_equal(again.tokens, found.tokens)
    onsets = np.unique(np.round(music.onset * 100) * 128 + music.pitch)  # as the grid has them, reckoned here
    assert np.array_equal(np.unique(np.round(back.onset * 100) * 128 + back.pitch), onsets)


def test_groove_comes_back():
    from descant.datasets import groove

    for take in sets.some(groove.performances, 12):
        _there_and_back(take.notes)


def test_pop909_comes_back():
    from descant.datasets import pop909

    for song in sets.some(lambda: (pop909.read_song(f"{one:03d}") for one in range(1, 910)), 2):
        for part in np.unique(np.asarray(song.notes.part)):
            _there_and_back(song.notes.only(np.asarray(song.notes.part) == part))
