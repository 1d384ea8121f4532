"""GETMusic's writing with networks that we made: what is given stays, what is wanted keeps the grammar."""

from itertools import combinations

import numpy as np
import pytest

from descant import weights
from descant.composition.absorbing_state import COVERED
from descant.composition.get_score import DURATION, PITCH
from descant.composition.getmusic import CHORALES, FIT, POP, SONGS, WINDOW, as_dense, fitting, leaning, tones_heard
from descant.composition.vocabulary import draw
from descant.errors import InvalidValueError
from descant.types.chord_vocabulary import parse

BOTH = pytest.mark.parametrize("writer", [SONGS, CHORALES], ids=lambda one: one.weights)


class Network:
    """Likes every row's token of a grid by `taste`, and remembers what it was asked."""

    def __init__(self, writer, grid, taste):
        self.writer, self.taste, self.asked = writer, taste, []
        self.liked = writer.rows.counted(grid)

    def run(self, given):
        self.asked.append(given)
        columns = given["tokens"].shape[1]
        start = 0 if columns == self.end() else int(given["place"][0, 0])
        told = {"pitches": 129, "durations": 65}
        lanes = len(self.writer.vocabulary.lanes)
        found = {name: np.zeros((1, columns, lanes, size), dtype=np.float32) for name, size in told.items()}
        found["chords"] = np.zeros((1, columns, 181), dtype=np.float32)
        for at, row in enumerate(self.liked[start : start + columns]):
            found["pitches"][0, at, range(lanes), row[: 2 * lanes : 2]] = self.taste
            found["durations"][0, at, range(lanes), row[1 : 2 * lanes : 2]] = self.taste
            if self.writer.vocabulary.chords:
                found["chords"][0, at, row[-1]] = self.taste
        return found

    def end(self):
        return len(self.liked) + -len(self.liked) % 4


@pytest.fixture
def network(monkeypatch):
    def made(writer, columns=24, taste=0.0):
        vocabulary = writer.vocabulary
        grid = vocabulary.grid(draw(vocabulary, np.random.default_rng(4), columns * vocabulary.rows))[:columns]
        if vocabulary.chords:
            grid[:, -1] = np.repeat(grid[::4, -1], 4)[: len(grid)]
        found = Network(writer, grid, taste)
        monkeypatch.setattr(weights, "load", lambda name: {writer.weights: found}[name])
        return found, grid

    return made


def subsets(writer):
    names = writer.rows.tracks
    return [one for many in range(1, len(names) + 1) for one in combinations(names, many)]


@BOTH
def test_what_is_given_stays_and_what_is_written_keeps_the_grammar(writer, network):
    asked, grid = network(writer)
    for wanted in subsets(writer):
        before = grid.copy()
        found = writer.complete(grid, wanted, seed=1, steps=2)
        written = np.isin(np.array(writer.rows.tracks)[writer.rows.track], wanted)
        assert np.array_equal(found[:, ~written], grid[:, ~written])
        assert np.array_equal(grid, before)
        assert not np.array_equal(found, grid)
        assert writer.vocabulary.flatten(found).size == grid.size  # raises where the grammar forbids a token
        assert all((one["tokens"][0, : len(grid), ~written] >= 0).all() for one in asked.asked)
        assert (asked.asked[0]["tokens"][0][:, written] == COVERED).all()  # what stood there is not heard
        assert np.array_equal(found, writer.complete(grid, wanted, seed=1, steps=2))
        assert not np.array_equal(found, writer.complete(grid, wanted, seed=2, steps=2))
        asked.asked.clear()


@BOTH
def test_a_network_that_knows_writes_what_it_knows(writer, network):
    _, grid = network(writer, columns=23, taste=1000.0)
    for wanted in subsets(writer):
        for steps in (1, 7, 10_000):
            assert np.array_equal(writer.complete(grid, wanted, steps=steps, key=0), grid)


def test_a_song_is_heard_in_c_and_comes_back_in_its_key(network):
    """A network that writes a song in C writes it in any key: that which is told, or that of what is known."""
    asked, grid = network(SONGS, taste=1000.0)
    grid[:, 0] = np.resize([61, 0, 63, 65, 66, 68, 70, 72], len(grid))
    grid[:, 1] = np.where(grid[:, 0] > 0, 132, 0)
    grid[:, 2:-1] = 0
    grid[:, -1] = 193  # C major
    asked.liked = SONGS.rows.counted(grid)
    moved = SONGS.vocabulary.transposed(grid, 3)
    for key in (3, 12, None):  # E flat major, C minor, as heard
        assert np.array_equal(SONGS.complete(moved, ["bridge", "chords"], key=key), moved)
    tokens = asked.asked[-1]["tokens"][0]
    assert np.array_equal(tokens[:, 0], asked.liked[:, 0])
    assert np.array_equal(asked.asked[-1]["near"][0], SONGS.rows.neighbours(tokens))


def test_chords_change_on_beats(network):
    _, grid = network(SONGS, columns=30)
    found = SONGS.complete(grid, ["chords", "melody"])[:, -1]
    assert np.array_equal(found, np.repeat(found[::4], 4)[:30])
    assert len(set(found.tolist())) > 4
    within = np.arange(30) >= 6
    assert (SONGS.complete(grid, ["chords"], within=within)[6:8, -1] == grid[5, -1]).all()


def test_chords_change_where_they_may(network):
    _, grid = network(SONGS, columns=32)
    changes = np.arange(32) % 8 == 0
    found = SONGS.complete(grid, ["chords"], changes=changes)[:, -1]
    assert np.array_equal(found, np.repeat(found[::8], 8))


def test_tracks_are_written_one_after_another_and_on_beats_first(network):
    asked, grid = network(SONGS)
    SONGS.complete(grid, ["chords", "melody"], steps=4)
    covered = [(one["tokens"][0] == COVERED)[: len(grid)] for one in asked.asked]
    assert covered[0][:, [0, 1, -1]].all()
    first_melody = next(at for at, one in enumerate(covered) if not one[:, -1].any())
    assert all(one[:, :2].all() for one in covered[: first_melody + 1])
    pitches = [one[:, 0] for one in covered[first_melody:]]
    assert [int(one.sum()) for one in pitches[:5]] == [
        24,
        21,
        18,
        12,
        0,
    ]  # two steps on beats, one on eighths, one more
    assert pitches[2].sum() == 18
    assert not pitches[2][::4].any()


def test_what_is_hidden_is_not_heard_and_stays(network):
    asked, grid = network(SONGS)
    hidden = np.zeros((len(grid), 4), dtype=bool)
    hidden[8:, SONGS.rows.tracks.index("piano")] = True
    found = SONGS.complete(grid, ["melody"], hidden=hidden, within=np.arange(len(grid)) >= 4)
    assert np.array_equal(found[:, 2:], grid[:, 2:])
    assert np.array_equal(found[:4], grid[:4])
    for one in asked.asked:
        assert (one["tokens"][0][8 : len(grid), 6:14] == COVERED).all()
        assert (one["tokens"][0][:8, 6:14] >= 0).all()


def test_a_temperature_leaves_it_open_whether_a_note_begins():
    logits = np.random.default_rng(0).normal(size=(5, 129)) * 3
    allowed = np.ones((5, 129), dtype=bool)
    allowed[2, 40:] = False
    allowed[3, 1:] = False

    def chances(one, temperature):
        odds = np.where(allowed, np.exp(one / temperature), 0.0)
        return odds / odds.sum(axis=1, keepdims=True)

    before, after = chances(logits, 1.0), chances(as_dense(logits, allowed, 0.5), 0.5)
    assert np.allclose(before[:, 0], after[:, 0])
    assert (after[:3, 1:].max(axis=1) > before[:3, 1:].max(axis=1)).all()
    assert np.array_equal(as_dense(logits, allowed, 0.0), logits)


def test_chords_lean_towards_a_key():
    major, minor = leaning(0), leaning(12 + 9)  # C major, A minor
    triads = {"C": 0, "Db": 1, "E": 4, "G": 7, "Am": 12 + 9}
    assert major.argmax() in (triads["C"], 12 * 8)  # with its seventh or without
    assert major[triads["G"]] > major[triads["E"]] > major[triads["Db"]]
    assert minor[triads["Am"]] > minor[triads["E"]] > minor[triads["G"]]
    assert major[-1] == 0.0  # of no chord


def test_only_some_columns(network):
    _, grid = network(SONGS)
    within = np.zeros(len(grid), dtype=bool)
    within[8:12] = True
    found = SONGS.complete(grid, SONGS.rows.tracks, within=within)
    assert np.array_equal(found[~within], grid[~within])
    assert not np.array_equal(found[within], grid[within])


def test_a_long_piece_is_written_window_by_window(network):
    asked, grid = network(CHORALES, columns=2 * WINDOW + 90, taste=1000.0)
    place = np.arange(len(grid))  # which tells the network where it is
    found = CHORALES.complete(grid, ["alto", "bass"], steps=1, place=place)
    assert np.array_equal(found, grid)
    lengths = [one["tokens"].shape[1] for one in asked.asked]
    assert max(lengths) == WINDOW
    later = [one["tokens"][0] for one in asked.asked if one["place"][0, 0] == WINDOW // 2]
    assert (later[0][: WINDOW // 2] >= 0).all()  # what the window before has written is heard
    assert (later[0][WINDOW // 2 :, 2:4] == COVERED).all()


def test_an_empty_grid_stays_empty(network):
    network(SONGS)
    assert SONGS.complete(np.zeros((0, 15), dtype=np.int64), ["melody"]).shape == (0, 15)


def test_bad_requests_are_refused(network):
    _, grid = network(SONGS)
    with pytest.raises(InvalidValueError, match="no track is named drums; choose from melody, bridge, piano, chords"):
        SONGS.complete(grid, ["piano", "drums"])
    with pytest.raises(InvalidValueError, match="no track is wanted"):
        SONGS.complete(grid, [])
    with pytest.raises(InvalidValueError, match="one step or more, not in 0"):
        SONGS.complete(grid, ["melody"], steps=0)
    with pytest.raises(InvalidValueError, match=r"\(columns, 15\), got \(24, 8\)"):
        SONGS.complete(grid[:, :8], ["melody"])
    with pytest.raises(InvalidValueError, match="cannot stand"):
        SONGS.complete(np.where(grid == grid, 1, grid), ["chords"])


def test_chords_fit_what_is_known_to_sound():
    """Two beats of C and E, then two of A: by how much of each stretch a chord holds."""
    grid = np.tile(POP.silence, (16, 1))
    for column, pitch, long in ((0, 60, 4), (4, 64, 4), (8, 69, 8)):
        grid[column, :2] = PITCH + pitch, DURATION + long - 1
    grid[12, 2:4] = COVERED  # what is not known does not sound
    heard = tones_heard(POP, grid)
    assert heard.sum(axis=1).tolist() == [1.0] * 16
    assert heard[:, [0, 4, 9]].sum(axis=0).tolist() == [4.0, 4.0, 8.0]
    fits = fitting(heard, np.arange(16) % 8 == 0)
    triads = {name: parse(name).tag for name in ("C:maj", "A:min", "E:min", "G:maj")}
    assert [fits[3, tag] / FIT for tag in triads.values()] == pytest.approx([1.0, 1.0, 0.5, 0.0])
    assert [fits[12, tag] / FIT for tag in triads.values()] == pytest.approx([0.0, 1.0, 0.0, 0.0])
    assert not fitting(np.zeros((16, 12)), np.arange(16) % 8 == 0).any()
