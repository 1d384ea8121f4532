"""REMI: written out by hand, drawn at random, and real pieces there and back."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from descant.composition.remi import Remi
from descant.composition.vocabulary import closed, draw
from descant.errors import InvalidValueError
from descant.types import MeterChange, Notes, Part, TempoChange
from descant.types.clock import Clock
from descant.types.score import Event, KeySignature, Measure, Score, ScorePart, SpelledPitch, TimeSignature
from tests.composition import sets

REMI = Remi()
FOUR = (MeterChange(0.0, 4, 4),)
PIANO = (Part(),)


def notes(rows, parts=PIANO, meters=FOUR, bpm=120.0):
    """Of (onset, end) in quarters, pitch, velocity and part."""
    columns = np.array(rows, dtype=float).reshape(-1, 5)
    onset, end = (columns[:, one] * 60 / bpm for one in (0, 1))
    return Notes(onset, end, *columns[:, 2:].T, parts, tempos=(TempoChange(0.0, bpm),), meters=meters)


def read(tokens):
    return ", ".join(REMI.names[token] for token in tokens)


def columns(music):
    """Every note, in an order of its own."""
    rows = np.stack([music.onset, music.part, music.pitch, music.offset, music.velocity], axis=1)
    rows[:, [0, 3]] = np.round(rows[:, [0, 3]], 6)
    return rows[np.lexsort(rows.T[::-1])]


def test_a_bar_as_tokens():
    parts = (Part("piano", 0), Part("bass", 33), Part("drums", 8, drum=True))
    music = notes(
        [(0, 1, 60, 82, 0), (0, 1, 64, 82, 0), (0, 6, 36, 42, 1), (1.5, 1.75, 38, 102, 2), (4, 4 + 1 / 3, 62, 82, 0)],
        parts,
        bpm=96.0,
    )
    found = REMI.encode(music)
    assert read(found.tokens) == (
        "program 0, program 33, kit 8, "
        "bar, meter 4/4, position 0, tempo 96, track 0, pitch 60, duration 24, loudness 20, "
        "pitch 64, duration 24, loudness 20, track 1, pitch 36, longer, duration 48, loudness 10, "
        "position 36, track 2, pitch 38, duration 6, loudness 25, "
        "bar, position 0, track 0, pitch 62, duration 8, loudness 20"
    )
    assert found.off_grid.exact
    back = REMI.decode(found.tokens)
    assert np.array_equal(columns(back), columns(music))
    assert back.tempos == music.tempos
    assert back.meters == music.meters
    assert [(one.program, one.drum) for one in back.parts] == [(0, False), (33, False), (8, True)]


def test_eleven_sixteenths_and_a_tempo_within_the_bar():
    meters = (MeterChange(0.0, 11, 16), MeterChange(2.75 * 0.5, 2, 4))
    music = notes([(2.5, 2.75, 60, 82, 0), (2.75, 3, 60, 82, 0)], meters=meters)
    faster = Notes(
        *(music.onset, music.offset, music.pitch, music.velocity),
        tempos=(TempoChange(0.0, 120.0), TempoChange(0.5, 240.0)),
        meters=(meters[0], MeterChange(0.5 + 1.75 / 4, 2, 4)),
    )
    assert read(REMI.encode(music).tokens) == (
        "program 0, bar, meter 11/16, position 60, track 0, pitch 60, duration 6, loudness 20, "
        "bar, meter 2/4, position 0, track 0, pitch 60, duration 6, loudness 20"
    )
    told = REMI.encode(faster)
    assert told.off_grid.rewritten == 0
    assert read(told.tokens).startswith(
        "program 0, bar, meter 11/16, position 24, tempo 240, bar, meter 2/4, position 3"
    )


def test_what_lies_off_the_grid_is_told():
    told = REMI.encode(notes([(0.01, 1, 60, 82, 0), (1, 1.001, 60, 80, 0), (1, 2, 60, 82, 0)], bpm=93.7)).off_grid
    assert (told.moved, told.touched, told.rewritten) == (2, 1, 1)
    assert told.farthest == pytest.approx(1 / 24 - 0.001)  # a note lasts a tick at least
    assert REMI.encode(notes([(0, 1, 60, 82, 0)], bpm=1000.0)).off_grid.rewritten == 1
    assert REMI.encode(notes([(0, 1, 60, 82, 0)], meters=())).off_grid.rewritten == 1  # 4/4 is assumed
    assert str(told) == "2 notes moved, by 0.0407 quarters at most; 1 note touched; 1 tempo or metre rewritten"


def test_two_notes_of_one_pitch_may_overlap():
    music = notes([(0, 4, 60, 82, 0), (1, 2, 60, 82, 0), (0, 4, 60, 82, 0)])
    found = REMI.encode(music)
    assert found.off_grid.exact
    assert np.array_equal(columns(REMI.decode(found.tokens)), columns(music))


def test_drawn_tokens_come_back():
    rng = np.random.default_rng(0)
    for length in (0, 1, 2, 5, 20, 100, 400, 1000):
        tokens = draw(REMI, rng, length)
        again = REMI.encode(REMI.decode(tokens))
        assert again.tokens.tolist() == tokens.tolist()
        assert again.off_grid.exact


@settings(max_examples=60)
@given(st.data())
def test_any_sequence_that_the_grammar_allows_comes_back(data):
    state, tokens = REMI.start, []
    for _ in range(data.draw(st.integers(0, 40))):
        allowed = np.flatnonzero(REMI.allowed(state))
        tokens.append(int(allowed[data.draw(st.integers(0, len(allowed) - 1))]))
        state = REMI.after(state, tokens[-1])
    tokens += closed(REMI, state)
    assert REMI.encode(REMI.decode(tokens)).tokens.tolist() == tokens


ROW = st.tuples(st.integers(0, 600), st.integers(1, 250), st.integers(0, 127), st.integers(0, 31), st.integers(0, 2))


@given(st.lists(ROW, max_size=15), st.sampled_from([(4, 4), (7, 8), (11, 16), (3, 2)]), st.integers(20, 300))
def test_notes_on_the_grid_come_back(rows, meter, bpm):
    parts = (Part(), Part("kit", 0, drum=True), Part("flute", 73))
    quarters = [(at / 24, (at + held) / 24, pitch, 4 * loud + 2, part) for at, held, pitch, loud, part in rows]
    music = notes(quarters, parts, (MeterChange(0.0, *meter),), float(bpm))
    found = REMI.encode(music)
    assert found.off_grid.exact
    assert np.array_equal(columns(REMI.decode(found.tokens)), columns(music))


def test_a_score_with_an_upbeat_and_triplets():
    measures = [
        Measure(F(0), F(1), TimeSignature((3,), 4), KeySignature(0)),
        Measure(F(1), F(3), TimeSignature((3,), 4), KeySignature(0)),
    ]
    third = F(1, 3)
    rows = (
        tuple(Event(n * third, third, (SpelledPitch.named("C4"),)) for n in range(3)),
        (Event(F(0), F(3), (SpelledPitch.named("D4"),)),),
    )
    found = REMI.encode(Score(tuple(measures), (ScorePart(rows, sound=Part("violin", 40)),)))
    assert found.off_grid.moved == 0
    note = "track 0, pitch 60, duration 8, loudness 20"
    assert read(found.tokens) == (
        f"program 40, bar, meter 1/4, position 0, {note}, position 8, {note}, position 16, {note}, "
        "bar, meter 3/4, position 0, track 0, pitch 62, duration 72, loudness 20"
    )


def test_measures_of_odd_lengths_in_a_score():
    """An upbeat of a triplet's note is no metre, a cadenza of fifteen quarters no bar: said otherwise, and told."""
    lengths, place, measures, rows = (F(1, 3), F(4), F(15), F(4)), F(0), [], []
    for length in lengths:
        measures.append(Measure(place, length, TimeSignature((4,), 4), KeySignature(0)))
        rows.append((Event(F(0), length, (SpelledPitch.named("C4"),)),))
        place += length
    score = Score(tuple(measures), (ScorePart(tuple(rows)),))
    found = REMI.encode(score)
    assert found.off_grid.moved == 0
    assert found.off_grid.rewritten > 0
    back = REMI.decode(found.tokens)
    assert (back.onset * 2).tolist() == pytest.approx([0, 1 / 3, 13 / 3, 58 / 3])
    assert np.array_equal(REMI.encode(back).tokens, found.tokens)


def test_parts_without_notes_are_kept():
    empty = Notes([], [], [], [], parts=(Part("a", 5), Part("b", 0, drum=True)))
    tokens = REMI.encode(empty).tokens
    assert read(tokens) == "program 5, kit 0"
    assert REMI.encode(REMI.decode(tokens)).tokens.tolist() == tokens.tolist()


def test_128_tracks_are_the_most():
    many = notes([(0, 1, 60, 82, part) for part in range(128)], tuple(Part(program=one) for one in range(128)))
    found = REMI.encode(many)
    assert np.array_equal(columns(REMI.decode(found.tokens)), columns(many))
    with pytest.raises(InvalidValueError, match="129 parts; REMI has 128 tracks"):
        REMI.encode(notes([], (Part(),) * 129))


def test_an_endless_piece_is_refused():
    with pytest.raises(InvalidValueError, match="goes on for 1,000,000 quarters"):
        REMI.encode(notes([(999_999, 1e6, 60, 82, 0)]))
    with pytest.raises(InvalidValueError, match="goes on for 2,000,000 quarters"):
        REMI.encode(notes([(0, 1, 60, 82, 0)], meters=(*FOUR, MeterChange(1e6, 3, 4))))


def test_what_breaks_the_grammar_is_refused():
    with pytest.raises(InvalidValueError, match="token 0, bar, cannot stand"):
        REMI.decode([0])
    tokens = REMI.encode(notes([(0, 1, 60, 82, 0)])).tokens
    with pytest.raises(InvalidValueError, match="break off within a bar"):
        REMI.decode(tokens[:-1])


def _there_and_back(music):
    found = REMI.encode(music)
    back = REMI.decode(found.tokens)
    again = REMI.encode(back)
    assert again.off_grid.exact
    assert np.array_equal(again.tokens, found.tokens)
    assert found.off_grid.farthest <= 1.5 / 24 + 1e-6  # half a tick, and a note lasts a tick at least
    assert found.off_grid.lost == found.off_grid.cut == 0
    for name in ("pitch", "part"):
        assert np.array_equal(np.sort(getattr(back, name)), np.sort(getattr(music, name)))
    return found.off_grid


def test_groove_comes_back():
    """Drums, 3/4, 6/8, 5/4 and 5/8."""
    from descant.datasets import groove

    for take in sets.some(groove.performances, 12):
        told = _there_and_back(take.notes)
        assert told.rewritten == 0
        back = REMI.decode(REMI.encode(take.notes).tokens)
        quarters = [Clock.of(one).quarters(one.onset[np.lexsort((one.onset, one.pitch))]) for one in (take.notes, back)]
        assert np.abs(quarters[0] - quarters[1]).max() <= 0.5 / 24 + 1e-3


def test_pop909_comes_back():
    from descant.datasets import pop909

    for song in sets.some(lambda: (pop909.read_song(f"{one:03d}") for one in range(1, 910)), 2):
        _there_and_back(song.notes)


def test_chorales_come_back_exactly():
    from descant.datasets import jsb

    for chorale in sets.some(jsb.chorales, 30):
        score = chorale.score
        rows = np.stack([score.onset, score.onset + score.duration, score.pitch, score.pitch * 0 + 82, score.part], 1)
        music = notes(rows, tuple(Part(name) for name in "SATB"))
        found = REMI.encode(music)
        assert found.off_grid.exact
        assert np.array_equal(columns(REMI.decode(found.tokens)), columns(music))
