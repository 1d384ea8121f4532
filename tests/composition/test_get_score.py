"""GETScore: grids written out by hand, drawn at random, and real pieces there and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.composition.get_score import GetScore, Track
from descant.composition.vocabulary import closed, draw, read
from descant.errors import InvalidValueError
from descant.io.score.read_abc import read_abc
from descant.types import Chords, Notes, Part, TempoChange
from descant.types.clock import Clock
from tests.composition import sets

BAND = GetScore((Track(Part("melody", 73)), Track(Part("piano"), 3), Track(Part("kit", drum=True), 2)))
CHOIR = GetScore(tuple(Track(Part(name, 52)) for name in "SATB"))
SONG = GetScore((Track(Part("melody", 73)), Track(Part("piano"), 2)), chords=True)


def notes(rows, parts=(73, 0, 8), bpm=120.0):
    """Of (onset, end) in quarters, pitch and part."""
    columns = np.array(rows, dtype=float).reshape(-1, 4)
    onset, end = (columns[:, one] * 60 / bpm for one in (0, 1))
    players = tuple(Part(program=one) for one in parts)
    velocity = np.full(len(rows), 80)
    return Notes(onset, end, columns[:, 2], velocity, columns[:, 3], players, tempos=(TempoChange(0.0, bpm),))


def rows(music):
    """Every note, in an order of its own."""
    found = np.stack([music.onset, music.part, music.pitch, music.offset], axis=1)
    found[:, [0, 3]] = np.round(found[:, [0, 3]], 6)
    return found[np.lexsort(found.T[::-1])]


def shown(grid, vocabulary=BAND):
    return [[vocabulary.names[token].replace("empty", "-") for token in column] for column in grid]


def test_a_grid_of_two_columns():
    music = notes([(0, 1, 72, 0), (0, 0.25, 64, 1), (0, 2, 60, 1), (0.25, 0.5, 36, 2)])
    found = BAND.encode(music)
    silent = ["-", "-"]
    assert shown(BAND.grid(found.tokens)) == [
        ["pitch 72", "duration 4", "pitch 64", "duration 1", "pitch 60", "duration 8", *silent * 3],
        [*silent * 4, "pitch 36", "duration 1", *silent],
    ]
    assert found.off_grid.exact
    back = BAND.decode(found.tokens)
    assert np.array_equal(rows(back), rows(music))
    assert back.parts == tuple(track.part for track in BAND.tracks)
    assert BAND.size == len(set(BAND.names)) == 193


def spans(*rows):
    """Chords of (start, end) in quarters of half a second, and label."""
    start, end, label = zip(*rows, strict=True)
    return Chords(np.array(start) / 2, np.array(end) / 2, label)


def test_a_last_row_says_the_chords():
    harmony = spans((0, 0.5, "D:min7"), (0.75, 1, "F#:maj"), (1, 1.25, "Gb:maj"))
    found = SONG.encode(notes([(0, 1, 72, 0)], (73, 0)), harmony)
    assert [column[-1] for column in shown(SONG.grid(found.tokens), SONG)] == [
        "D:min7",
        "D:min7",
        "N",
        "Gb:maj",
        "Gb:maj",
    ]
    assert found.off_grid.exact
    back = SONG.decode_chords(found.tokens)
    assert back.label == ("D:min7", "N", "Gb:maj")
    assert back.start.tolist() == [0.0, 0.25, 0.375]
    assert back.end.tolist() == [0.25, 0.375, 0.625]
    assert len(SONG.decode(found.tokens)) == 1
    again = SONG.encode(SONG.decode(found.tokens), back)
    assert again.tokens.tolist() == found.tokens.tolist()
    assert SONG.size == len(set(SONG.names)) == 193 + 181


def test_in_another_key():
    found = SONG.encode(notes([(0, 1, 72, 0), (0, 1, 60, 1)], (73, 0)), spans((0, 0.25, "A:min"), (0.25, 0.5, "N")))
    moved = SONG.transposed(SONG.grid(found.tokens), 5)
    assert SONG.decode(moved.ravel()).pitch.tolist() == [77, 65]
    assert SONG.decode_chords(moved.ravel()).label == ("D:min", "N")
    assert np.array_equal(SONG.transposed(moved, -5).ravel(), found.tokens)
    with pytest.raises(InvalidValueError, match="60 semitones away"):
        SONG.transposed(moved, 60)


def test_chords_that_the_row_cannot_hold_are_told():
    harmony = spans((0, 1, "C:maj/3"), (1, 2, "G:9"), (2, 3.1, "A:min"), (3.1, 3.12, "D"), (3.5, 4, "C:5"), (4, 5, "N"))
    found = SONG.encode(notes([], (73, 0)), harmony)
    assert found.off_grid.chords == 5
    assert str(found.off_grid) == "5 chords changed"
    assert SONG.decode_chords(found.tokens).label == ("C:maj", "G:7", "A:min", "N")


def test_chords_of_a_score_are_its_symbols(tmp_path):
    path = tmp_path / "song.abc"
    path.write_text('X:1\nL:1/4\nM:4/4\nK:C\n"Am"A A "G7"G G|"C"c4|\n')
    found = SONG.encode(read_abc(path))
    labels = [column[-1] for column in shown(SONG.grid(found.tokens), SONG)]
    assert labels == ["A:min"] * 8 + ["G:7"] * 8 + ["C:maj"] * 16
    assert found.off_grid.exact


def test_what_the_grid_cannot_hold_is_told():
    chord = [(1, 2, pitch, 1) for pitch in (60, 62, 64, 65, 65)]
    found = BAND.encode(notes([*chord, (0, 20, 72, 0), (0.3, 0.5, 70, 0)]))
    told = found.off_grid
    assert (told.lost, told.cut, told.moved) == (2, 1, 1)  # one 65 twice, and 60 has no lane
    assert told.farthest == pytest.approx(0.05)
    back = BAND.decode(found.tokens)
    assert sorted(back.pitch[np.asarray(back.part) == 1].tolist()) == [62, 64, 65]
    assert back.offset[0] == pytest.approx(8.0)  # 64 sixteenths


def again_of(vocabulary, tokens):
    """There and back."""
    harmony = vocabulary.decode_chords(tokens) if vocabulary.chords else None
    return vocabulary.encode(vocabulary.decode(tokens), harmony)


@pytest.mark.parametrize("vocabulary", [BAND, CHOIR, SONG])
def test_drawn_grids_come_back(vocabulary):
    rng = np.random.default_rng(0)
    for length in (0, 1, 2, 5, 12, 13, 100, 1000):
        tokens = draw(vocabulary, rng, length)
        again = again_of(vocabulary, tokens)
        assert again.tokens.tolist() == tokens.tolist()
        assert again.off_grid.exact


@given(st.data(), st.sampled_from([BAND, SONG]))
def test_any_sequence_that_the_grammar_allows_comes_back(data, vocabulary):
    state, tokens = vocabulary.start, []
    for _ in range(data.draw(st.integers(0, 40))):
        allowed = np.flatnonzero(vocabulary.allowed(state))
        tokens.append(int(allowed[data.draw(st.sampled_from([0, 0, -1, len(allowed) // 2]))]))
        state = vocabulary.after(state, tokens[-1])
    tokens += closed(vocabulary, state)
    assert again_of(vocabulary, tokens).tokens.tolist() == tokens


@given(st.integers(0, 2**32), st.integers(0, 34), st.integers(-1, 374), st.sampled_from([BAND, SONG]))
def test_a_grid_is_refused_as_its_tokens_are(seed, at, token, vocabulary):
    """One token changed: at once, or token by token, the answer is one."""
    tokens = draw(vocabulary, np.random.default_rng(seed), 48)
    tokens[at] = token
    found = []
    for look in (vocabulary.grid, lambda row: read(vocabulary, row)):
        try:
            look(tokens)
            found.append("")
        except InvalidValueError as error:
            found.append(str(error))
    assert found[0] == found[1]


NOTE = st.tuples(st.integers(1, 64), st.integers(0, 127))


@given(st.dictionaries(st.tuples(st.integers(0, 3), st.integers(0, 100)), NOTE, max_size=20))
def test_notes_on_the_grid_come_back(cells):
    """One note a cell: it always finds its lane."""
    music = notes(
        [(at / 4, (at + held) / 4, pitch, part) for (part, at), (held, pitch) in cells.items()], (52,) * 4, bpm=77.0
    )
    found = CHOIR.encode(music)
    assert found.off_grid.exact
    assert np.array_equal(rows(CHOIR.decode(found.tokens, bpm=77.0)), rows(music))


def test_what_it_cannot_take_is_refused():
    with pytest.raises(InvalidValueError, match="4 parts, and the grid 3 tracks"):
        BAND.encode(notes([], (0, 0, 0, 0)))
    with pytest.raises(InvalidValueError, match="no row for chords"):
        BAND.encode(notes([]), spans((0, 1, "C")))
    with pytest.raises(InvalidValueError, match="no row for chords"):
        BAND.decode_chords([])
    with pytest.raises(InvalidValueError, match="3 tokens are no whole number of columns of 12"):
        BAND.grid([0, 0, 0])
    with pytest.raises(InvalidValueError, match="token 1, empty, cannot stand"):
        BAND.decode([1, *[0] * 11])  # a pitch without a duration
    with pytest.raises(InvalidValueError, match="token 4, pitch 64, cannot stand"):
        BAND.flatten([0, 0, 61, 129, 65, 129, *[0] * 6])  # pitches rise
    with pytest.raises(InvalidValueError, match="each has a lane"):
        GetScore((Track(Part(), 0),))


def _there_and_back(vocabulary, music):
    """Exactly as many notes are lost as find no lane, or are one with another."""
    found = vocabulary.encode(music)
    back = vocabulary.decode(found.tokens)
    column = np.round(Clock.of(music).quarters(music.onset) * 4)
    cells = np.unique(np.stack([column, np.asarray(music.part), music.pitch], axis=1), axis=0)
    places, sharing = np.unique(cells[:, :2], axis=0, return_counts=True)
    lanes = [vocabulary.tracks[int(part)].lanes for part in places[:, 1]]
    assert found.off_grid.lost == len(music) - np.minimum(sharing, lanes).sum()
    assert len(back) == len(music) - found.off_grid.lost
    again = vocabulary.encode(back)
    assert again.off_grid.exact
    assert np.array_equal(again.tokens, found.tokens)


def test_chorales_come_back_exactly():
    from descant.datasets import jsb

    for chorale in sets.some(jsb.chorales, 30):
        score = chorale.score
        music = notes(np.stack([score.onset, score.onset + score.duration, score.pitch, score.part], 1), (52,) * 4)
        found = CHOIR.encode(music)
        told = found.off_grid
        assert (told.lost, told.moved) == (0, 0)
        if not told.cut:
            assert np.array_equal(rows(CHOIR.decode(found.tokens)), rows(music))


def test_pop909_comes_back():
    """Melody, bridge and piano; ten lanes hold what ten fingers strike."""
    from descant.datasets import pop909

    band = GetScore(tuple(Track(Part(name), lanes) for name, lanes in (("melody", 2), ("bridge", 6), ("piano", 10))))
    for song in sets.some(lambda: (pop909.read_song(f"{one:03d}") for one in range(1, 910)), 2):
        _there_and_back(band, song.notes)


def test_groove_comes_back():
    from descant.datasets import groove

    kit = GetScore((Track(Part("kit", drum=True), 6),))
    for take in sets.some(groove.performances, 12):
        _there_and_back(kit, take.notes)
